//! Portreeve's doors, on the network.
//!
//! [`router`] is the map; [`oauth`] and [`gate`] are the doors behind it. A door
//! turns bytes into words, asks one [`flow`], and turns what it says into bytes.
//! [`listen`] accepts connections, [`observe`] tells operators what happened,
//! [`tasks`] goes on beside the requests, and [`installation`] puts it all together
//! from a [`config`].

pub mod router;
pub mod oauth;
pub mod gate;
pub mod admin;
pub mod pages;
pub mod flow;
pub mod env;
pub mod token_memory;
pub mod shared_tokens;
pub mod spending;
pub mod upstream;
pub mod visit;
pub mod raw;
pub mod guessing;
pub mod changes;
pub mod tries;
pub mod passwords;
pub mod sessions;
pub mod texts;
pub mod mail;
pub mod openapi;
pub mod catalog;
pub mod config;
pub mod installation;
pub mod control;
pub mod tasks;
pub mod observe;
pub mod usage;
pub mod request_id;
pub mod listen;
pub mod paths;
mod patience;
#[cfg(test)]
mod loopback;
