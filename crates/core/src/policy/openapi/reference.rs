//! `$ref`: a place in the same document (OpenAPI 3.1 §4.8.23, RFC 6901).

use std::borrow::Cow;

use crate::policy::openapi::Fault;
use crate::policy::openapi::document::{At, shown};
use crate::policy::path::percent_decoded;

/// The longest chain of references.
const MOST_STEPS: usize = 16;

/// The value that `at` stands for: itself, or what its `$ref` leads to.
///
/// # Errors
/// A reference into another file, to nothing, in a circle, or with members beside it
/// that would have to be merged (only `summary` and `description` may stand there).
pub(super) fn resolve<'d>(root: At<'d>, at: At<'d>) -> Result<At<'d>, Fault> {
    let mut here = at;
    let mut seen = Vec::new();
    while let Some(reference) = here.member("$ref") {
        if seen.contains(&here.index()) || seen.len() >= MOST_STEPS {
            return Err(reference.fault("this $ref leads in a circle: let it end at a value"));
        }
        seen.push(here.index());
        let beside = here
            .members()
            .into_iter()
            .flatten()
            .find(|(name, ..)| !matches!(*name, "$ref" | "summary" | "description"));
        if let Some((name, ..)) = beside {
            return Err(reference.fault(format!(
                "\"{}\" stands beside a $ref, and OpenAPI does not say which counts: keep one of them",
                shown(name)
            )));
        }
        here = follow(root, reference)?;
    }
    Ok(here)
}

fn follow<'d>(root: At<'d>, reference: At<'d>) -> Result<At<'d>, Fault> {
    let text = reference.text().ok_or_else(|| {
        reference.fault("a $ref is a text such as \"#/components/parameters/Limit\"")
    })?;
    let Some(pointer) = text.strip_prefix('#') else {
        return Err(reference.fault(format!(
            "\"{}\" is in another file: bring it into this document, under components",
            shown(text)
        )));
    };
    let unknown = || reference.fault(format!("\"{}\" is not in this document", shown(text)));
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(unknown());
    }
    pointer
        .split('/')
        .skip(1)
        .try_fold(root, |at, token| at.member(&unescaped(token)?))
        .ok_or_else(unknown)
}

/// One part of a JSON pointer in a URI fragment (RFC 6901 §4 and §6).
pub(super) fn unescaped(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains(['%', '~']) {
        return Some(Cow::Borrowed(token));
    }
    let decoded = String::from_utf8(percent_decoded(token)?).ok()?;
    Some(Cow::Owned(decoded.replace("~1", "/").replace("~0", "~")))
}
