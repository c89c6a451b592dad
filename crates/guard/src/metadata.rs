//! Where the authorization server's endpoints are (RFC 8414).

use http::Uri;
use serde_json::Value;

use crate::fetch::Fetch;

/// The two endpoints that a guard may need.
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) jwks: Option<Uri>,
    pub(crate) introspection: Option<Uri>,
}

/// Reads the server's metadata. The error says what went wrong.
pub(crate) async fn read(fetch: &Fetch, issuer: &str) -> Result<Metadata, String> {
    let uri = location(fetch, issuer)?;
    let fetched = fetch.read(&uri).await.map_err(|cause| format!("{uri}: {cause}"))?;
    if fetched.status != 200 {
        return Err(format!("{uri} answered {}", fetched.status));
    }
    let document: Value = serde_json::from_slice(&fetched.body)
        .map_err(|_| format!("{uri} answered something that is no JSON"))?;
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    // RFC 8414 §3.3: otherwise one server could speak for another.
    if text("issuer") != Some(issuer) {
        let found = text("issuer").unwrap_or("none").chars().take(200).collect::<String>();
        return Err(format!("{uri} names the issuer {found}: give the guard exactly that text"));
    }
    let endpoint = |name: &str| text(name).map(|text| fetch.url(text)).transpose();
    Ok(Metadata { jwks: endpoint("jwks_uri")?, introspection: endpoint("introspection_endpoint")? })
}

/// RFC 8414 §3.1: the well-known part stands between host and path of the issuer.
fn location(fetch: &Fetch, issuer: &str) -> Result<Uri, String> {
    let uri = fetch.url(issuer)?;
    let (scheme, authority) = (uri.scheme_str().unwrap_or_default(), uri.authority());
    let authority = authority.map(http::uri::Authority::as_str).unwrap_or_default();
    let path = uri.path().trim_end_matches('/');
    fetch.url(&format!("{scheme}://{authority}/.well-known/oauth-authorization-server{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_stands_before_the_path() {
        let fetch = Fetch::new(false).unwrap();
        for (issuer, path) in [
            ("https://login.example.com", "/.well-known/oauth-authorization-server"),
            ("https://login.example.com/one", "/.well-known/oauth-authorization-server/one"),
        ] {
            assert_eq!(location(&fetch, issuer).unwrap().path(), path);
        }
    }
}
