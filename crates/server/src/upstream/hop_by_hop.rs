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

/// Removes what only the gate, or a proxy before it, may tell the API: who calls, from
/// where, by which certificate, and what would make the API read another path or
/// method than the one that was decided about. In every spelling that some server
/// reads as the same name (`Portreeve_Client`). The lists are [`GATE_ONLY_PREFIXES`]
/// and [`GATE_ONLY_NAMES`].
pub fn strip_identity(headers: &mut HeaderMap) {
    remove_where(headers, is_gate_only);
}

/// Removes `Portreeve-*` from an answer: those words are not the API's to say.
pub fn strip_from_answer(headers: &mut HeaderMap) {
    remove_where(headers, |name| has_prefix(name, "portreeve-"));
}

/// Whether the API sees the header `name`, or its absence, as it stands in a request.
/// Not when `Connection` nominates it, when it is one that is dropped or set here, or
/// when it is there in another spelling as well, which servers that hand headers on as
/// environment variables take for the same.
pub fn passes_as_it_is(headers: &HeaderMap, name: &str) -> bool {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return false };
    let plain = name.as_str();
    let is_same = |other: &[u8]| {
        plain.len() == other.len()
            && plain.bytes().map(folded).eq(other.iter().map(|byte| folded(*byte)))
    };
    let is_nominated = list(headers, &header::CONNECTION).any(is_same);
    let is_respelled = headers.keys().any(|key| *key != name && is_same(key.as_str().as_bytes()));
    let is_replaced = [header::AUTHORIZATION, header::EXPECT, header::HOST].contains(&name);
    !(is_nominated || is_respelled || is_replaced || is_of_one_hop(plain) || is_gate_only(plain))
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

/// Beginnings of names that a caller may not use, lower-case.
pub const GATE_ONLY_PREFIXES: [&str; 20] = [
    // Ours.
    "portreeve-",
    // Where the call came from and what it was (de facto; RFC 7239's is below).
    "x-forwarded",
    "x-original-",
    "x-envoy-",
    // A proxy's client certificate: RFC 9440, then as nginx, HAProxy, Apache and
    // Azure are configured, then AWS's.
    "client-cert",
    "x-client-cert",
    "ssl-client-",
    "x-ssl-",
    "x-arr-clientcert",
    "x-amzn-mtls-",
    // Who signed in at a proxy: CGI's names, oauth2-proxy, Grafana's and others'
    // "auth proxy", AWS, Google, Cloudflare, Azure, Kong.
    "x-remote-",
    "x-auth-request-",
    "x-authenticated-",
    "x-webauth-",
    "x-amzn-oidc-",
    "x-goog-authenticated-user-",
    "x-goog-iap-",
    "cf-access-",
    "x-ms-client-principal",
    "x-consumer-",
];

/// Whole names that a caller may not use, lower-case.
pub const GATE_ONLY_NAMES: [&str; 21] = [
    // Where the call came from.
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "fastly-client-ip",
    "x-azure-clientip",
    "front-end-https",
    "x-url-scheme",
    // Who calls.
    "remote-user",
    "remote-addr",
    "x-userinfo",
    // Another path or method than the one that was decided about.
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-http-path-override",
    "x-script-name",
];

fn is_gate_only(name: &str) -> bool {
    GATE_ONLY_PREFIXES.iter().any(|prefix| has_prefix(name, prefix))
        || GATE_ONLY_NAMES.iter().any(|known| name.len() == known.len() && has_prefix(name, known))
}

/// Header names are lower-case already ([`HeaderName`]).
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.len() >= prefix.len() && name.bytes().map(folded).zip(prefix.bytes()).all(|(a, b)| a == b)
}

/// What is neither letter nor digit reads as `-`, as in servers that hand headers on as
/// environment variables (CGI, RFC 3875 §4.1.18; WSGI).
const fn folded(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' }
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
            "portreeve.client",
            "X-Forwarded",
            "Client-Cert",
            "Client-Cert-Chain",
            "Client_Cert",
            "X-SSL-Client-Verify",
            "X_SSL_CLIENT_S_DN",
            "SSL-Client-Cert",
            "X-Client-Cert",
            "X-Client-Cert-Subject",
            "Remote-User",
            "REMOTE_USER",
            "X-Remote-User",
            "X-Remote-Groups",
            "True-Client-IP",
            "X-Client-IP",
            "CF-Connecting-IP",
            "X-Auth-Request-Email",
            "X-WebAuth-User",
            "X-Amzn-Oidc-Identity",
            "X-Goog-Authenticated-User-Email",
            "X-MS-CLIENT-PRINCIPAL",
            "X-Method-Override",
        ] {
            let mut map = headers(&[(name, "forged"), (name, "twice")]);
            strip_identity(&mut map);
            assert!(map.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_only_resembles_identity_stays() {
        for name in [
            "x-portreeve-client",
            "portreeveclient",
            "forwarded-for",
            "x-real-ipx",
            "x",
            "x-client-version",
            "client-id",
            "x-organization",
            "remote-users",
        ] {
            let mut map = headers(&[(name, "1")]);
            strip_identity(&mut map);
            assert_eq!(map.len(), 1, "{name}");
        }
    }

    #[test]
    fn a_header_passes_as_it_is_or_not() {
        let check = |lines: &[(&str, &str)], name: &str, expected: bool| {
            assert_eq!(passes_as_it_is(&headers(lines), name), expected, "{name} in {lines:?}");
        };
        let name = "X-Organization";
        check(&[], name, true);
        check(&[("x-organization", "4200"), ("x-organizations", "1")], name, true);
        check(&[("x-organization", "4200"), ("connection", "close, x-other")], name, true);
        check(&[("x-organization", "4200"), ("connection", "close, X-ORGANIZATION")], name, false);
        check(&[("x-organization", "4200"), ("x_organization", "5100")], name, false);
        check(&[("x.organization", "5100")], name, false);
        check(&[("connection", "x-organization")], name, false);
        check(&[("x_organization", "4200")], "X_Organization", true);
        check(&[("x-organization", "4200")], "X_Organization", false);
        for dropped in ["Authorization", "Host", "Upgrade", "X-Forwarded-Org", "not a name"] {
            check(&[], dropped, false);
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
