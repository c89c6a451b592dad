//! The portal: customers help themselves. Every page is for somebody who has signed in
//! (those for others are listed apart), reads one request, asks one flow, and shows what
//! it says. Who may do what is asked of [`crate::flow::access`], never here.

mod arrival;
mod place;
pub mod home;
pub mod organization;
pub mod members;
pub mod new_client;
pub mod client;
pub mod client_changes;
pub mod usage;
pub mod explain;
pub mod audit;
pub mod settings;
pub mod operator;
pub mod welcome;
pub mod password;

pub(in crate::pages) use arrival::visitor;
pub use arrival::{At, Not, Shown, open, serve};
