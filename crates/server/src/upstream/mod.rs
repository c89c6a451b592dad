//! The connections to the APIs behind the gate.
//!
//! [`proxy`] carries a request that may pass, and nothing that one hop must not
//! tell the next ([`hop_by_hop`]). Whether it may pass is decided elsewhere.

pub mod hop_by_hop;
mod outgoing;
pub mod proxy;
mod tunnel;
pub mod upstreams;
