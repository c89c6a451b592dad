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
/// Where people sign in.
pub const SIGN_IN: &str = "/sign-in";
/// Where people show their password once more.
pub const SIGN_IN_AGAIN: &str = "/sign-in/again";
/// Where the portal begins.
pub const PORTAL: &str = "/portal";
/// Where an invitation is accepted.
pub const WELCOME: &str = "/portal/welcome";
/// Where a way to a new password is asked for.
pub const FORGOTTEN_PASSWORD: &str = "/portal/password/forgotten";
/// Where a new password is chosen.
pub const NEW_PASSWORD: &str = "/portal/password/new";
/// What is a person's own.
pub const SETTINGS: &str = "/portal/settings";
/// The services' documentation.
pub const DOCS: &str = "/portal/docs";
/// Where people sign out.
pub const SIGN_OUT: &str = "/sign-out";
/// A connector's page: an application asks a person for access.
pub const CONNECT: &str = "/connect";
/// Signing in on the way to it.
pub const CONNECT_SIGN_IN: &str = "/connect/sign-in";
/// Signing out on the way to it, to sign in as somebody else.
pub const CONNECT_SIGN_OUT: &str = "/connect/sign-out";
/// What a person has granted.
pub const CONNECTIONS: &str = "/connections";
/// Ending one of these.
pub const END_CONNECTION: &str = "/connections/end";
/// Stylesheet and flag.
pub const ASSETS: &str = "/assets";
