//! Clients: the programs that ask for tokens, their secrets, and how they prove
//! who they are.

pub mod record;
pub mod network;
pub mod secret_format;
pub mod recoverable;
pub mod redirect_uri;
pub mod credential;
pub mod authenticate;
pub mod change;
pub mod widening;
pub mod standing;
pub mod notice;
