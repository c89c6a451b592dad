//! What a caller showed to prove which client it is.

use crate::secret::Secret;

/// The way in which a credential was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `client_secret_basic`: the `Authorization` header.
    Basic,
    /// `client_secret_post`: parameters of the body.
    Post,
    /// Parameters of the query, where a dialect has it so.
    Query,
    /// Headers of its own, where a dialect has it so.
    Header,
}

/// A client id and what was shown with it.
#[derive(Debug)]
pub struct Credential {
    /// The `client_id` that was claimed.
    pub client_id: String,
    /// The `client_secret` that was shown; absent for a client that shows none.
    pub secret: Option<Secret<String>>,
    /// How.
    pub method: Method,
}
