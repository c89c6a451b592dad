//! The program as people run it: real processes, real sockets, real databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod browser;
mod demo_connector;
mod demo_dataloy;
mod demo_dotypos;
mod demo_dqe;
mod demo_life;
mod demo_portal;
mod demo_rights;
mod process;
mod serve;
mod tour;
mod verb_apply;
mod verb_apply_services;
mod verb_clients;
mod verb_dialect_try;
mod verb_dialects;
mod verb_errors;
mod verb_installation;
mod verb_organizations;
mod verb_invitations;
mod verb_passwords;
mod verb_races;
mod verb_rights;
