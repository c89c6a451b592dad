//! One spelling for what the guard and the API's own router compare literally.
//!
//! The guard decodes a path before it looks for the operation; axum, for one,
//! compares it as it was sent. `/v1/%73hips` would be `/v1/ships` here and
//! `/v1/{id}` there: two operations, with two scopes. So whatever a template writes
//! literally must stand in the request just so. Values of parameters may be escaped.

use portreeve_core::refusal::Reason;

/// Checks a path against the template that it was found to fit.
///
/// # Errors
/// [`Reason::PathAmbiguous`] when a literal part is spelt with other escapes.
pub(crate) fn check(raw: &str, template: &str) -> Result<(), Reason> {
    if !raw.contains('%') {
        return Ok(());
    }
    let alike = raw.split('/').zip(template.split('/')).all(|(raw, wanted)| fits(raw, wanted));
    if alike { Ok(()) } else { Err(Reason::PathAmbiguous) }
}

/// True when the literal parts of `wanted` stand in `raw`, in order, unescaped.
fn fits(raw: &str, wanted: &str) -> bool {
    let (mut raw, mut wanted) = (raw, wanted);
    let mut first = true;
    while let Some((literal, after)) = wanted.split_once('{') {
        let Some(at) = raw.find(literal).filter(|at| !first || *at == 0) else { return false };
        raw = raw.get(at + literal.len()..).unwrap_or_default();
        wanted = after.split_once('}').map_or("", |(_, after)| after);
        first = false;
    }
    if first { raw == wanted } else { raw.ends_with(wanted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_parts_have_one_spelling() {
        for (raw, template, fits) in [
            ("/v1/ships", "/v1/ships", true),
            ("/v1/%73hips", "/v1/ships", false),
            ("/%761/ships", "/v1/ships", false),
            ("/v1/ships%3Asearch", "/v1/ships:search", false),
            ("/v1/a%40b.no", "/v1/{mail}", true),
            ("/v1/a%20b.json", "/v1/{report}.json", true),
            ("/v1/a%2Ejson", "/v1/{report}.json", false),
            ("/v1/7%3Acancel", "/v1/{id}:cancel", false),
            ("/v1/a%20b-c.json", "/v1/{a}-{b}.json", true),
            ("/v1/x%2Da%20b-c", "/v1/x-{a}-{b}", false),
            ("/v1/x-a%2Db", "/v1/x-{a}-{b}", false),
            ("/caf%C3%A9/%41", "/caf%C3%A9/{id}", true),
            ("/caf%c3%a9/a", "/caf%C3%A9/{id}", false),
        ] {
            assert_eq!(check(raw, template).is_ok(), fits, "{raw} {template}");
        }
    }
}
