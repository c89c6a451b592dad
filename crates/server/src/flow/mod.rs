//! One journey each: what is awaited, in order. Decisions are core's; bytes are the
//! doors'. Only here (and in the background tasks) is the store awaited.

pub mod stop;
pub mod caller;
pub mod token;
pub mod refresh;
pub mod issue;
pub mod inspect;
pub mod introspect;
pub mod revoke;
pub mod decide;
pub mod keys;
pub mod change;
pub mod administration;
pub mod clients;
pub mod organizations;
pub mod people;
pub mod records;
pub mod notices;
pub mod sign_in;
pub mod connect;
pub mod connections;
pub mod access;
pub mod overview;
pub mod operate;
pub mod register;
pub mod portal_clients;
pub mod usage_report;
pub mod usage;
pub mod explain;
pub mod links;
pub mod invitations;
pub mod joining;
pub mod members;
pub mod my_sessions;
pub mod passwords;
pub mod carry_over;
