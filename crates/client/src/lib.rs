//! One access token for many callers.
//!
//! A program that calls an API needs a token now and then, not one per call. A
//! [`TokenSource`] asks for one with the client credentials grant (RFC 6749 §4.4),
//! gives the same one to every caller, and asks again shortly before it expires:
//! once, however many callers wait. Programs that live for a moment can keep the
//! token in a file and so do not ask at every start.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use portreeve_client::TokenSource;
//!
//! // From your own configuration. Clone the source as often as you like.
//! # let secret = String::new();
//! let source = TokenSource::builder(
//!     "https://login.example.com/oauth2/token",
//!     "prc_crewplanner",
//!     &secret,
//! )
//! .scope("crew_read")
//! .audience("https://api.example.com/crew")
//! .cache_file("/var/lib/crewplanner/token.json")
//! .build()?;
//!
//! let token = source.token().await?;
//! let request = http::Request::get("https://api.example.com/crew/v1/crew")
//!     .header(http::header::AUTHORIZATION, token.authorization())
//!     .body(())?;
//! // Should the API answer 401 although the token has not expired, say so, and the
//! // next call asks for a new one:
//! source.forget(&token).await;
//! # Ok(())
//! # }
//! ```
//!
//! It needs a Tokio runtime with time and I/O enabled. What it does not do: it
//! follows no redirects (they would carry the secret elsewhere), it uses no proxy,
//! and it repeats no request by itself; [`Error::is_temporary`] says when a later
//! attempt may help. Certificates are checked against Mozilla's roots.

mod builder;
mod cache;
mod clock;
mod error;
mod exchange;
mod form;
mod reply;
mod source;
mod token;

pub use crate::builder::{BuildError, Builder};
pub use crate::error::{Error, Refused};
pub use crate::source::TokenSource;
pub use crate::token::AccessToken;
