//! How a client is doing, for people to look at: the word and the mark beside it, when
//! it stops if nobody acts, and which of its secrets is no longer needed. Nothing is
//! allowed or refused by any of it; that is [`crate::client::authenticate`]'s.

use serde::Serialize;

use crate::client::record::{Client, ClientSecret, ClientState};
use crate::time::{Timestamp, Ttl};

/// An end that is nearer than this is named: 30 days.
pub const SOON: Ttl = Ttl::from_hours(30 * 24);
/// What was not used for so long is quiet: 5 days.
pub const QUIET: Ttl = Ttl::from_hours(5 * 24);

/// How a client is doing. Of several that hold, the first is shown: the order is that
/// of what a person must know first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientStanding {
    /// A person switched it off.
    Disabled,
    /// Its time has ended, or that of its every secret.
    Expired,
    /// It stops within [`SOON`] unless somebody acts.
    EndsSoon,
    /// Two or more of its secrets are accepted.
    Rotating,
    /// None of its secrets was ever used.
    NotUsedYet,
    /// It was used, but not within [`QUIET`].
    Quiet,
    /// It was used lately.
    Active,
}

/// Every standing, in the order of its precedence; for tables.
pub const STANDINGS: [ClientStanding; 7] = [
    ClientStanding::Disabled,
    ClientStanding::Expired,
    ClientStanding::EndsSoon,
    ClientStanding::Rotating,
    ClientStanding::NotUsedYet,
    ClientStanding::Quiet,
    ClientStanding::Active,
];

impl ClientStanding {
    /// The word of machines: `not_used_yet`, `ends_soon`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::EndsSoon => "ends_soon",
            Self::Rotating => "rotating",
            Self::NotUsedYet => "not_used_yet",
            Self::Quiet => "quiet",
            Self::Active => "active",
        }
    }
}

/// How a client is doing now.
pub fn stand(client: &Client, now: Timestamp) -> ClientStanding {
    match client.state(now) {
        ClientState::Disabled => return ClientStanding::Disabled,
        ClientState::Expired => return ClientStanding::Expired,
        ClientState::Active => {}
    }
    let live = live_secrets(client, now).count();
    let used = last_used(client).and_then(|secret| secret.last_used_at);
    match (ends_at(client, now), used) {
        _ if live == 0 => ClientStanding::Expired,
        (Some(end), _) if end <= now.plus(SOON) => ClientStanding::EndsSoon,
        _ if live > 1 => ClientStanding::Rotating,
        (_, None) => ClientStanding::NotUsedYet,
        (_, Some(at)) if at <= now.minus(QUIET) => ClientStanding::Quiet,
        (_, Some(_)) => ClientStanding::Active,
    }
}

/// When the client stops if nobody acts: its own end, or the last end of its secrets,
/// whichever comes first. For one that has stopped already, when it did. `None` when it
/// does not end, or has no secret at all.
pub fn ends_at(client: &Client, now: Timestamp) -> Option<Timestamp> {
    let has_endless = live_secrets(client, now).any(|secret| secret.expires_at.is_none());
    let last = client.secrets.iter().filter_map(|secret| secret.expires_at).max();
    let secrets_end = last.filter(|_| !has_endless);
    [client.expires_at, secrets_end].into_iter().flatten().min()
}

/// The secret that was used last, which says when and from where the client was.
pub fn last_used(client: &Client) -> Option<&ClientSecret> {
    let used = client.secrets.iter().filter(|secret| secret.last_used_at.is_some());
    used.max_by_key(|secret| secret.last_used_at)
}

/// The secrets that are accepted now, oldest first.
pub fn live_secrets(client: &Client, now: Timestamp) -> impl Iterator<Item = &ClientSecret> {
    client.secrets.iter().filter(move |secret| secret.is_live(now))
}

/// Since when a live secret has not been used: its last use, or when it was made. `None`
/// while that is less than [`QUIET`] ago, or less than the client's tokens live, for a
/// program that still holds one would not be seen.
pub fn quiet_since(client: &Client, secret: &ClientSecret, now: Timestamp) -> Option<Timestamp> {
    let since = secret.last_used_at.unwrap_or(secret.created_at);
    let enough = QUIET.max(client.token_ttl.unwrap_or(Ttl::ZERO));
    (secret.is_live(now) && since <= now.minus(enough)).then_some(since)
}

/// The oldest secret that can be taken away: it is quiet, and a younger one is in use.
/// With it, since when it is quiet.
pub fn removable(client: &Client, now: Timestamp) -> Option<(&ClientSecret, Timestamp)> {
    let live = || live_secrets(client, now);
    let is_followed = |old: &ClientSecret| {
        live().any(|young| young.created_at > old.created_at && young.last_used_at.is_some())
    };
    live().find_map(|secret| {
        let since = quiet_since(client, secret, now)?;
        is_followed(secret).then_some((secret, since))
    })
}

#[cfg(test)]
mod tests;
