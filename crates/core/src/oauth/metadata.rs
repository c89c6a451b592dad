//! Authorization server metadata (RFC 8414) and protected resource metadata
//! (RFC 9728). Only what works is advertised.

use serde_json::{Value, json};

use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;

/// Where things are. Each is an absolute URL.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The issuer: no query, no fragment, no trailing slash.
    pub issuer: String,
    /// Where the standard dialect's tokens are asked for.
    pub token: String,
    /// RFC 7662.
    pub introspection: String,
    /// RFC 7009.
    pub revocation: String,
    /// RFC 7517.
    pub jwks: String,
}

/// The document of RFC 8414 §2. Where §2 requires a member and §3.2 would leave out a
/// list without elements, the requirement wins: client libraries refuse a document
/// without `response_types_supported`, so it stands there even while no grant uses the
/// authorization endpoint. Other empty lists are left out.
pub fn authorization_server(endpoints: &Endpoints, scopes: &ScopeSet) -> Value {
    let methods = ["client_secret_basic", "client_secret_post"];
    let grants: Vec<&str> = GrantType::ALL.iter().map(|grant| grant.as_str()).collect();
    let document = json!({
        "issuer": endpoints.issuer,
        "token_endpoint": endpoints.token,
        "introspection_endpoint": endpoints.introspection,
        "revocation_endpoint": endpoints.revocation,
        "jwks_uri": endpoints.jwks,
        "grant_types_supported": grants,
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
    });
    with_scopes(document, scopes)
}

/// The document of RFC 9728 §2 for one guarded service. A list without elements is left
/// out (§3.2).
pub fn protected_resource(resource: &str, name: &str, issuer: &str, scopes: &ScopeSet) -> Value {
    let document = json!({
        "resource": resource,
        "resource_name": name,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
    });
    with_scopes(document, scopes)
}

fn with_scopes(mut document: Value, scopes: &ScopeSet) -> Value {
    if let (Some(members), false) = (document.as_object_mut(), scopes.is_empty()) {
        members.insert("scopes_supported".to_owned(), scopes.iter().collect());
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_without_elements_are_left_out_but_for_the_required_one() {
        let endpoints = Endpoints {
            issuer: "https://id.example.com".to_owned(),
            token: "https://id.example.com/oauth2/token".to_owned(),
            introspection: "https://id.example.com/oauth2/introspect".to_owned(),
            revocation: "https://id.example.com/oauth2/revoke".to_owned(),
            jwks: "https://id.example.com/oauth2/jwks".to_owned(),
        };
        let read = ScopeSet::parse("crew_read ships_read").unwrap();
        let both = |scopes| {
            let server = authorization_server(&endpoints, scopes);
            (server, protected_resource("https://api.example.com", "Crew", "https://i", scopes))
        };
        let (server, resource) = both(&read);
        for document in [&server, &resource] {
            assert_eq!(document["scopes_supported"], json!(["crew_read", "ships_read"]));
        }
        let (server, resource) = both(&ScopeSet::EMPTY);
        assert_eq!(server["response_types_supported"], json!([]), "RFC 8414 §2: REQUIRED");
        for document in [server, resource] {
            let empty =
                document.as_object().unwrap().iter().filter(|(_, value)| **value == json!([]));
            let empty: Vec<_> = empty.map(|(name, _)| name.as_str()).collect();
            assert!(empty.iter().all(|name| *name == "response_types_supported"), "{empty:?}");
            assert_eq!(document.get("scopes_supported"), None);
        }
    }
}
