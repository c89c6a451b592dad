//! Portreeve's doors, on the network.
//!
//! [`router`] is the map; [`oauth`] and [`gate`] are the doors behind it. A door
//! turns bytes into words, asks one [`flow`], and turns what it says into bytes.
//! [`listen`] accepts connections, [`observe`] tells operators what happened,
//! [`tasks`] goes on beside the requests, and [`installation`] puts it all together
//! from a [`config`].

pub mod catalog;
pub mod config;
pub mod control;
pub mod env;
pub mod flow;
pub mod gate;
pub mod guessing;
pub mod installation;
pub mod listen;
#[cfg(test)]
mod loopback;
pub mod oauth;
pub mod observe;
mod patience;
pub mod request_id;
pub mod router;
pub mod tasks;
pub mod token_memory;
