use portreeve_core::dialect::builtin;
use portreeve_core::dialect::compile::compile;
use portreeve_core::policy::openapi;

use super::*;

/// Audiences, scopes, and whether people let it in.
type Expected = Result<(&'static str, &'static str, bool), Unchosen>;

/// A service of a dialect whose operations are `METHOD scope`.
fn service(name: &str, dialect: &str, audience: &str, operations: &[&str]) -> Arc<Service> {
    let mut paths = String::new();
    let mut scopes = String::new();
    for (at, operation) in operations.iter().enumerate() {
        let (method, scope) = operation.split_once(' ').unwrap();
        if method != "none" {
            paths.push_str(&format!(
                "  /{at}:\n    {method}: {{security: [{{machine: [{scope}]}}]}}\n"
            ));
        }
        if !scopes.contains(&format!("{scope}:")) {
            scopes.push_str(&format!("{scope}: 'Read {scope}.', "));
        }
    }
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: {name}, version: '1', summary: What {name} does.}}\n\
         components:\n  securitySchemes:\n    machine: {{type: oauth2, flows: {{clientCredentials: \
         {{tokenUrl: /t, scopes: {{{scopes}}}}}}}}}\npaths:\n{paths}"
    );
    let text = if paths.is_empty() { text.replace("paths:\n", "paths: {}\n") } else { text };
    let api = openapi::read(&text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    let (_, file) = builtin::FILES.iter().find(|(known, _)| *known == dialect).unwrap();
    let dialect = compile(file).unwrap();
    Arc::new(Service {
        name: name.to_owned(),
        title: format!("{name} API"),
        path: format!("/{name}"),
        audience: Audience::new(audience),
        dialect: dialect.into(),
        is_own: false,
        api,
    })
}

fn maritime() -> Vec<Arc<Service>> {
    vec![
        service("vessel", "dualog", "urn:sea", &["get organization_read", "get crew_read"]),
        service(
            "crew",
            "dualog",
            "urn:sea",
            &["get crew_read", "post crew_import", "none crew_old", "get crew_import"],
        ),
    ]
}

fn values(offer: &Offer) -> Vec<&str> {
    offer.ticks().map(|tick| tick.value.as_str()).collect()
}

#[test]
fn a_scope_stands_once_and_names_who_needs_it_too() {
    let offer = Offer::new(&maritime());
    assert_eq!(
        values(&offer),
        ["vessel:organization_read", "vessel:crew_read", "crew:crew_import", "crew:crew_old"]
    );
    let by = |value: &str| offer.ticks().find(|tick| tick.value == value).unwrap().clone();
    assert_eq!(by("vessel:crew_read").also, ["crew API"]);
    assert_eq!(by("vessel:crew_read").does, Does::Reads);
    assert_eq!(by("crew:crew_import").does, Does::Writes);
    assert_eq!(by("crew:crew_old").does, Does::Nothing);
    assert!(by("vessel:organization_read").is_basic && by("vessel:organization_read").is_ticked);
    assert_eq!(offer.boxes[1].elsewhere, [("crew_read".to_owned(), "vessel API".to_owned())]);
    assert_eq!(offer.boxes[0].summary, "What vessel does");
}

#[test]
fn ticks_come_to_apis_and_scopes() {
    let mut all = maritime();
    all.push(service("berths", "standard", "urn:land", &["get berths_read"]));
    all.push(service("tills", "dotypos", "urn:shops", &["get clouds_read"]));
    let sea = [Audience::new("urn:sea")];
    let cases: [(&[&str], &[Audience], Expected); 8] = [
        (&[], &[], Ok(("urn:sea", "organization_read", false))),
        (&["crew:crew_import"], &[], Ok(("urn:sea", "crew_import organization_read", false))),
        (&["berths:berths_read"], &[], Ok(("urn:land", "berths_read", false))),
        (
            &["berths:berths_read", "vessel:organization_read"],
            &sea,
            Ok(("urn:sea urn:land", "berths_read organization_read", false)),
        ),
        (
            &["tills:clouds_read", "vessel:crew_read"],
            &[],
            Ok(("urn:sea urn:shops", "clouds_read crew_read organization_read", true)),
        ),
        (&["berths:gone"], &[], Err(Unchosen::Gone)),
        (&["<script>"], &[], Err(Unchosen::Gone)),
        (&[""], &[], Err(Unchosen::Gone)),
    ];
    for (ticked, kept, expected) in cases {
        let offer = Offer::new(&all).ticked(ticked.iter().copied());
        let chosen = offer.check(ticked.iter().copied(), kept);
        let shown = chosen.as_ref().map(|chosen| {
            let names: Vec<&str> = chosen.audiences.iter().map(Audience::as_str).collect();
            let mut scopes: Vec<&str> = chosen.scopes.iter().collect();
            scopes.sort_unstable();
            (names.join(" "), scopes.join(" "), chosen.connects)
        });
        let shown = match &shown {
            Ok((names, scopes, connects)) => Ok((&**names, &**scopes, *connects)),
            Err(unchosen) => Err(**unchosen),
        };
        assert_eq!(shown, expected, "{ticked:?}");
    }
}

#[test]
fn nothing_is_nothing_where_nothing_always_belongs() {
    let all = [service("berths", "standard", "urn:land", &["get berths_read"])];
    assert_eq!(Offer::new(&all).check([].into_iter(), &[]), Err(Unchosen::Nothing));
    assert_eq!(Offer::default().check([].into_iter(), &[]), Err(Unchosen::Nothing));
}
