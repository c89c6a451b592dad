//! Signing in: people's passwords and sessions.

pub mod session;
pub mod password;
pub mod link;
pub mod proof;
