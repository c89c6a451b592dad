//! Which call of a service a client could make first, as an address that can be pasted.

use portreeve_core::client::record::Client;
use portreeve_core::dialect::input::Input;
use portreeve_core::policy::organization::Place;
use portreeve_core::policy::route::{Method, Operation, Security};
use portreeve_core::service::{Resource, Service};

use crate::env::Env;
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

/// The address of a call, and its method: one that reads and needs nothing but the
/// organization, if there is one. What must still be put in stands in angle brackets.
pub(in crate::pages) fn url(
    issuer: &str,
    service: &Service,
    client: &Client,
    organization: Option<&str>,
) -> (String, &'static str) {
    let base = format!("{issuer}{}", service.path);
    let Some(operation) = open_to(client, service).min_by_key(|one| trouble(one)) else {
        return (format!("{base}/"), "GET");
    };
    let filled = organization.map_or_else(|| "<organization>".to_owned(), segment);
    let parameter = operation.organization.as_ref();
    let mut path = operation.template.as_str().to_owned();
    if let Some(named) = parameter.filter(|named| named.place == Place::Path) {
        path = path.replace(&format!("{{{}}}", named.name), &filled);
    }
    let path = path.replace('{', "<").replace('}', ">");
    let asked = parameter.filter(|named| named.place == Place::Query);
    let asked = asked.filter(|named| named.required || organization.is_some());
    let query = asked.map(|named| format!("?{}={filled}", named.name)).unwrap_or_default();
    (format!("{base}{path}{query}"), operation.method.name())
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
