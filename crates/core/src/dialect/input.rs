//! What a token request may say, whatever a vendor calls it.

use serde::Deserialize;

/// One input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The client's id.
    ClientId,
    /// The client's secret.
    ClientSecret,
    /// The scope that is asked for.
    Scope,
    /// The API that the token shall be for.
    Audience,
    /// The refresh token that is exchanged.
    RefreshToken,
    /// The access token that is renewed.
    AccessToken,
    /// The organization that the token shall be narrowed to.
    Organization,
}

impl Input {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ClientId,
        Self::ClientSecret,
        Self::Scope,
        Self::Audience,
        Self::RefreshToken,
        Self::AccessToken,
        Self::Organization,
    ];

    /// Its name in dialect files and in what a refusal is about.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Scope => "scope",
            Self::Audience => "audience",
            Self::RefreshToken => "refresh_token",
            Self::AccessToken => "access_token",
            Self::Organization => "organization",
        }
    }

    /// True for what names or proves the client.
    pub const fn is_credential(self) -> bool {
        matches!(self, Self::ClientId | Self::ClientSecret)
    }

    /// True for what nobody but the client may see.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::RefreshToken | Self::AccessToken)
    }
}
