//! The gate: Portreeve before a vendor's API.
//!
//! [`proxy`] carries a request that may pass, and nothing that one hop must not
//! tell the next ([`hop_by_hop`]). Whether it may pass is decided elsewhere.

pub mod door;
pub mod upstreams;
pub mod proxy;
pub mod hop_by_hop;
mod outgoing;
mod tunnel;
