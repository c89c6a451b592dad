//! The standards' own words: what RFC 6749, 6750, 7662, 8414 and 9728 call things.
//! No decision is made here; these are types that read and write.

pub mod scope;
pub mod grant_type;
pub mod error_code;
pub mod form;
pub mod json;
pub mod basic;
pub mod challenge;
pub mod metadata;
