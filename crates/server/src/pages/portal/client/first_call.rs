//! Which call of a service a client could make first, as an address that can be pasted.

use portreeve_core::client::record::Client;
use portreeve_core::dialect::input::Input;
use portreeve_core::policy::organization::Place;
use portreeve_core::policy::route::{Method, Operation, Security};
use portreeve_core::service::{Resource, Service};

use crate::env::Env;
use crate::openapi::{Needed, needed};
use crate::pages::portal::client::words::segment;

/// The operations of a service that ask for a token and that this client's scopes open.
pub(in crate::pages) fn open_to<'s>(
    client: &'s Client,
    service: &'s Service,
) -> impl Iterator<Item = &'s Operation> {
    let has_audience = client.audiences.contains(&service.audience);
    let operations = service.api.routes.operations().iter().filter(move |_| has_audience);
    operations.filter(|operation| match &operation.security {
        Security::Public => false,
        Security::AnyOf(sets) => sets.iter().any(|set| set.is_within(&client.scopes)),
    })
}

/// Whether a request must name the API: its dialect wants that, or the client has several
/// in one dialect.
pub(in crate::pages) fn needs_audience(env: &Env, client: &Client, resource: &Resource) -> bool {
    let grants = &resource.dialect.token.grants;
    let is_required = grants.iter().any(|row| row.required.contains(&Input::Audience));
    let same = client.audiences.iter().filter_map(|one| env.catalog.resource(one));
    is_required || same.filter(|one| one.dialect.name == resource.dialect.name).count() > 1
}

/// The address of a call, and its method: one that reads, with the document's examples
/// in it. What must still be put in stands in angle brackets.
pub(in crate::pages) fn url(
    env: &Env,
    service: &Service,
    client: &Client,
    organization: Option<&str>,
) -> (String, &'static str) {
    let base = format!("{}{}", env.endpoints.issuer, service.path);
    let Some(operation) = open_to(client, service).min_by_key(|one| trouble(one)) else {
        return (format!("{base}/"), "GET");
    };
    let entry = env.catalog.services.iter().find(|entry| entry.service.name == service.name);
    let (template, method) = (operation.template.as_str(), operation.method.name());
    let needed = entry.map(|entry| needed(&entry.document, method, template)).unwrap_or_default();
    let (path, query) = filled(operation, &needed, organization);
    (format!("{base}{path}{query}"), method)
}

/// Path and query. The client's own organization comes before any example of one.
fn filled(
    operation: &Operation,
    needed: &[Needed],
    organization: Option<&str>,
) -> (String, String) {
    let named = operation.organization.as_ref();
    let text = |one: &Needed| {
        let is_it = named.is_some_and(|it| it.name.eq_ignore_ascii_case(&one.name));
        let value = organization.filter(|_| is_it).or(one.value.as_deref());
        value.map_or_else(|| format!("<{}>", one.name), segment)
    };
    let mut path = operation.template.as_str().to_owned();
    for one in needed.iter().filter(|one| one.in_path) {
        path = path.replace(&format!("{{{}}}", one.name), &text(one));
    }
    let mut pairs: Vec<String> = needed
        .iter()
        .filter(|one| !one.in_path)
        .map(|one| format!("{}={}", segment(&one.name), text(one)))
        .collect();
    let asked = named.filter(|it| it.place == Place::Query && !it.required);
    if let (Some(asked), Some(organization)) = (asked, organization) {
        pairs.push(format!("{}={}", segment(&asked.name), segment(organization)));
    }
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    (path.replace('{', "<").replace('}', ">"), query)
}

/// How much one must put in before a call can be made: the least is the best.
fn trouble(operation: &Operation) -> (bool, usize, bool) {
    let writes = !matches!(operation.method, Method::Get | Method::Head);
    let in_path = operation.template.as_str().matches('{').count();
    let is_named = |place: Place| {
        operation.organization.as_ref().is_some_and(|named| named.place == place && named.required)
    };
    let left = in_path - usize::from(in_path > 0 && is_named(Place::Path));
    (writes, left, is_named(Place::Header))
}

#[cfg(test)]
mod tests {
    use portreeve_core::policy::organization::OrganizationParameter;
    use portreeve_core::policy::template::Template;

    use super::*;

    fn operation(template: &str, organization: Option<OrganizationParameter>) -> Operation {
        Operation {
            id: "it".into(),
            method: Method::Get,
            template: Template::read(template).unwrap(),
            security: Security::Public,
            organization,
        }
    }

    fn need(name: &str, in_path: bool, value: Option<&str>) -> Needed {
        Needed { name: name.to_owned(), in_path, value: value.map(str::to_owned) }
    }

    #[test]
    fn a_call_is_filled_in_as_far_as_one_knows() {
        let in_query = |required| Some(OrganizationParameter::in_query("orgId", required));
        let country = need("Pays", false, Some("FRA"));
        for (template, organization, needed, expected) in [
            ("/CP/", None, vec![country, need("x y", false, None)], "/CP/?Pays=FRA&x%20y=<x y>"),
            ("/v1/ships", in_query(false), vec![], "/v1/ships?orgId=42%2600"),
            ("/v1/a", in_query(true), vec![need("orgId", false, Some("1"))], "/v1/a?orgId=42%2600"),
            ("/v1/ships/{imo}", None, vec![need("imo", true, Some("92/41"))], "/v1/ships/92%2F41"),
            ("/v1/ships/{imo}", None, vec![], "/v1/ships/<imo>"),
        ] {
            let operation = operation(template, organization);
            let (path, query) = filled(&operation, &needed, Some("42&00"));
            assert_eq!(format!("{path}{query}"), expected);
        }
    }
}
