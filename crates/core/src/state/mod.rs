//! A state that somebody declares in a file, and what stands between it and the state
//! that is: a list of steps, in the order in which they can be taken. Pure: who reads the
//! file, looks at the records and takes the steps is somewhere else.

mod clients;
pub mod declared;
pub mod difference;
mod organizations;
mod pruned;
mod read;
pub mod service;
pub mod step;
mod table;

pub use read::read;

#[cfg(test)]
mod tests;
