//! Addresses with a host: what the configuration may name as issuer and upstream.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

/// The parts of an `http` or `https` URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HttpUrl {
    pub(super) is_https: bool,
    /// An IPv6 address is in brackets.
    pub(super) host: String,
    /// Without a trailing slash: empty, or `/…`.
    pub(super) path: String,
}

/// Reads a URL (RFC 3986) with a host and without user, query and fragment.
///
/// # Errors
/// What is wrong with it, as a sentence about "it".
pub(super) fn read(text: &str) -> Result<HttpUrl, &'static str> {
    if text.contains(['?', '#']) {
        return Err("it has a query or a fragment: leave that out");
    }
    let parts = text.parse::<Uri>().map_err(|_| "this is no URL")?.into_parts();
    let is_https = match parts.scheme.as_ref().map(http::uri::Scheme::as_str) {
        Some("https") => true,
        Some("http") => false,
        _ => return Err("it does not begin with http:// or https://"),
    };
    let authority = parts.authority.ok_or("it has no host")?;
    if authority.as_str().contains('@') {
        return Err("it has a user or a password: leave that out");
    }
    let host = authority.host();
    if !is_host(host) {
        return Err("its host is neither a name nor an address");
    }
    let has_port = authority.as_str().len() > host.len();
    if has_port && authority.port_u16().is_none_or(|port| port == 0) {
        return Err("its port is no number from 1 to 65535");
    }
    let path = parts.path_and_query.as_ref().map_or("", http::uri::PathAndQuery::path);
    let path = path.trim_end_matches('/');
    if !path.is_empty() && !is_plain_path(path) {
        return Err("its path has an empty, dotted or escaped segment");
    }
    Ok(HttpUrl { is_https, host: host.to_owned(), path: path.to_owned() })
}

impl HttpUrl {
    /// True when the host can only be this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3).
    pub(super) fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

/// True for `/api/vessel`: segments of letters, digits, `-`, `_`, `.` and `~`, none
/// empty, none of dots alone, no slash at the end. No two readers differ on such a path.
pub(super) fn is_plain_path(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    let is_segment =
        |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(plain);
    path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_segment))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    host.split('.').all(|label| !label.is_empty() && label.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn urls_are_taken_apart() {
        for (text, is_https, host, path, is_loopback) in [
            ("https://id.example.com", true, "id.example.com", "", false),
            ("http://127.0.0.1:9001/", false, "127.0.0.1", "", true),
            ("http://127.1.2.3", false, "127.1.2.3", "", true),
            ("http://[::1]:80/v1/x", false, "[::1]", "/v1/x", true),
            ("http://localhost:1", false, "localhost", "", true),
            ("http://localhost.example.com", false, "localhost.example.com", "", false),
            ("http://vessel_api:8080", false, "vessel_api", "", false),
        ] {
            let url = read(text).unwrap();
            assert_eq!((url.is_https, &*url.host, &*url.path), (is_https, host, path), "{text}");
            assert_eq!(url.is_loopback(), is_loopback, "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_url_is_refused() {
        for (text, expected) in [
            ("", "this is no URL"),
            ("id.example.com", "it does not begin with http:// or https://"),
            ("/path", "it does not begin with http:// or https://"),
            ("ftp://example.com", "it does not begin with http:// or https://"),
            ("https://", "this is no URL"),
            ("https://a b", "this is no URL"),
            ("https://user:pass@example.com", "it has a user or a password: leave that out"),
            ("https://example.com?x", "it has a query or a fragment: leave that out"),
            ("https://example.com/#x", "it has a query or a fragment: leave that out"),
            ("https://example..com", "its host is neither a name nor an address"),
            ("https://[::z]", "its host is neither a name nor an address"),
            ("https://example.com:", "its port is no number from 1 to 65535"),
            ("https://example.com:0", "its port is no number from 1 to 65535"),
            ("https://example.com:70000", "its port is no number from 1 to 65535"),
            ("https://example.com/a//b", "its path has an empty, dotted or escaped segment"),
            ("https://example.com/../b", "its path has an empty, dotted or escaped segment"),
            ("https://example.com/%61", "its path has an empty, dotted or escaped segment"),
        ] {
            assert_eq!(read(text).unwrap_err(), expected, "{text}");
        }
    }
}
