//! Access tokens: what they say, how they are written and how they are read back.

pub mod request;
pub mod issuance;
pub mod record;
pub mod family;
pub mod claims;
pub mod format;
pub mod draw;
pub mod mint;
pub mod sealed;
pub mod compact;
pub mod jwt;
pub mod key;
pub mod key_ring;
pub mod inspect;
pub mod liveness;
#[cfg(test)]
mod sample;
