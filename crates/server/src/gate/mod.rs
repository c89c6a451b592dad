//! The gate: Portreeve before a vendor's API. The way to the API itself is in
//! [`crate::upstream`].

pub mod door;
mod origin;
