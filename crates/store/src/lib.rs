//! What Portreeve keeps: one contract, two twin backends, and the directory that
//! answers the hot paths from memory.
//!
//! [`contract`] says what may be asked; [`sqlite`] and [`postgres`] are twins with
//! the same files and the same order of functions; [`open`] chooses between them
//! by the URL, the only place that knows there are two.

pub mod contract;
pub mod sqlite;
pub mod postgres;
pub mod open;
pub mod directory;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod columns;
