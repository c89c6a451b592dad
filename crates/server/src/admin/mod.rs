//! The administration API: what the portal and the command line do, for the vendor's own
//! programs. It protects itself as any service does: its OpenAPI document is the policy,
//! and `flow::decide` is asked before anything is read.
//!
//! [`door`] takes a request and answers it, [`operations`] is the register of what can be
//! asked, and each file beside them is one kind of record. Nothing is decided here.

mod answer;
mod asked;
mod clients;
mod condition;
mod connections;
pub mod door;
mod fields;
mod installation;
mod invitations;
mod json;
mod looks;
mod memberships;
mod moment;
mod new_client;
mod node;
mod once;
pub mod operations;
mod organizations;
mod problem;
mod query;
mod refusals;
mod secrets;
mod sessions;
mod users;
