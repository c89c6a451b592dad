//! Where this server's own endpoints are.

/// RFC 7662.
pub const INTROSPECT: &str = "/oauth2/introspect";
/// RFC 7009.
pub const REVOKE: &str = "/oauth2/revoke";
/// RFC 7517.
pub const JWKS: &str = "/oauth2/jwks";
/// RFC 6749 §3.1.
pub const AUTHORIZE: &str = "/oauth2/authorize";
/// RFC 8414 §3.
pub const METADATA: &str = "/.well-known/oauth-authorization-server";
/// RFC 9728 §3.1; a service's path follows.
pub const RESOURCE_METADATA: &str = "/.well-known/oauth-protected-resource";
