//! The sample APIs that the demo guards: what a vendor would have already.
//!
//! They know nothing of tokens. The gate in front of them refuses, or calls them
//! with who is calling, in `Portreeve-*` headers; they answer what that caller may see.

mod answer;
#[cfg(test)]
mod asked;
mod berths;
mod caller;
mod crew;
mod vessel;

pub(crate) use berths::berths;
pub(crate) use crew::crew;
pub(crate) use vessel::vessel;

#[cfg(test)]
mod document_tests;
