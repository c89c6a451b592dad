//! Which end of a client or of its secrets people should hear of now. Pure; who has
//! heard already is the store's to know, by [`Notice::key`].

use std::fmt;

use crate::client::record::{Client, ClientSecret};
use crate::time::{Timestamp, Ttl};

/// How far ahead an end is told: 30 days.
pub const TOLD_AHEAD: Ttl = Ttl::from_hours(30 * 24);

/// How long after an end it is still told: three days, if nobody could before.
pub const TOLD_AFTER: Ttl = Ttl::from_hours(3 * 24);

/// A secret that another has replaced counts as in use for so long after a use.
const USED_LATELY: Ttl = Ttl::from_hours(3 * 24);

/// How near an end is: each is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Within 30 days.
    Month,
    /// Within seven days.
    Week,
    /// Within a day.
    Day,
    /// It is over.
    Ended,
}

/// An end of which people should hear now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice<'a> {
    /// Whose.
    pub client: &'a Client,
    /// Which secret ends; the whole client when there is none.
    pub secret: Option<&'a ClientSecret>,
    /// When.
    pub ends_at: Timestamp,
    /// How near that is.
    pub stage: Stage,
    /// True for a secret when another was made after it that lives longer.
    pub is_replaced: bool,
}

/// The ends of this client of which people should hear now, each at its most urgent
/// stage only: after a pause nobody gets three mails about one secret.
///
/// Nothing is said of a disabled client; of an end that was as near as this when the
/// thing began, for whoever chose it knows; of a secret that lives as long as its client
/// or longer, for the client's end says it; and of a secret that has a successor,
/// unless it was used lately.
pub fn due(client: &Client, now: Timestamp) -> Vec<Notice<'_>> {
    if client.disabled {
        return Vec::new();
    }
    let own = end_due(client, client.expires_at, client.created_at, now);
    let secrets = client.secrets.iter().filter_map(|secret| of_secret(client, secret, now));
    own.into_iter().chain(secrets).collect()
}

fn of_secret<'a>(
    client: &'a Client,
    secret: &'a ClientSecret,
    now: Timestamp,
) -> Option<Notice<'a>> {
    let end = secret.expires_at?;
    if client.expires_at.is_some_and(|own| own <= end.max(now)) {
        return None;
    }
    let successors = client.secrets.iter().filter(|other| is_successor(other, secret, end));
    let replaced = successors.map(|other| other.created_at).max();
    let used = secret.last_used_at.is_some_and(|at| at.plus(USED_LATELY) > now.min(end));
    if replaced.is_some() && !used {
        return None;
    }
    let chosen = replaced.unwrap_or(secret.created_at);
    let notice = end_due(client, Some(end), chosen, now)?;
    Some(Notice { secret: Some(secret), is_replaced: replaced.is_some(), ..notice })
}

/// True when `other` was made after `secret` and lives longer.
fn is_successor(other: &ClientSecret, secret: &ClientSecret, end: Timestamp) -> bool {
    other.id != secret.id
        && other.created_at >= secret.created_at
        && other.expires_at.is_none_or(|theirs| theirs > end)
}

/// The notice of an end that was chosen at `chosen`, if one is due.
fn end_due(
    client: &Client,
    end: Option<Timestamp>,
    chosen: Timestamp,
    now: Timestamp,
) -> Option<Notice<'_>> {
    let ends_at = end?;
    let stage = Stage::at(ends_at, now)?;
    let is_news = chosen < ends_at.minus(stage.ahead());
    is_news.then_some(Notice { client, secret: None, ends_at, stage, is_replaced: false })
}

impl Stage {
    /// How near this end is now; `None` when it is far off or long past.
    fn at(end: Timestamp, now: Timestamp) -> Option<Self> {
        if now >= end {
            return (now < end.plus(TOLD_AFTER)).then_some(Self::Ended);
        }
        let stages = [Self::Day, Self::Week, Self::Month];
        stages.into_iter().find(|stage| now >= end.minus(stage.ahead()))
    }

    /// How long before the end it begins.
    const fn ahead(self) -> Ttl {
        match self {
            Self::Month => TOLD_AHEAD,
            Self::Week => Ttl::from_hours(7 * 24),
            Self::Day => Ttl::from_hours(24),
            Self::Ended => Ttl::ZERO,
        }
    }
}

impl Notice<'_> {
    /// Names this notice once and for all: an end that is put off is told anew.
    pub fn key(&self) -> String {
        let secret = self.secret.map_or("", |secret| &*secret.id);
        let (client, end) = (&self.client.client_id, self.ends_at.as_unix());
        format!("ends:{client}:{secret}:{end}:{}", self.stage)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Month => "30",
            Self::Week => "7",
            Self::Day => "1",
            Self::Ended => "0",
        })
    }
}

#[cfg(test)]
mod tests;
