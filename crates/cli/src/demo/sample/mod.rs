//! The sample APIs that the demo guards: what a vendor would have already.
//!
//! They know nothing of tokens. The gate in front of them refuses, or calls them
//! with who is calling, in `Portreeve-*` headers; they answer what that caller may see.

mod addresses;
mod answer;
mod application;
#[cfg(test)]
mod asked;
mod berths;
mod caller;
mod clouds;
mod crew;
mod vessel;
mod voyages;

pub(crate) use addresses::addresses;
pub(crate) use application::{BACK, application};
pub(crate) use berths::berths;
pub(crate) use clouds::clouds;
pub(crate) use crew::crew;
pub(crate) use vessel::vessel;
pub(crate) use voyages::voyages;

#[cfg(test)]
mod document_tests;
