//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a `POST` that makes
//! something, sent again.

use http::{HeaderMap, HeaderName};

use crate::admin::asked::Asked;
use crate::admin::problem::Problem;
use crate::flow::administration::once::{NotOnce, Once};

const NAME: HeaderName = HeaderName::from_static("idempotency-key");

/// The operations that take a key.
const TAKERS: [&str; 4] = ["createOrganization", "createUser", "createClient", "invite"];

/// The longest key.
const LONGEST: usize = 255;

/// Refuses a key that this `POST` would not take: whoever sends one trusts that it counts.
///
/// # Errors
/// 400.
pub(super) fn expect_taken(operation: &str, headers: &HeaderMap) -> Result<(), Problem> {
    match TAKERS.contains(&operation) || !headers.contains_key(NAME) {
        true => Ok(()),
        false => Err(Problem::key_not_taken()),
    }
}

/// The key that was sent with this operation, and whether the same was asked for before;
/// `None` without one.
///
/// # Errors
/// 400 for a key that cannot be read, 422 for one under which something else was asked for.
pub(super) async fn taken(
    asked: &Asked<'_>,
    operation: &str,
) -> Result<Option<(Once, bool)>, Problem> {
    let Some(key) = read(asked.headers)? else { return Ok(None) };
    let parts = asked.parts.iter().map(|(_, value)| value.as_bytes());
    let about: Vec<&[u8]> = [operation.as_bytes()].into_iter().chain(parts).collect();
    let about = [&about[..], &[asked.body]].concat();
    let once = Once::new(asked.env, &asked.actor, &key, &about);
    let is_again = once.take(asked.env).await?;
    Ok(Some((once, is_again)))
}

/// A string of a structured field (RFC 8941 §3.3.3), or the same without its quotes.
fn read(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(NAME).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | ',');
    let is_key = (1..=LONGEST).contains(&bare.len()) && bare.chars().all(is_plain);
    match is_key && values.next().is_none() {
        true => Ok(Some(bare.to_owned())),
        false => Err(Problem::key()),
    }
}

impl From<NotOnce> for Problem {
    fn from(error: NotOnce) -> Self {
        match error {
            NotOnce::Reused => Self::key_reused(),
            NotOnce::Change(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::catalog::own::DOCUMENT;

    #[test]
    fn the_document_says_which_operations_take_a_key() {
        for section in DOCUMENT.split("operationId: ").skip(1) {
            let id = section.lines().next().unwrap();
            let is_said = section.contains("/parameters/idempotency_key\"");
            assert_eq!(TAKERS.contains(&id), is_said, "{id}");
        }
    }

    #[test]
    fn keys_are_read_with_or_without_quotes() {
        let long = "k".repeat(256);
        for (values, expected) in [
            (&[][..], Some(None)),
            (&["\"8e03978e-40d5\""], Some(Some("8e03978e-40d5"))),
            (&["8e03978e-40d5"], Some(Some("8e03978e-40d5"))),
            (&[""], None),
            (&["\"\""], None),
            (&["\""], None),
            (&["a b"], None),
            (&["a,b"], None),
            (&["a", "b"], None),
            (&[&long], None),
            (&[&long[1..]], Some(Some(&long[1..]))),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(NAME, HeaderValue::from_str(value).unwrap());
            }
            let read = read(&headers).ok();
            assert_eq!(read.as_ref().map(Option::as_deref), expected, "{values:?}");
        }
    }
}
