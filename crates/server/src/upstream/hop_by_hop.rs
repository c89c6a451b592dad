//! Which header fields may pass a proxy (RFC 9110 §7.6.1), and which a caller
//! may not set because the API behind the gate believes them.

use http::header::{self, HeaderMap, HeaderName};
use http::{HeaderValue, Version};

/// Removes what belongs to one connection only: the fields that `Connection`
/// names, and those that every proxy removes.
pub fn strip_connection(headers: &mut HeaderMap) {
    let nominated: Vec<HeaderName> = list(headers, &header::CONNECTION)
        .filter_map(|option| HeaderName::from_bytes(option).ok())
        .collect();
    for name in nominated {
        headers.remove(name);
    }
    remove_where(headers, is_of_one_hop);
}

/// Removes what only the gate may tell the API: `Portreeve-*`, `X-Forwarded-*`
/// and their kin, in every spelling that some server reads as the same name
/// (`Portreeve_Client`), and what would make the API read another path or method
/// than the one that was decided about.
pub fn strip_identity(headers: &mut HeaderMap) {
    remove_where(headers, is_gate_only);
}

/// Removes `Portreeve-*` from an answer: those words are not the API's to say.
pub fn strip_from_answer(headers: &mut HeaderMap) {
    remove_where(headers, |name| has_prefix(name, "portreeve-"));
}

/// The protocol that a request or a 101 answer wants to go over to, if it is the
/// one that passes: `websocket` (RFC 6455 §4.1). Never `h2c`: a tunnel of that
/// kind would carry further requests past every decision.
pub fn asked_upgrade(version: Version, headers: &HeaderMap) -> Option<HeaderValue> {
    let names_upgrade =
        list(headers, &header::CONNECTION).any(|option| option.eq_ignore_ascii_case(b"upgrade"));
    let mut protocols = list(headers, &header::UPGRADE);
    let is_websocket = protocols.next().is_some_and(|name| name.eq_ignore_ascii_case(b"websocket"))
        && protocols.next().is_none();
    (version == Version::HTTP_11 && names_upgrade && is_websocket)
        .then(|| HeaderValue::from_static("websocket"))
}

/// The members of a comma-separated field, over all its lines, trimmed.
fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    headers
        .get_all(name)
        .into_iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty())
}

fn remove_where(headers: &mut HeaderMap, is_unwanted: impl Fn(&str) -> bool) {
    // Most requests have none or two of them, so the list rarely grows.
    let unwanted: Vec<HeaderName> =
        headers.keys().filter(|name| is_unwanted(name.as_str())).cloned().collect();
    for name in unwanted {
        headers.remove(name);
    }
}

fn is_of_one_hop(name: &str) -> bool {
    name.starts_with("proxy-")
        || matches!(
            name,
            "connection"
                | "keep-alive"
                | "te"
                | "trailer"
                | "transfer-encoding"
                | "upgrade"
                | "http2-settings"
        )
}

fn is_gate_only(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["portreeve-", "x-forwarded-", "x-original-"];
    const NAMES: [&str; 6] = [
        "forwarded",
        "x-real-ip",
        "x-rewrite-url",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
    ];
    PREFIXES.iter().any(|prefix| has_prefix(name, prefix))
        || NAMES.iter().any(|known| name.len() == known.len() && has_prefix(name, known))
}

/// Header names are lower-case already ([`HeaderName`]); `_` reads as `-`, as in
/// every server that hands headers on as environment variables (CGI, WSGI).
fn has_prefix(name: &str, prefix: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte };
    name.len() >= prefix.len() && name.bytes().map(plain).zip(prefix.bytes()).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap())
        };
        lines.iter().map(pair).collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        headers.keys().map(HeaderName::as_str).collect()
    }

    #[test]
    fn what_connection_names_goes_and_the_rest_stays() {
        let mut map = headers(&[
            ("connection", "close, X-Secret-Hop"),
            ("Connection", "x-other ,, not a name"),
            ("x-secret-hop", "1"),
            ("x-other", "2"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("trailer", "x-sum"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMAAABkAAQ"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic eA=="),
            ("accept", "text/html"),
        ]);
        strip_connection(&mut map);
        assert_eq!(names(&map), ["accept"]);
    }

    #[test]
    fn identity_is_dropped_in_every_spelling() {
        for name in [
            "Portreeve-Client",
            "portreeve_client",
            "PORTREEVE-CLIENT",
            "Portreeve_Organizations",
            "portreeve-",
            "X-Forwarded-For",
            "X_Forwarded_User",
            "x-forwarded_host",
            "Forwarded",
            "X-Real-IP",
            "x_real_ip",
            "X-Original-URL",
            "X-Rewrite-Url",
            "X-HTTP-Method-Override",
            "x_http_method_override",
        ] {
            let mut map = headers(&[(name, "forged"), (name, "twice")]);
            strip_identity(&mut map);
            assert!(map.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_only_resembles_identity_stays() {
        for name in ["x-portreeve-client", "portreeveclient", "forwarded-for", "x-real-ipx", "x"] {
            let mut map = headers(&[(name, "1")]);
            strip_identity(&mut map);
            assert_eq!(map.len(), 1, "{name}");
        }
    }

    #[test]
    fn only_a_websocket_upgrade_passes() {
        let check = |version, lines: &[(&str, &str)], passes: bool| {
            assert_eq!(asked_upgrade(version, &headers(lines)).is_some(), passes, "{lines:?}");
        };
        let one = Version::HTTP_11;
        check(one, &[("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")], true);
        check(one, &[("upgrade", "websocket")], false);
        check(one, &[("connection", "upgrade")], false);
        check(one, &[("connection", "upgrade"), ("upgrade", "h2c")], false);
        check(one, &[("connection", "upgrade"), ("upgrade", "websocket, h2c")], false);
        check(
            one,
            &[("connection", "upgrade"), ("upgrade", "websocket"), ("upgrade", "h2c")],
            false,
        );
        check(Version::HTTP_10, &[("connection", "upgrade"), ("upgrade", "websocket")], false);
        check(Version::HTTP_2, &[("connection", "upgrade"), ("upgrade", "websocket")], false);
    }
}
