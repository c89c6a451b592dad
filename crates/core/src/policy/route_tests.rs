use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

use super::*;

fn operation(route: &str) -> Operation {
    let (method, template) = route.split_once(' ').unwrap();
    Operation {
        id: route.into(),
        method: Method::from_name(method).unwrap(),
        template: Template::read(template).unwrap(),
        security: Security::Public,
        organization: None,
    }
}

fn routes(routes: &[&str]) -> Routes {
    Routes::compile(routes.iter().copied().map(operation).collect()).unwrap()
}

const PORT: &[&str] = &[
    "GET /",
    "GET /v1/ships",
    "POST /v1/ships",
    "GET /v1/ships/",
    "GET /v1/ships/new",
    "GET /v1/ships/{imo}",
    "PUT /v1/ships/{imo}",
    "DELETE /v1/ships/{imo}",
    "GET /v1/ships/{imo}/crew",
    "GET /v1/ships/new/form",
    "GET /v1/{report}.json",
    "GET /v1/{report}.min.json",
    "GET /v1/{from}..{to}",
    "HEAD /v1/health",
    "GET /v1/health",
    "OPTIONS /v1/health",
    "GET /ws/rest/{Resource}",
    "GET /caf%C3%A9",
    "GET /v2/ships:search",
    "GET /v2/{id}",
];

#[test]
fn requests_find_their_operation() {
    let routes = routes(PORT);
    for (method, path, expected) in [
        ("GET", "/", Ok("GET /")),
        ("GET", "/v1/ships", Ok("GET /v1/ships")),
        ("GET", "/v1/sh%69ps", Ok("GET /v1/ships")),
        ("GET", "/v1/ships/", Ok("GET /v1/ships/")),
        ("POST", "/v1/ships", Ok("POST /v1/ships")),
        ("GET", "/v1/ships/new", Ok("GET /v1/ships/new")),
        ("GET", "/v1/ships/n%65w", Ok("GET /v1/ships/new")),
        ("GET", "/v1/ships/9074729", Ok("GET /v1/ships/{imo}")),
        ("HEAD", "/v1/ships/9074729", Ok("GET /v1/ships/{imo}")),
        ("HEAD", "/v1/health", Ok("HEAD /v1/health")),
        ("OPTIONS", "/v1/health", Ok("OPTIONS /v1/health")),
        ("GET", "/v1/ships/new/crew", Ok("GET /v1/ships/{imo}/crew")),
        ("GET", "/v1/ships/new/form", Ok("GET /v1/ships/new/form")),
        // An API that takes any case would serve "new" here.
        ("GET", "/v1/ships/NEW", Err(Reason::OperationUnknown)),
        ("GET", "/v1/ships/News", Ok("GET /v1/ships/{imo}")),
        ("GET", "/v1/fleet.json", Ok("GET /v1/{report}.json")),
        ("GET", "/v1/fleet.min.json", Ok("GET /v1/{report}.min.json")),
        ("GET", "/v1/2024..2025", Ok("GET /v1/{from}..{to}")),
        ("GET", "/ws/rest/Cargo", Ok("GET /ws/rest/{Resource}")),
        ("GET", "/caf%c3%a9", Ok("GET /caf%C3%A9")),
        ("GET", "/v2/ships:search", Ok("GET /v2/ships:search")),
        ("GET", "/v2/ships:s%65arch", Ok("GET /v2/ships:search")),
        ("GET", "/v2/ships%3Asearch", Err(Reason::PathAmbiguous)),
        ("GET", "/v2/ships%3Afind", Ok("GET /v2/{id}")),
        ("GET", "/v1", Err(Reason::OperationUnknown)),
        ("GET", "/v1/", Err(Reason::OperationUnknown)),
        ("GET", "/v1/Ships", Err(Reason::OperationUnknown)),
        ("GET", "/v1/.json", Err(Reason::OperationUnknown)),
        ("GET", "/v1/ships/9074729/", Err(Reason::OperationUnknown)),
        ("GET", "/v1/ships/9074729/crew/4", Err(Reason::OperationUnknown)),
        ("PUT", "/v1/ships/new", Err(Reason::OperationMethod)),
        ("PATCH", "/v1/ships", Err(Reason::OperationMethod)),
        ("get", "/v1/ships", Err(Reason::OperationMethod)),
        ("OPTIONS", "/v1/ships", Err(Reason::OperationMethod)),
        ("PROPFIND", "/v1/ships", Err(Reason::OperationMethod)),
        ("PROPFIND", "/v2", Err(Reason::OperationUnknown)),
    ] {
        let path = PlainPath::read(path).unwrap();
        let found = routes.find(method, &path).map(|found| &*found.operation.id);
        assert_eq!(found, expected, "{method} {path:?}");
    }
}

#[test]
fn every_template_finds_itself() {
    let routes = routes(PORT);
    for route in PORT {
        let (method, template) = route.split_once(' ').unwrap();
        let raw = template.replace(['{', '}'], "");
        let path = PlainPath::read(&raw).unwrap();
        assert_eq!(&*routes.find(method, &path).unwrap().operation.id, *route);
    }
}

#[test]
fn the_order_of_the_document_changes_nothing() {
    let mut backwards = PORT.to_vec();
    backwards.reverse();
    let (routes, backwards) = (routes(PORT), self::routes(&backwards));
    for path in ["/v1/ships/new", "/v1/a.min.json", "/v1/a..b.json", "/v1/ships/new/crew"] {
        let path = PlainPath::read(path).unwrap();
        let id =
            |routes: &Routes| routes.find("GET", &path).map(|found| found.operation.id.clone());
        assert_eq!(id(&routes), id(&backwards), "{path:?}");
    }
}

#[test]
fn allowed_methods_are_listed() {
    let routes = routes(PORT);
    let allowed = |path| {
        let path = PlainPath::read(path).unwrap();
        routes.allowed_methods(&path).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(allowed("/v1/ships/1"), "GET, HEAD, PUT, DELETE");
    assert_eq!(allowed("/v1/health"), "GET, HEAD, OPTIONS");
    assert_eq!(allowed("/v2"), "");
}

#[test]
fn paths_that_no_request_can_tell_apart_are_refused() {
    for pair in [
        ["GET /v1/{a}", "GET /v1/{b}"],
        ["GET /v1/{a}", "PUT /v1/{b}"],
        ["GET /v1/{a}.json/x", "GET /v1/{b}.json/x"],
        ["GET /v1/ab", "GET /v1/%61b"],
        ["GET /v1", "GET /v1"],
    ] {
        let conflicts = Routes::compile(pair.map(operation).to_vec()).unwrap_err();
        assert_eq!(conflicts.len(), 1);
        assert!(pair[1].ends_with(&*conflicts[0].second), "{pair:?}");
    }
    assert_eq!(routes(&["GET /v1/{a}", "PUT /v1/{a}", "GET /v1/{b}/c"]).operations().len(), 3);
}

#[test]
fn the_call_names_its_organization() {
    let mut ships = operation("GET /v1/{org}/ships");
    ships.organization = OrganizationParameter::in_path(&ships.template, "org");
    let mut crew = operation("GET /v1/crew");
    crew.organization = Some(OrganizationParameter::in_query("org", false));
    let routes = Routes::compile(vec![ships, crew, operation("GET /v1/health")]).unwrap();
    for (path, expected) in
        [("/v1/4200/ships", Some("4200")), ("/v1/crew", Some("4221")), ("/v1/health", None)]
    {
        let path = PlainPath::read(path).unwrap();
        let found = routes.find("GET", &path).unwrap();
        let named = found.organization_named(Some("org=4221"), |_| []).unwrap();
        assert_eq!(named.as_deref(), expected, "{path:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// However a path is spelled, it calls one operation; a spelling that is refused
    /// calls none.
    #[test]
    fn spellings_never_lead_to_two_operations(
        path in "/(v1|ws|a|\\.\\.)?(/(ships|new|rest|[a-c]{0,3}|x\\.json|x\\.min\\.json|1\\.\\.2|%|é)){0,3}/?",
        first in any::<u64>(),
        second in any::<u64>(),
        method in "GET|PUT|HEAD",
    ) {
        let routes = routes(PORT);
        let (first, second) = (spelled(&path, first), spelled(&path, second));
        let id = |raw: &str| {
            let path = PlainPath::read(raw).ok()?;
            Some(routes.find(&method, &path).map(|found| found.operation.id.to_string()))
        };
        if let (Some(first), Some(second)) = (id(&first), id(&second)) {
            prop_assert_eq!(first, second);
        }
    }
}

/// The path with its characters encoded or not as the bits of `choice` say.
fn spelled(path: &str, choice: u64) -> String {
    let mut raw = String::new();
    for (at, byte) in path.bytes().enumerate() {
        let bits = choice.rotate_right(u32::try_from(2 * at).unwrap());
        match (byte, bits & 3) {
            (b'/', _) | (0x21..=0x7e, 0 | 1) if byte != b'%' => raw.push(char::from(byte)),
            (byte, bits) if bits & 1 == 0 => raw.push_str(&format!("%{byte:02x}")),
            (byte, _) => raw.push_str(&format!("%{byte:02X}")),
        }
    }
    raw
}
