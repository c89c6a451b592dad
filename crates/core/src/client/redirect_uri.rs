//! Where a person may be sent back to, with a token in the address. Compared exactly,
//! character by character (RFC 9700 §2.1): nothing is normalised, nothing matches a
//! pattern.

use http::Uri;

/// The most redirect URIs that a client may have.
pub const MOST: usize = 20;

/// The longest one, in bytes.
const LONGEST: usize = 2000;

/// Hosts of the machine itself, where nobody else listens (RFC 8252 §7.3).
const LOOPBACK: &[&str] = &["127.0.0.1", "[::1]", "localhost"];

/// True when a client may register this URI: absolute, `https`, or `http` on the
/// machine itself; without a fragment (RFC 6749 §3.1.2) and without a name or password
/// before the host.
pub fn may_be_registered(uri: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&b);
    if uri.len() > LONGEST || !uri.bytes().all(plain) {
        return false;
    }
    let Ok(parsed) = uri.parse::<Uri>() else { return false };
    let Some(authority) = parsed.authority() else { return false };
    let host = authority.host();
    let port = authority.as_str().strip_prefix(host);
    let has_good_port = port.is_some_and(|port| port.is_empty() || authority.port_u16().is_some());
    let scheme = parsed.scheme_str().unwrap_or_default();
    let is_private = scheme == "https" || (scheme == "http" && LOOPBACK.contains(&host));
    is_private && has_good_port && !host.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_addresses_are_registered() {
        for good in [
            "https://shop.example/callback",
            "https://shop.example/callback?from=portreeve&x=%20",
            "https://shop.example:8443",
            "http://127.0.0.1:8080/demo/callback",
            "http://[::1]/x",
            "http://localhost:3000/",
        ] {
            assert!(may_be_registered(good), "{good}");
        }
        for bad in [
            "",
            "/callback",
            "shop.example/callback",
            "http://shop.example/callback",
            "http://127.0.0.1.shop.example/",
            "http://127.0.0.1@shop.example/",
            "https://user:word@shop.example/",
            "https://@shop.example/",
            "https://shop.example/#here",
            "https://shop.example/#",
            "https://shop.example:/",
            "https://shop.example:99999/",
            "https://shop.example:x/",
            "https:///callback",
            "https://",
            "https:shop.example",
            "https://shop.example/a b",
            "https://shop.example/\n",
            "https://shöp.example/",
            "https://shop.example/<script>",
            "https://shop.example\\@other.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://shop.example/",
            "com.example.app:/callback",
            &format!("https://shop.example/{}", "x".repeat(LONGEST)),
        ] {
            assert!(!may_be_registered(bad), "{bad}");
        }
    }
}
