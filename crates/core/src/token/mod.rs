//! Access tokens: what they say, how they are written and how they are read back.

pub mod format;
pub mod inspect;
pub mod issuance;
pub mod jwt;
pub mod key;
pub mod key_ring;
pub mod liveness;
pub mod mint;
pub mod record;
pub mod request;
pub mod sealed;

#[cfg(test)]
mod sample;
