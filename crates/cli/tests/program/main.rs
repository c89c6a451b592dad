//! The program as people run it: real processes, real sockets, real databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod demo_life;
mod demo_rights;
mod process;
mod serve;
mod tour;
mod verb_clients;
mod verb_errors;
mod verb_installation;
mod verb_organizations;
mod verb_races;
