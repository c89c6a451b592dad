//! Why there is no token, and what to do about it. No text here holds a secret.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// There is no token. Cheap to clone: everybody who waited gets the same answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server said no, in OAuth's own words (RFC 6749 §5.2).
    #[error("{0}")]
    Refused(Arc<Refused>),
    /// No connection, or it broke.
    #[error(
        "{endpoint} cannot be reached: {cause}. Check the token URL, the network, and that the \
         certificate is one that the public roots know"
    )]
    Unreachable {
        /// The token URL without its query.
        endpoint: Arc<str>,
        /// What the network said.
        cause: Arc<str>,
    },
    /// No answer in time.
    #[error("{endpoint} did not answer within {waited:?}. Try again later, or allow more time")]
    TimedOut {
        /// The token URL without its query.
        endpoint: Arc<str>,
        /// How long was waited.
        waited: Duration,
    },
    /// The server sent us elsewhere. The secret is not carried there.
    #[error(
        "{endpoint} answered {status}, a redirect, and none is followed: use the token URL that \
         the API's documentation gives, with the right scheme and path"
    )]
    Redirected {
        /// The token URL without its query.
        endpoint: Arc<str>,
        /// The HTTP status.
        status: u16,
    },
    /// Something answered that is no token endpoint, or a strange one.
    #[error("{endpoint} answered {status}, and {problem}. Check that this is the token URL")]
    Unreadable {
        /// The token URL without its query.
        endpoint: Arc<str>,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the answer.
        problem: &'static str,
    },
}

impl Error {
    /// True when the same request may succeed later without any change.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Refused(refused) => {
                refused.status == 429
                    || refused.status >= 500
                    || refused.code == "temporarily_unavailable"
            }
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Unreadable { status, .. } => *status == 429 || *status >= 500,
            Self::Redirected { .. } => false,
        }
    }
}

/// What the server said when it refused (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The error code, such as `invalid_client`.
    pub code: String,
    /// The server's own explanation.
    pub description: Option<String>,
    /// How long the server asks to wait (RFC 9110 §10.2.3), where it says so in seconds.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no token: {} (HTTP {})", self.code, self.status)?;
        if let Some(description) = &self.description {
            write!(f, ", \"{description}\"")?;
        }
        f.write_str(advice(&self.code))?;
        match self.retry_after {
            Some(wait) => write!(f, ". Wait {} s before the next attempt", wait.as_secs()),
            None => Ok(()),
        }
    }
}

fn advice(code: &str) -> &'static str {
    match code {
        "invalid_client" | "access_denied" => {
            ". Check client id and secret; if both are right, the client's administrator can say \
             whether it is disabled or has a newer secret"
        }
        "invalid_scope" => {
            ". Ask for fewer scopes, or have the client's administrator tick this one"
        }
        "invalid_target" => ". Check the audience",
        "unauthorized_client" | "unsupported_grant_type" => {
            ". This client or server does not do client_credentials: see the API's documentation"
        }
        "invalid_request" => {
            ". Check the token URL, and whether the secret belongs in the header or in the form"
        }
        _ => "",
    }
}
