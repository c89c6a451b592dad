//! The registered error codes (RFC 6749 §5.2, RFC 6750 §3.1, RFC 8707 §2,
//! RFC 7009 §2.2.1).

/// A value of the `error` member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request is malformed (RFC 6749 §5.2, RFC 6750 §3.1).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 §5.2).
    InvalidClient,
    /// The grant is invalid, expired, revoked or another client's.
    InvalidGrant,
    /// This client may not use this grant type.
    UnauthorizedClient,
    /// The server does not support this grant type.
    UnsupportedGrantType,
    /// The scope is unknown, malformed or too wide.
    InvalidScope,
    /// The audience or resource is unknown (RFC 8707 §2).
    InvalidTarget,
    /// The access token is expired, revoked or malformed (RFC 6750 §3.1).
    InvalidToken,
    /// The access token lacks a scope (RFC 6750 §3.1).
    InsufficientScope,
    /// The response type is not supported (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// The caller is known and may not do this (RFC 6749 §4.1.2.1).
    AccessDenied,
    /// Something broke here (RFC 6749 §4.1.2.1).
    ServerError,
    /// Try again later (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// The code as it is registered.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}
