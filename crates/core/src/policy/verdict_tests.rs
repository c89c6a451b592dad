use super::*;
use crate::client::change::tests::client_with_secrets;
use crate::client::record::Client;
use crate::org::organization::Organization;
use crate::policy::openapi;
use crate::policy::path::PlainPath;
use crate::token::record::TokenId;

const DOCUMENT: &str = r#"{
  "openapi": "3.1.0",
  "info": {"title": "Vessels", "version": "1"},
  "components": {"securitySchemes": {"key": {"type": "oauth2", "flows": {"clientCredentials":
      {"tokenUrl": "/t", "scopes": {"read": "Look", "write": "Change"}}}}}},
  "paths": {"/ships": {
    "get": {"operationId": "list", "security": [{"key": ["read"]}],
      "x-organization": {"in": "query", "name": "organization"},
      "parameters": [{"in": "query", "name": "organization", "schema": {"type": "string"}}],
      "responses": {"200": {"description": "ok"}}},
    "post": {"operationId": "add", "security": [{"key": ["write"]}],
      "responses": {"200": {"description": "ok"}}}}}
}"#;

fn id(text: &str) -> OrganizationId {
    OrganizationId::parse(text).unwrap()
}

fn tree() -> OrganizationTree {
    let enter = |name: &str, external: &str, parent: Option<&str>| {
        Organization::new(id(name), name, Some(external), parent.map(id), Timestamp::EPOCH).unwrap()
    };
    let with = |services: &[&str], one: Organization| Organization {
        services: Some(services.iter().map(ToString::to_string).collect()),
        ..one
    };
    let mut all = vec![
        enter("org_1", "4200", None),
        enter("org_2", "4210", Some("org_1")),
        enter("org_9", "5100", None),
        with(&["crew"], enter("org_crew", "6100", None)),
        enter("org_mates", "6110", Some("org_crew")),
        with(&["vessels", "admin"], enter("org_all", "6200", None)),
    ];
    all.extend(
        (0..MOST_LISTED).map(|n| enter(&format!("org_m{n}"), &format!("m{n}"), Some("org_9"))),
    );
    OrganizationTree::new(&all)
}

const VESSELS: Named<'static> = Named { name: "vessels", is_own: false };
const ADMIN: Named<'static> = Named { name: "admin", is_own: true };

#[derive(Clone, Copy)]
struct Case<'a> {
    method: &'a str,
    organization: Option<&'a str>,
    roots: &'a [&'a str],
    scope: &'a str,
    narrowed: bool,
    peer: Option<&'a str>,
    service: Named<'a>,
    operator: bool,
    client: &'a dyn Fn(&mut Client),
    token: &'a dyn Fn(&mut AccessToken),
}

const PLAIN: Case<'static> = Case {
    method: "GET",
    organization: None,
    roots: &["org_1"],
    scope: "read",
    narrowed: false,
    peer: None,
    service: VESSELS,
    operator: false,
    client: &|_| {},
    token: &|_| {},
};

fn check(case: &Case<'_>, expected: Result<&str, Reason>) {
    let api = openapi::read(DOCUMENT).unwrap();
    let path = PlainPath::read("/ships").unwrap();
    let found = api.routes.find(case.method, &path).unwrap();
    let mut client = client_with_secrets(&[]);
    client.scopes = ScopeSet::parse("read write").unwrap();
    (case.client)(&mut client);
    let audience = Audience::new("https://api.example.com");
    let mut token = AccessToken {
        id: TokenId([1; 16]),
        family: None,
        client_id: client.client_id.clone(),
        owner: client.owner.clone(),
        audience: audience.clone(),
        scope: ScopeSet::parse(case.scope).unwrap(),
        organization: None,
        issued_at: Timestamp::from_unix(0),
        expires_at: Timestamp::from_unix(100),
    };
    (case.token)(&mut token);
    let roots: Vec<_> = case.roots.iter().map(|root| id(root)).collect();
    let (roots, operator) = (Some(&*roots), case.operator);
    let holder = Holder { client: Some(&client), roots, operator, revoked: false };
    let call = Call {
        operation: found.operation,
        service: case.service,
        audience: &audience,
        organization: case.organization,
        narrowed: case.narrowed,
        peer: case.peer.map(|peer| peer.parse().unwrap()),
    };
    let verdict = decide(call, &token, holder, &tree(), Timestamp::from_unix(50));
    let told = verdict.map(|allowed| {
        let caller = allowed.caller.unwrap();
        format!("{} {}", caller.scope, caller.organizations.unwrap_or_default())
    });
    assert_eq!(told.as_deref().map_err(|refusal| refusal.reason), expected);
}

#[test]
fn the_api_is_told_what_the_caller_may_touch_now() {
    check(&PLAIN, Ok("read 4200,4210"));
    check(&Case { organization: Some("4210"), ..PLAIN }, Ok("read 4210"));
    check(&Case { organization: Some("org_2"), ..PLAIN }, Ok("read 4210"));
    check(&Case { roots: &["org_2", "org_1"], ..PLAIN }, Ok("read 4200,4210"));
    check(&Case { roots: &[], operator: true, ..PLAIN }, Ok("read "));
    check(&Case { token: &|t| t.organization = Some(id("org_2")), ..PLAIN }, Ok("read 4210"));
}

#[test]
fn what_is_out_of_reach_is_refused() {
    let out = Err(Reason::OrganizationOutOfReach);
    check(&Case { organization: Some("5100"), ..PLAIN }, out);
    check(&Case { organization: Some("nowhere"), ..PLAIN }, out);
    check(&Case { organization: Some("4210"), roots: &[], operator: true, ..PLAIN }, out);
    let narrow: &dyn Fn(&mut AccessToken) = &|t| t.organization = Some(id("org_2"));
    check(&Case { organization: Some("4200"), token: narrow, ..PLAIN }, out);
    check(&Case { roots: &["org_9"], token: narrow, ..PLAIN }, out);
}

#[test]
fn where_a_vendor_has_it_so_only_a_narrowed_token_opens_an_organization() {
    let case = Case { narrowed: true, scope: "read write", ..PLAIN };
    let narrow: &dyn Fn(&mut AccessToken) = &|t| t.organization = Some(id("org_2"));
    check(&case, Err(Reason::OrganizationNotChosen));
    check(&Case { organization: Some("4210"), ..case }, Err(Reason::OrganizationNotChosen));
    check(&Case { organization: Some("4210"), token: narrow, ..case }, Ok("read write 4210"));
    check(&Case { method: "POST", ..case }, Ok("read write 4200,4210"));
    check(&Case { method: "POST", token: narrow, ..case }, Ok("read write 4210"));
}

#[test]
fn the_api_is_told_for_whom_the_token_acts() {
    let api = openapi::read(DOCUMENT).unwrap();
    let path = PlainPath::read("/ships").unwrap();
    let mut client = client_with_secrets(&[]);
    client.scopes = ScopeSet::parse("read").unwrap();
    let person = Owner::User(crate::text_id::UserId::parse("usr_ada").unwrap());
    let token = AccessToken {
        id: TokenId([1; 16]),
        family: None,
        client_id: client.client_id.clone(),
        owner: person.clone(),
        audience: client.audiences[0].clone(),
        scope: client.scopes.clone(),
        organization: None,
        issued_at: Timestamp::from_unix(0),
        expires_at: Timestamp::from_unix(100),
    };
    let roots = [id("org_9")];
    let roots = Some(&roots[..]);
    let holder = Holder { client: Some(&client), roots, operator: false, revoked: false };
    let operation = api.routes.find("GET", &path).unwrap().operation;
    let call = Call {
        operation,
        service: VESSELS,
        audience: &client.audiences[0],
        organization: Some("m7"),
        narrowed: false,
        peer: None,
    };
    let allowed = decide(call, &token, holder, &tree(), Timestamp::from_unix(50)).unwrap();
    assert_ne!(client.owner, person);
    assert_eq!(allowed.caller.unwrap().owner, person);
}

#[test]
fn scopes_are_the_tokens_and_the_clients() {
    let short = Err(Reason::ScopeInsufficient);
    check(&Case { method: "POST", ..PLAIN }, short);
    check(&Case { method: "POST", scope: "write", ..PLAIN }, Ok("write 4200,4210"));
    let taken: &dyn Fn(&mut Client) = &|c| c.scopes = ScopeSet::parse("read").unwrap();
    check(&Case { method: "POST", scope: "read write", client: taken, ..PLAIN }, short);
    check(&Case { scope: "", ..PLAIN }, short);
}

#[test]
fn a_client_calls_from_its_networks() {
    let nets: &dyn Fn(&mut Client) = &|c| {
        c.networks = crate::client::network::read_lines("203.0.113.0/28\n2001:db8::/32").unwrap();
    };
    let case = Case { client: nets, ..PLAIN };
    let foreign = Err(Reason::NetworkForeign);
    for (peer, expected) in [
        (None, Ok("read 4200,4210")),
        (Some("203.0.113.15"), Ok("read 4200,4210")),
        (Some("::ffff:203.0.113.15"), Ok("read 4200,4210")),
        (Some("2001:db8:7::1"), Ok("read 4200,4210")),
        (Some("203.0.113.16"), foreign),
        (Some("::ffff:203.0.113.16"), foreign),
        (Some("2001:db9::1"), foreign),
        (Some("0.0.0.0"), foreign),
    ] {
        check(&Case { peer, ..case }, expected);
    }
    check(&Case { peer: Some("198.51.100.1"), ..PLAIN }, Ok("read 4200,4210"));
    check(&Case { peer: Some("198.51.100.1"), scope: "", ..case }, foreign);
    let off: &dyn Fn(&mut Client) = &|c| {
        nets(c);
        c.disabled = true;
    };
    let case = Case { peer: Some("198.51.100.1"), client: off, ..PLAIN };
    check(&case, Err(Reason::TokenClientDisabled));
}

#[test]
fn a_contract_opens_services() {
    let closed = Err(Reason::ServiceClosed);
    let (own, staff) = (Case { service: ADMIN, ..PLAIN }, Case { operator: true, ..PLAIN });
    for (case, roots, expected) in [
        (PLAIN, &["org_crew"][..], closed),
        (PLAIN, &["org_mates"], closed),
        (PLAIN, &["org_all"], Ok("read 6200")),
        (PLAIN, &["org_crew", "org_all"], Ok("read 6100,6110,6200")),
        (PLAIN, &[], closed),
        (staff, &["org_crew"], Ok("read 6100,6110")),
        (own, &["org_1"], closed),
        (own, &["org_crew"], closed),
        (own, &["org_all"], Ok("read 6200")),
        (own, &[], closed),
        (Case { service: ADMIN, ..staff }, &[], Ok("read ")),
        (Case { scope: "", ..PLAIN }, &["org_crew"], closed),
    ] {
        check(&Case { roots, ..case }, expected);
    }
    // The contract is the owner's, also of a token that is narrowed to another's.
    let narrow: &dyn Fn(&mut AccessToken) = &|t| t.organization = Some(id("org_mates"));
    check(&Case { roots: &["org_crew"], token: narrow, ..PLAIN }, closed);
}

#[test]
fn the_token_comes_first() {
    let other: &dyn Fn(&mut AccessToken) =
        &|t| t.audience = Audience::new("https://other.example.com");
    check(&Case { token: other, scope: "", ..PLAIN }, Err(Reason::TokenWrongAudience));
    check(&Case { client: &|c| c.disabled = true, ..PLAIN }, Err(Reason::TokenClientDisabled));
    check(
        &Case { token: &|t| t.expires_at = Timestamp::from_unix(50), ..PLAIN },
        Err(Reason::TokenExpired),
    );
}

#[test]
fn a_reach_without_end_must_name_one() {
    check(&Case { roots: &["org_9"], ..PLAIN }, Err(Reason::OrganizationsTooMany));
    check(&Case { roots: &["org_9"], organization: Some("m7"), ..PLAIN }, Ok("read m7"));
    check(&Case { roots: &["org_9"], method: "POST", scope: "write", ..PLAIN }, Ok("write "));
}
