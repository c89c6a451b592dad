//! The protocol's doors: bytes in, words to a flow, bytes out. Nothing is decided
//! here.

pub mod token;
mod about_token;
pub mod introspect;
pub mod revoke;
pub mod metadata;
pub mod authorize;
