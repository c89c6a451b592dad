//! What a service allows: its OpenAPI document, read as policy.
//!
//! [`openapi`] reads the document, [`route`] finds the operation that a request
//! calls, [`organization`] says which organization it touches. What the document
//! does not describe is refused. Tokens, clients and rights are not known here.

pub mod path;
pub mod template;
pub mod route;
pub mod organization;
pub mod openapi;
pub mod verdict;
