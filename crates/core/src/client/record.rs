//! What is kept about a client.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::secret::SecretHash;
use crate::text_id::ClientId;
use crate::time::{Timestamp, Ttl};
use crate::token::record::Audience;

/// A client ("identity client" in the portal): an id, secrets, an owner and what
/// it may ask for. Its secrets are part of it: they are read and changed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The public id.
    pub client_id: ClientId,
    /// What people call it.
    pub name: String,
    /// For whom it stands.
    pub owner: Owner,
    /// The APIs that it may have tokens for.
    pub audiences: Vec<Audience>,
    /// The scopes that it may have, over all its audiences.
    pub scopes: ScopeSet,
    /// The grants that it may use.
    pub grants: Vec<GrantType>,
    /// The audiences whose tokens it may introspect as their resource server,
    /// besides its own tokens (RFC 7662 §2.1).
    pub introspects: Vec<Audience>,
    /// Where its connector may send people back to; compared exactly.
    pub redirect_uris: Vec<String>,
    /// Where it may call from, and ask for tokens from; anywhere when this is empty.
    pub networks: Vec<IpNet>,
    /// True while an administrator has disabled it.
    pub disabled: bool,
    /// From this moment on it is refused: the end of a licence.
    pub expires_at: Option<Timestamp>,
    /// Tokens issued before this moment are revoked.
    pub not_before: Timestamp,
    /// The life of its access tokens, where it differs from the service's.
    pub token_ttl: Option<Ttl>,
    /// Its secrets, oldest first; a few at most.
    pub secrets: Vec<ClientSecret>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Counts the changes; a change that expects another number is refused.
    pub version: i64,
}

/// One secret of a client. The secret itself was shown once and is nowhere, but for
/// the sealed copy that some clients need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// Names the secret within its client: eight letters and digits.
    pub id: Box<str>,
    /// What a shown secret is compared with.
    pub hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// From this moment on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was last shown and accepted; some seconds behind the truth.
    pub last_used_at: Option<Timestamp>,
    /// From where it last was, as far behind.
    pub last_used_from: Option<IpAddr>,
    /// Who made it, as [`crate::audit::Actor`] is written; none for one of an earlier
    /// version.
    pub made_by: Option<Box<str>>,
    /// Its last four characters, so that people can tell two apart: a part of the
    /// checksum, which gives nothing of the random part away. Empty for one of an
    /// earlier version.
    pub hint: Box<str>,
    /// A copy, sealed under the master key: see [`crate::client::recoverable`]. Kept
    /// only for a client of a dialect that needs it.
    pub recoverable: Option<Box<[u8]>>,
}

impl ClientSecret {
    /// True while the secret is accepted.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// How a client stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientState {
    /// It may ask and call.
    Active,
    /// An administrator switched it off; it can be switched on again.
    Disabled,
    /// Its time has ended.
    Expired,
}

impl Client {
    /// True when it may call from this address. An IPv4 address in the clothes of IPv6
    /// is the IPv4 address.
    pub fn may_call_from(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&peer))
    }

    /// How the client stands now.
    pub fn state(&self, now: Timestamp) -> ClientState {
        if self.disabled {
            ClientState::Disabled
        } else if self.expires_at.is_some_and(|end| now >= end) {
            ClientState::Expired
        } else {
            ClientState::Active
        }
    }
}
