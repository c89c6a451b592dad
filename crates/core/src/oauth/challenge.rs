//! `WWW-Authenticate` (RFC 9110 §11.6.1): how a 401 says what it wants.

use std::fmt::Write;

use http::HeaderValue;

use crate::refusal::{Reason, Refusal};

/// The challenge of a token endpoint to a client that failed with Basic
/// (RFC 6749 §5.2).
pub const BASIC: HeaderValue =
    HeaderValue::from_static("Basic realm=\"portreeve\", charset=\"UTF-8\"");

/// The challenge of a guarded API (RFC 6750 §3). Without a token it names no
/// error, so that a caller that knows nothing learns nothing.
pub fn bearer(refusal: &Refusal, scope: Option<&str>) -> HeaderValue {
    let mut text = String::from("Bearer realm=\"portreeve\"");
    let row = refusal.reason.row();
    if refusal.reason != Reason::TokenMissing {
        let _ =
            write!(text, ", error=\"{}\", error_description=\"{}\"", row.code.as_str(), row.text);
    }
    // Scope names hold no quote and no backslash, so they need no escaping.
    if let Some(scope) = scope.filter(|scope| !scope.is_empty()) {
        let _ = write!(text, ", scope=\"{scope}\"");
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("Bearer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_says_what_is_missing_and_no_more() {
        let cases = [
            (Reason::TokenMissing, None, "Bearer realm=\"portreeve\""),
            (
                Reason::ScopeInsufficient,
                Some("crew_read"),
                "Bearer realm=\"portreeve\", error=\"insufficient_scope\", error_description=\"This operation needs a scope that the access token does not have.\", scope=\"crew_read\"",
            ),
            (
                Reason::TokenExpired,
                None,
                "Bearer realm=\"portreeve\", error=\"invalid_token\", error_description=\"The access token has expired. Ask for a new one.\"",
            ),
        ];
        for (reason, scope, expected) in cases {
            assert_eq!(bearer(&reason.into(), scope), expected);
        }
    }
}
