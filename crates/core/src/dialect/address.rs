//! How a request was addressed, for refusals that repeat it.

use crate::dialect::phrase::percent_encode;
use crate::oauth::form;

/// Parameters whose values are never repeated, whatever a dialect calls its own.
const SECRETS: [&str; 6] =
    ["client_secret", "token", "access_token", "refresh_token", "signature", "password"];

/// A request's method and address, as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Address<'a> {
    /// The method.
    pub method: &'a str,
    /// `http` or `https`, as callers see it.
    pub scheme: &'a str,
    /// The host that was asked, with its port if it has one.
    pub authority: &'a str,
    /// The path, still encoded.
    pub path: &'a str,
    /// The query, still encoded.
    pub query: Option<&'a str>,
}

impl Address<'_> {
    /// The whole URI. Whatever is not plain in the query is percent-encoded, and the
    /// values of secret parameters, of which `more` are the dialect's own, are `***`.
    pub fn uri(&self, more: &[Box<str>]) -> String {
        let mut uri = Vec::with_capacity(128);
        for part in [self.scheme, "://", self.authority] {
            uri.extend_from_slice(part.as_bytes());
        }
        encode(self.path, b"/%", &mut uri);
        let pairs = self.query.into_iter().flat_map(|query| query.split('&'));
        for (at, pair) in pairs.enumerate() {
            uri.push(if at == 0 { b'?' } else { b'&' });
            match pair.split_once('=') {
                Some((name, _)) if is_secret(name, more) => {
                    encode(name, b"%+", &mut uri);
                    uri.extend_from_slice(b"=***");
                }
                _ => encode(pair, b"=%+", &mut uri),
            }
        }
        String::from_utf8(uri).unwrap_or_default()
    }
}

/// A name that cannot be decoded may be anything, so it is one.
fn is_secret(name: &str, more: &[Box<str>]) -> bool {
    let Ok(name) = form::decode(name) else { return true };
    let mut all = SECRETS.into_iter().chain(more.iter().map(|name| &**name));
    all.any(|secret| name.eq_ignore_ascii_case(secret))
}

/// Percent-encodes everything but plain characters and those that are to be kept.
fn encode(text: &str, keep: &[u8], out: &mut Vec<u8>) {
    for byte in text.as_bytes() {
        if keep.contains(byte) {
            out.push(*byte);
        } else {
            percent_encode(&[*byte], out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, query: Option<&str>, expected: &str) {
        let (scheme, authority) = ("http", "platform-dev.example.com:8080");
        let address = Address { method: "GET", scheme, authority, path, query };
        let expected = format!("http://platform-dev.example.com:8080{expected}");
        assert_eq!(address.uri(&["Licence".into()]), expected);
    }

    #[test]
    fn addresses_are_repeated_without_secrets() {
        check(
            "/ws/rest/Cargo",
            Some("filter=subCargos.freight(GTE)2500000"),
            "/ws/rest/Cargo?filter=subCargos.freight%28GTE%292500000",
        );
        check("/a%20b", None, "/a%20b");
        check("/a", Some(""), "/a?");
        check("/a", Some("a=%28b%29&c"), "/a?a=%28b%29&c");
        check("/a", Some("Licence=TKabc&a=b"), "/a?Licence=***&a=b");
        check("/a", Some("licence=TK=abc"), "/a?licence=***");
        check("/a", Some("client%5Fsecret=abc"), "/a?client%5Fsecret=***");
        check("/a", Some("%zz=abc"), "/a?%zz=***");
        check("/<script>", Some("a=<b>\"'"), "/%3Cscript%3E?a=%3Cb%3E%22%27");
    }
}
