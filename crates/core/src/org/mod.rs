//! Organizations, people, and what an owner of a client reaches now.

pub mod unseen;
pub mod organization;
pub mod member;
pub mod owner;
pub mod reach;
pub mod permission;
