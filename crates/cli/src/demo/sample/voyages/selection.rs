//! The request header `fields`: which fields of each object to answer.

use axum::http::HeaderMap;
use serde_json::Value;

use crate::demo::sample::voyages::fault::Fault;

/// Fields by name, nested ones with points; all when none was named.
#[derive(Debug)]
pub(super) struct Selection(Option<Vec<String>>);

impl Selection {
    /// Reads the header, a JSON list such as `["cargoCode", "subCargos.freight"]`.
    ///
    /// # Errors
    /// [`Fault`] 400 when it is something else.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Fault> {
        let Some(value) = headers.get("fields") else { return Ok(Self(None)) };
        let names = serde_json::from_slice(value.as_bytes()).map_err(|_| {
            Fault::bad_request(
                "The header fields is a JSON list such as [\"cargoCode\", \"subCargos.freight\"].",
            )
        })?;
        Ok(Self(Some(names)))
    }

    /// The object with these fields alone.
    pub(super) fn of(&self, object: &Value) -> Value {
        match &self.0 {
            Some(names) => selected(object, &names.iter().map(String::as_str).collect::<Vec<_>>()),
            None => object.clone(),
        }
    }
}

fn selected(value: &Value, names: &[&str]) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| selected(item, names)).collect(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(name, member)| Some((name.clone(), named(name, member, names)?)))
            .collect(),
        plain => plain.clone(),
    }
}

/// A member that is named, whole; or that of which something is named.
fn named(name: &str, member: &Value, names: &[&str]) -> Option<Value> {
    if names.contains(&name) {
        return Some(member.clone());
    }
    let inner: Vec<&str> =
        names.iter().filter_map(|wanted| wanted.strip_prefix(name)?.strip_prefix('.')).collect();
    (!inner.is_empty()).then(|| selected(member, &inner))
}
