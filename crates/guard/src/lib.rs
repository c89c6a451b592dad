//! Guards an API in the vendor's own process, from the API's own OpenAPI document.
//!
//! A [`Guard`] is a tower layer. For each call it does what Portreeve's gate does, in
//! the same order and with the same refusals: it reads the path in one way or not at
//! all, finds the operation, takes the access token, verifies it, and compares
//! audience, expiry and scopes. What the document does not describe is refused. The
//! API finds a [`Caller`] in the request's extensions. In one thing the guard is
//! stricter: what the document writes literally in a path must stand in a request just
//! so. The gate mends the escape of a letter; the guard sends nothing on, and the API's
//! router may compare the path as it was sent.
//!
//! ```no_run
//! # async fn example(app: axum::Router) -> Result<axum::Router, Box<dyn std::error::Error>> {
//! use axum::Extension;
//! use portreeve_guard::{Caller, Guard};
//!
//! # let secret = String::new();
//! let guard = Guard::builder(
//!     "https://login.example.com",
//!     "https://api.example.com/crew",
//!     &std::fs::read_to_string("crew.yaml")?,
//! )
//! .introspect_with("prc_crewapi", &secret)
//! .build()
//! .await?;
//!
//! async fn list(Extension(caller): Extension<Caller>) -> String {
//!     format!("hello, {}", caller.client_id)
//! }
//! # let _ = list;
//! # Ok(
//! app.layer(guard)
//! # )
//! # }
//! ```
//!
//! Put layers that answer without the API, such as cross-origin preflights, outside
//! the guard: a method that the document does not describe is refused here. A public
//! operation has no caller; do not read one from headers.
//!
//! # What is felt at once, and what is not
//!
//! | change at the server | verifying only | with [`Builder::introspect_with`] |
//! |---|---|---|
//! | the token expires | next call | next call |
//! | the token is revoked | when it expires | within 10 s |
//! | the client is disabled, ended or deleted; its owner is | when its tokens expire | within 10 s |
//! | a scope is taken from the client | when its tokens expire | within 10 s |
//! | an organization or a membership is taken away | the API's own business | within 10 s |
//! | a new signing key | at its first token | at its first token |
//! | a signing key is withdrawn | within the key set's `max-age` | within 10 s |
//! | the server is away | nothing for `max-age` and an hour, then 503 | 503 within 10 s |
//!
//! The 10 seconds are [`Builder::introspection_lasts`]. Portreeve's own gate feels
//! every one of these at the very next call; where that matters, put the gate before
//! the API.
//!
//! The guard introspects as a client to which the server lists this API's audience.
//! It enforces `x-organization` with the `organizations` of the answer: ids as the API
//! knows them, of a narrowed token those that it reaches itself. A client that reaches
//! more organizations than the server lists is refused on such operations.

mod builder;
mod caller;
mod clock;
mod fetch;
mod guard;
mod introspection;
mod keys;
mod layer;
mod memory;
mod metadata;

#[cfg(test)]
mod tests;

pub use crate::builder::{BuildError, Builder};
pub use crate::caller::{Caller, Organization};
pub use crate::guard::Guard;
pub use crate::layer::Guarded;
