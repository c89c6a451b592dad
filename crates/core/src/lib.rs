//! Portreeve's words and decisions.
//!
//! This crate decides and never acts: no I/O, no async, no clock, no random
//! source. Time arrives as [`time::Timestamp`], randomness as
//! [`secret::Entropy`], and what the store knows as plain records. Whoever
//! embeds it (the server, a guard inside an API, a test) supplies the rest.
//!
//! Read in this order: [`refusal`] (every "no"), [`oauth`] (the standards'
//! words), [`client`], [`org`], [`token`], [`connection`], [`sign_in`], [`grant`],
//! [`dialect`], [`policy`].

pub mod time;
pub mod text_id;
pub mod secret;
pub mod refusal;
pub mod audit;
pub mod http_message;
pub mod oauth;
pub mod org;
pub mod client;
pub mod token;
pub mod connection;
pub mod sign_in;
pub mod grant;
pub mod dialect;
pub mod policy;
pub mod service;
pub mod usage;
pub mod branding;
pub mod state;
