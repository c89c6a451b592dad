//! One journey each: what is awaited, in order. Decisions are core's; bytes are the
//! doors'. Only here (and in the background tasks) is the store awaited.

pub mod caller;
pub mod change;
pub mod clients;
pub mod decide;
pub mod introspect;
pub mod keys;
pub mod organizations;
pub mod people;
pub mod revoke;
pub mod stop;
pub mod token;
