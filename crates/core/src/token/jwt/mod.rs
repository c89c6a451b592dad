//! Signed access tokens: JWTs in the JWS compact serialization (RFC 7515 §7.1)
//! with the header and claims of RFC 9068.
//!
//! No other JWT is read here: no encrypted ones, no client assertions. What the
//! header may say is fixed, so it cannot choose how it is checked (RFC 8725 §3.1).

pub mod claims;
pub mod jwk;
pub mod sign;
pub mod verify;

/// The longest JWT that is made or looked at, in bytes.
pub const LONGEST: usize = 8 * 1024;
