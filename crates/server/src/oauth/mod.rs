//! The protocol's doors: bytes in, words to a flow, bytes out. Nothing is decided
//! here.

mod about_token;
pub mod authorize;
pub mod introspect;
pub mod metadata;
pub mod raw;
pub mod revoke;
pub mod token;
