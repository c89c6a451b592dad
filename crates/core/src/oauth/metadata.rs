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

/// The document of RFC 8414 §2.
pub fn authorization_server(endpoints: &Endpoints, scopes: &ScopeSet) -> Value {
    let methods = ["client_secret_basic", "client_secret_post"];
    let grants: Vec<&str> = GrantType::ALL.iter().map(|grant| grant.as_str()).collect();
    json!({
        "issuer": endpoints.issuer,
        "token_endpoint": endpoints.token,
        "introspection_endpoint": endpoints.introspection,
        "revocation_endpoint": endpoints.revocation,
        "jwks_uri": endpoints.jwks,
        "grant_types_supported": grants,
        // REQUIRED by §2 even where no response type is offered.
        "response_types_supported": [],
        "scopes_supported": scopes.iter().collect::<Vec<_>>(),
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
    })
}

/// The document of RFC 9728 §2 for one guarded service.
pub fn protected_resource(resource: &str, name: &str, issuer: &str, scopes: &ScopeSet) -> Value {
    json!({
        "resource": resource,
        "resource_name": name,
        "authorization_servers": [issuer],
        "scopes_supported": scopes.iter().collect::<Vec<_>>(),
        "bearer_methods_supported": ["header"],
    })
}
