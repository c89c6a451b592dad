//! Every "no" that Portreeve says.
//!
//! A refusal has one [`Reason`], and [`TABLE`] gives each reason its slug, its
//! OAuth error code, its HTTP status and its public text. A dialect matches the
//! slug and may reshape the answer; it cannot invent a reason or change when one
//! arises. Nothing here ever carries a secret.

use std::fmt;

use crate::oauth::error_code::ErrorCode;
use crate::time::Ttl;

macro_rules! refusals {
    ($( $(#[$doc:meta])* $reason:ident $slug:literal $code:ident $status:literal $text:literal; )*) => {
        /// Why something was refused. One variant per reason, not per answer:
        /// several reasons share one public text on purpose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $( $(#[$doc])* $reason, )* }

        /// The refusal table: one row per reason.
        pub const TABLE: &[Row] = &[
            $( Row {
                reason: Reason::$reason,
                slug: $slug,
                code: ErrorCode::$code,
                status: $status,
                text: $text,
            }, )*
        ];

        impl Reason {
            /// The reason's row in [`TABLE`].
            pub const fn row(self) -> Row {
                match self {
                    $( Self::$reason => Row {
                        reason: Self::$reason,
                        slug: $slug,
                        code: ErrorCode::$code,
                        status: $status,
                        text: $text,
                    }, )*
                }
            }
        }
    };
}

/// One row of the refusal table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The reason.
    pub reason: Reason,
    /// Its name in logs, metrics and dialect files.
    pub slug: &'static str,
    /// The OAuth error code.
    pub code: ErrorCode,
    /// The HTTP status of the standard dialect.
    pub status: u16,
    /// What the caller is told: only %x20-21 / %x23-5B / %x5D-7E (RFC 6749 §5.2).
    pub text: &'static str,
}

refusals! {
    /// Too many failed attempts from this address for this client.
    TooManyAttempts "too_many_attempts" TemporarilyUnavailable 429
        "Too many failed attempts. Wait as long as Retry-After says, then try again.";
    /// The HTTP method is not one of the endpoint's.
    MethodNotAllowed "method_not_allowed" InvalidRequest 405
        "This endpoint does not take that HTTP method.";
    /// The body's media type is not one of the endpoint's.
    ContentTypeWrong "content_type_wrong" InvalidRequest 400
        "The body must be sent with the Content-Type that this endpoint documents.";
    /// The body is larger than the endpoint takes.
    BodyTooLarge "body_too_large" InvalidRequest 413 "The body is too large.";
    /// The body is not what its media type says.
    BodyMalformed "body_malformed" InvalidRequest 400
        "The body cannot be read as its Content-Type.";
    /// A parameter or header was given more than once.
    ParameterRepeated "parameter_repeated" InvalidRequest 400
        "A parameter was given more than once.";
    /// A mandatory parameter is absent.
    ParameterMissing "parameter_missing" InvalidRequest 400 "A parameter is missing.";
    /// A mandatory parameter is empty.
    ParameterEmpty "parameter_empty" InvalidRequest 400 "A parameter is empty.";
    /// A parameter that the endpoint does not know, where that matters.
    ParameterUnknown "parameter_unknown" InvalidRequest 400
        "The request has a parameter that this endpoint does not know.";
    /// A parameter has a value of the wrong kind.
    ParameterMalformed "parameter_malformed" InvalidRequest 400
        "A parameter has a value that cannot be read.";
    /// A client secret stood in the query, where it ends up in logs.
    SecretInQuery "secret_in_query" InvalidRequest 400
        "Credentials do not belong in the query string. Treat this secret as known to others and rotate it.";
    /// More than one way of client authentication in one request.
    CredentialsTwice "credentials_twice" InvalidRequest 400
        "The request authenticates the client in more than one way.";
    /// No client authentication at all.
    CredentialsMissing "credentials_missing" InvalidClient 401
        "The request does not say which client makes it. Send client_id and client_secret.";
    /// An `Authorization` header that cannot be read.
    CredentialsMalformed "credentials_malformed" InvalidClient 401
        "The Authorization header cannot be read. Send Basic and base64 of client_id:client_secret.";
    /// There is no such client.
    ClientUnknown "client_unknown" InvalidClient 401
        "The client is unknown, disabled, or its secret is wrong or has expired.";
    /// The secret is none of the client's.
    SecretWrong "secret_wrong" InvalidClient 401
        "The client is unknown, disabled, or its secret is wrong or has expired.";
    /// The secret was right once.
    SecretExpired "secret_expired" InvalidClient 401
        "The client is unknown, disabled, or its secret is wrong or has expired.";
    /// The client's administrator or the operator disabled it.
    ClientDisabled "client_disabled" InvalidClient 401
        "The client is unknown, disabled, or its secret is wrong or has expired.";
    /// The client's (or licence's) time has ended.
    ClientExpired "client_expired" InvalidClient 401
        "The client is unknown, disabled, or its secret is wrong or has expired.";
    /// The client's owner (a user) is disabled or gone.
    OwnerDisabled "owner_disabled" InvalidClient 401
        "The client is unknown, disabled, or its secret is wrong or has expired.";
    /// The client is who it says, and asks from an address that is none of its networks'.
    ClientNetworkForeign "client_network_foreign" UnauthorizedClient 400
        "This client may not ask for tokens from this address.";
    /// A page's request that should be signed is not.
    SignatureMissing "signature_missing" InvalidClient 400
        "The request is not signed. Send a timestamp and its signature.";
    /// A signature that the client's secret does not make.
    SignatureWrong "signature_wrong" InvalidClient 400
        "The client is unknown or disabled, or the signature is not made with its secret.";
    /// A good signature over a time that is too far from ours.
    SignatureExpired "signature_expired" InvalidClient 400
        "The signature is too old or from the future. Check the clock of the device.";
    /// The server does not know this grant type.
    GrantUnknown "grant_unknown" UnsupportedGrantType 400
        "This server does not support that grant_type.";
    /// The client may not use this grant type.
    GrantNotAllowed "grant_not_allowed" UnauthorizedClient 400
        "This client may not use that grant_type.";
    /// The text is no refresh token of this server's, or it was removed long ago.
    RefreshTokenUnknown "refresh_token_unknown" InvalidGrant 400
        "The refresh token is not valid.";
    /// The refresh token was good once.
    RefreshTokenExpired "refresh_token_expired" InvalidGrant 400
        "The refresh token has expired.";
    /// The refresh token was exchanged before: everything of its family ends.
    RefreshTokenReused "refresh_token_reused" InvalidGrant 400
        "The refresh token has been used before. It and all that came of it have ended.";
    /// The refresh token is another client's, or does not belong to the access token
    /// that came with it (RFC 6749 §5.2).
    RefreshTokenOfAnother "refresh_token_of_another" InvalidGrant 400
        "The refresh token is not valid.";
    /// The connection was ended by its person, the client or an administrator.
    ConnectionEnded "connection_ended" InvalidGrant 400
        "The access that this refresh token stands for has been withdrawn.";
    /// The audience or resource is none of this server's.
    AudienceUnknown "audience_unknown" InvalidTarget 400
        "This server has no such audience or resource.";
    /// The client may not have tokens for this audience.
    AudienceNotAllowed "audience_not_allowed" InvalidTarget 400
        "This client may not have tokens for that audience.";
    /// Several audiences are possible and the request names none.
    AudienceMissing "audience_missing" InvalidTarget 400
        "Several audiences are possible. Name one with audience or resource.";
    /// The scope has characters that no scope may have.
    ScopeMalformed "scope_malformed" InvalidScope 400
        "The scope is malformed: names of visible ASCII characters, one space between them.";
    /// No service has this scope.
    ScopeUnknown "scope_unknown" InvalidScope 400
        "No service of this audience has one of the scopes asked for.";
    /// The client does not have this scope.
    ScopeNotAllowed "scope_not_allowed" InvalidScope 400
        "This client does not have one of the scopes asked for. Ask its administrator to tick it.";
    /// A guarded request without a token (RFC 6750 §3.1: no error code then).
    TokenMissing "token_missing" InvalidToken 401
        "Send an access token: Authorization: Bearer and the token.";
    /// More than one token, or a token in more than one place (RFC 6750 §2).
    TokenTwice "token_twice" InvalidRequest 400 "Send one access token, in one place.";
    /// The text is no token that this server could have made.
    TokenMalformed "token_malformed" InvalidToken 401 "The access token is not valid.";
    /// Signature or seal do not fit, or the key is not ours.
    TokenForged "token_forged" InvalidToken 401 "The access token is not valid.";
    /// The token was good once.
    TokenExpired "token_expired" InvalidToken 401 "The access token has expired. Ask for a new one.";
    /// The token was revoked, alone or with all of its client's.
    TokenRevoked "token_revoked" InvalidToken 401 "The access token has been revoked.";
    /// The token is for another service.
    TokenWrongAudience "token_wrong_audience" InvalidToken 401
        "The access token is for another service.";
    /// The token's client was disabled, has expired or is gone.
    TokenClientDisabled "token_client_disabled" InvalidToken 401
        "The client of this access token may not call at present.";
    /// The client may not call from this address: it is none of its networks'.
    NetworkForeign "network_foreign" InsufficientScope 403
        "This client may not call from this address.";
    /// The contract of the client's owner does not open this service.
    ServiceClosed "service_closed" InsufficientScope 403
        "The contract of this client's owner does not open this service.";
    /// A client tried to revoke a token of another (RFC 7009 §2.1).
    TokenOfAnother "token_of_another" UnauthorizedClient 400
        "The token belongs to another client.";
    /// The operation needs a scope that the token, or by now its client, lacks.
    ScopeInsufficient "scope_insufficient" InsufficientScope 403
        "This operation needs a scope that the access token does not have.";
    /// The operation wants an organization and the request names none.
    OrganizationMissing "organization_missing" InvalidRequest 400
        "Name the organization that this call is for.";
    /// There is no such organization, or this client does not reach it.
    OrganizationOutOfReach "organization_out_of_reach" InsufficientScope 403
        "This client does not reach that organization.";
    /// No organization has this id. Told in the same words as out of reach.
    OrganizationUnknown "organization_unknown" InsufficientScope 403
        "This client does not reach that organization.";
    /// A token for no organization in particular, where only one for an organization
    /// opens the operation.
    OrganizationNotChosen "organization_not_chosen" InsufficientScope 403
        "The access token is for no organization. Ask for one that is.";
    /// More organizations in reach than one request may carry.
    OrganizationsTooMany "organizations_too_many" InvalidRequest 400
        "This client reaches too many organizations for one call. Name one.";
    /// The service's document does not describe this path.
    OperationUnknown "operation_unknown" InvalidRequest 404
        "This service has no such operation.";
    /// The service's document describes this path for other methods.
    OperationMethod "operation_method" InvalidRequest 405
        "This operation does not take that HTTP method.";
    /// The path can be read in two ways, so it is read in none.
    PathAmbiguous "path_ambiguous" InvalidRequest 400
        "Write the path plainly: no empty or dot segments, no encoded slashes, no semicolons.";
    /// The request cannot be forwarded as it is.
    RequestMalformed "request_malformed" InvalidRequest 400 "The request is malformed.";
    /// Nothing answers at this address.
    NotFound "not_found" InvalidRequest 404 "There is nothing at this address.";
    /// No response type is offered (RFC 6749 §4.1.2.1).
    ResponseTypeUnsupported "response_type_unsupported" UnsupportedResponseType 400
        "This server has no authorization code clients yet.";
    /// A page's request does not say where the person goes afterwards.
    RedirectUriMissing "redirect_uri_missing" InvalidRequest 400
        "The request does not say where to return to. Send redirect_uri.";
    /// The redirect URI is none that the client has registered, letter by letter
    /// (RFC 9700 §2.1).
    RedirectUriUnknown "redirect_uri_unknown" InvalidRequest 400
        "The address to return to is not registered for this application.";
    /// The person took longer than the page may stay open, or the page was tampered with.
    InteractionExpired "interaction_expired" InvalidRequest 400
        "This page has been open for too long. Begin again in the application.";
    /// A form that was not sent from a page of ours.
    CrossSite "cross_site" InvalidRequest 403
        "This form was not sent from its own page. Open the page anew and try again.";
    /// No such person, or another password.
    PasswordWrong "password_wrong" AccessDenied 401
        "The e-mail address or the password is wrong.";
    /// The person may not sign in at present. Told in the same words.
    UserDisabled "user_disabled" AccessDenied 401
        "The e-mail address or the password is wrong.";
    /// The caller may not do this.
    NotPermitted "not_permitted" AccessDenied 403 "You may not do this.";
    /// The record was changed by somebody else in the meantime.
    ChangedMeanwhile "changed_meanwhile" InvalidRequest 409
        "Somebody changed this in the meantime. Look at it again and repeat the change.";
    /// The API behind the gate cannot be reached.
    UpstreamUnreachable "upstream_unreachable" TemporarilyUnavailable 502
        "The API behind this address cannot be reached. The token stays valid; try again.";
    /// The API behind the gate took too long.
    UpstreamSlow "upstream_slow" TemporarilyUnavailable 504
        "The API behind this address took too long. The token stays valid; try again.";
    /// The database cannot be reached.
    TemporarilyUnavailable "temporarily_unavailable" TemporarilyUnavailable 503
        "The server cannot answer at present. Try again.";
    /// A bug or a broken record.
    ServerError "server_error" ServerError 500
        "The server failed. Tell its operator the request id.";
}

impl Reason {
    /// The reason's name in logs, metrics and dialect files.
    pub const fn slug(self) -> &'static str {
        self.row().slug
    }

    /// The reason with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.slug == slug).map(|row| row.reason)
    }
}

/// A "no": the reason, and what only the log may know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What it is about, for the log and for `portreeve explain`: a parameter's
    /// name, an id, a scope. Never a secret, never a token.
    pub about: Option<Box<str>>,
    /// How long to wait before the next attempt, where that helps.
    pub retry_after: Option<Ttl>,
}

impl Refusal {
    /// A refusal that says what it is about. Only ids and names may be given.
    pub fn about(reason: Reason, about: impl Into<Box<str>>) -> Self {
        Self { reason, about: Some(about.into()), retry_after: None }
    }

    /// A refusal that asks the caller to wait.
    pub const fn retry_after(reason: Reason, wait: Ttl) -> Self {
        Self { reason, about: None, retry_after: Some(wait) }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, about: None, retry_after: None }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            Some(about) => write!(f, "{}: {about}", self.reason.slug()),
            None => f.write_str(self.reason.slug()),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn slugs_are_unique_words() {
        let mut seen = HashSet::new();
        for row in TABLE {
            assert!(seen.insert(row.slug), "{} stands twice", row.slug);
            assert!(row.slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", row.slug);
            assert_eq!(Reason::from_slug(row.slug), Some(row.reason));
        }
    }

    #[test]
    fn public_texts_fit_error_description() {
        // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E
        for row in TABLE {
            let fits = |b: u8| matches!(b, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(row.text.bytes().all(fits), "{}", row.slug);
            assert!((400..600).contains(&row.status), "{}", row.slug);
        }
    }

    #[test]
    fn who_fails_to_authenticate_learns_nothing() {
        // RFC 6819 §5.1.4.2: the same answer for unknown, disabled and wrong.
        let same = [
            Reason::ClientUnknown,
            Reason::SecretWrong,
            Reason::SecretExpired,
            Reason::ClientDisabled,
            Reason::ClientExpired,
            Reason::OwnerDisabled,
        ];
        for reason in same {
            let (row, first) = (reason.row(), Reason::ClientUnknown.row());
            assert_eq!((row.code, row.status, row.text), (first.code, first.status, first.text));
        }
    }
}
