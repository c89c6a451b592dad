//! What Portreeve keeps: one contract, two twin backends, and the directory that
//! answers the hot paths from memory.
//!
//! [`contract`] says what may be asked; [`sqlite`] and [`postgres`] are twins with
//! the same files and the same order of functions; [`open`] chooses between them
//! by the URL, the only place that knows there are two.

mod columns;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod contract;
pub mod directory;
pub mod open;
pub mod postgres;
pub mod sqlite;
