//! What the page of an organization shows. The number of reads is the same for the
//! smallest organization and the largest. Nothing is changed here; what may be changed,
//! [`crate::flow::access`] says.

pub mod listing;
pub mod services;
pub mod structure;
pub mod waiting;
