//! Reads a service's OpenAPI document (3.0 or 3.1, YAML or JSON) as policy.
//!
//! Only what the gate enforces is read: paths, security, scopes and the parameter
//! that names the organization. Schemas are not looked at. A document that leaves
//! open what the gate should do is refused, with every fault and its line.

mod document;
mod operation;
mod parameter;
mod paths;
mod reference;
mod security;
pub mod tree;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use crate::policy::openapi::document::{At, Document};
use crate::policy::openapi::paths::Paths;
use crate::policy::openapi::security::Schemes;
use crate::policy::route::{Operation, Routes, Security};

/// The most faults that are listed; whoever mends these sees the rest.
const MOST_FAULTS: usize = 100;
/// The most characters of what an API is for.
const LONGEST_SUMMARY: usize = 200;

/// What a service's document says.
#[derive(Clone, Debug)]
pub struct ApiDescription {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// What the API is for, in one sentence: `info.summary`, or the first sentence of
    /// `info.description`, at most 200 characters. Empty when there is neither.
    pub summary: String,
    /// Scopes with their descriptions: those that the client credentials flows
    /// declare, in order, then any other that an operation requires.
    pub scopes: Vec<(String, String)>,
    /// The operations.
    pub routes: Routes,
}

/// What is wrong with a document, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line in the document, from 1.
    pub line: usize,
    /// What is wrong, and the remedy.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Fault {}

/// Reads a document of at most 8 MiB.
///
/// # Errors
/// Every [`Fault`] of it, ordered by line, at most a hundred; never none.
pub fn read(text: &str) -> Result<ApiDescription, Vec<Fault>> {
    let document = Document::read(text).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let described = document.root().and_then(|root| describe(root, &mut faults));
    match described {
        Some(described) if faults.is_empty() => Ok(described),
        _ => {
            if faults.is_empty() {
                faults.push(Fault { line: 1, message: "the document is empty".into() });
            }
            faults.sort();
            faults.dedup();
            faults.truncate(MOST_FAULTS);
            Err(faults)
        }
    }
}

/// Describes what can be described and notes every fault on the way.
fn describe(root: At<'_>, faults: &mut Vec<Fault>) -> Option<ApiDescription> {
    if let Err(fault) = check_version(root) {
        faults.push(fault);
        return None;
    }
    let title = info(root, "title", faults);
    let version = info(root, "version", faults);
    let schemes = Schemes::read(root, faults);
    let paths = Paths::read(root, &schemes, faults);
    check_ids(&paths, faults);
    let scopes = scopes(&schemes, &paths.operations);
    match Routes::compile(paths.operations) {
        Ok(routes) => {
            Some(ApiDescription { title, version, summary: summary(root), scopes, routes })
        }
        Err(conflicts) => {
            for conflict in conflicts {
                let line = paths.lines.get(&*conflict.second).copied().unwrap_or(1);
                faults.push(Fault { line, message: conflict.to_string() });
            }
            None
        }
    }
}

fn check_version(root: At<'_>) -> Result<(), Fault> {
    if let Some(swagger) = root.member("swagger") {
        return Err(swagger.fault("this is a Swagger 2 document: convert it to OpenAPI 3.1"));
    }
    let version = root.member("openapi").ok_or_else(|| {
        root.fault("this is no OpenAPI document: it starts with \"openapi: 3.1.0\", info and paths")
    })?;
    let known = version.text().is_some_and(|text| {
        ["3.0", "3.1"].iter().any(|known| text == *known || text.starts_with(&format!("{known}.")))
    });
    if known {
        Ok(())
    } else {
        Err(version.fault("only OpenAPI 3.0 and 3.1 are read: convert the document"))
    }
}

fn info(root: At<'_>, name: &str, faults: &mut Vec<Fault>) -> String {
    let found =
        root.member("info").and_then(|info| info.text_of(name)).filter(|text| !text.is_empty());
    if found.is_none() {
        let at = root.member("info").unwrap_or(root);
        faults.push(at.fault(format!("info.{name} is missing: the portal shows it")));
    }
    found.unwrap_or_default().to_owned()
}

/// Markdown is shown as it is written; one sentence rarely has any.
fn summary(root: At<'_>) -> String {
    let said = |name| root.member("info").and_then(|info| info.text_of(name));
    let text = said("summary").or_else(|| said("description")).unwrap_or_default().trim_start();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    let sentence = line.get(..end).unwrap_or_default();
    match sentence.char_indices().nth(LONGEST_SUMMARY) {
        Some((at, _)) => format!("{}…", sentence.get(..at).unwrap_or_default().trim_end()),
        None => sentence.to_owned(),
    }
}

fn check_ids(paths: &Paths, faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for (operation, line) in paths.operations.iter().zip(&paths.operation_lines) {
        if !seen.insert(&*operation.id) {
            let message = format!(
                "the operationId \"{}\" stands twice: every operation has its own",
                document::shown(&operation.id)
            );
            faults.push(Fault { line: *line, message });
        }
    }
}

fn scopes(schemes: &Schemes<'_>, operations: &[Operation]) -> Vec<(String, String)> {
    let mut scopes: Vec<(String, String)> = schemes
        .offered
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let known: HashSet<&str> = schemes.offered.iter().map(|(name, _)| *name).collect();
    let mut required = BTreeMap::new();
    for operation in operations {
        let Security::AnyOf(alternatives) = &operation.security else { continue };
        for name in
            alternatives.iter().flat_map(|set| set.iter()).filter(|name| !known.contains(name))
        {
            required.entry(name).or_insert_with(|| schemes.description(name));
        }
    }
    scopes.extend(required.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())));
    scopes
}

#[cfg(test)]
mod tests;
