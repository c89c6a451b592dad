//! What a call of one operation must say beside its token: its parameters with the
//! document's own examples.

use portreeve_core::policy::openapi::tree::Tree;

use crate::openapi::postman::operations;
use crate::openapi::postman::request::parameters;

/// A parameter that a call must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Its name.
    pub name: String,
    /// True where it is a part of the path; of the query otherwise.
    pub in_path: bool,
    /// An example, where the document has one.
    pub value: Option<String>,
}

/// What this operation must have in its path and its query; nothing when there is none.
pub(in crate::openapi) fn needed(root: &Tree, method: &str, path: &str) -> Vec<Needed> {
    let found = operations(root)
        .into_iter()
        .find(|one| one.path == path && one.method.eq_ignore_ascii_case(method));
    let Some(operation) = found else { return Vec::new() };
    let all = parameters(root, &operation);
    let must =
        all.iter().filter(|one| one.place == "path" || (one.place == "query" && one.is_required()));
    must.map(|one| Needed {
        name: one.name.to_owned(),
        in_path: one.place == "path",
        value: one.values(root).into_iter().next().filter(|value| !value.is_empty()),
    })
    .collect()
}
