//! What is counted about clients, for people to look at. Gathered in memory and written
//! in batches: a crash loses some seconds of it, and nothing is decided by it.

pub mod advice;
pub mod gathered;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::refusal::Reason;
use crate::text_id::ClientId;
use crate::time::{Timestamp, Ttl};

/// The step in which the last days are kept.
pub const HOUR: Ttl = Ttl::from_hours(1);
/// The step in which the last months are kept.
pub const DAY: Ttl = Ttl::from_hours(24);
/// How long hours are kept: 8 days.
pub const HOURS_KEPT: Ttl = Ttl::from_hours(8 * 24);
/// How long days are kept: 400 days.
pub const DAYS_KEPT: Ttl = Ttl::from_hours(400 * 24);
/// How long single refusals are kept: 30 days.
pub const REFUSALS_KEPT: Ttl = Ttl::from_hours(30 * 24);

/// Sums of what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Calls that passed the gate.
    pub passed: u64,
    /// Calls and token requests that were refused.
    pub refused: u64,
    /// Access tokens that were given.
    pub tokens: u64,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            refused: self.refused.saturating_add(other.refused),
            tokens: self.tokens.saturating_add(other.tokens),
        }
    }
}

/// What one client did at one service within one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The client.
    pub client_id: ClientId,
    /// The service's name; empty for the token endpoint, which serves an audience.
    pub service: Box<str>,
    /// When the hour began, a multiple of 3,600 seconds.
    pub hour: Timestamp,
    /// What is to be added.
    pub tally: Tally,
}

/// How often a secret got a token within one day, and when it was last shown and
/// accepted: it may be used without getting any, to ask about tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretCounted {
    /// Whose secret.
    pub client_id: ClientId,
    /// Which secret.
    pub secret: Box<str>,
    /// When it was last used.
    pub at: Timestamp,
    /// From where.
    pub from: Option<IpAddr>,
    /// How often since the last time this was written, all on the day of `at`.
    pub tokens: u64,
}

/// One refusal, so that a person can ask why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCall {
    /// The request's id, which its answer carried.
    pub request_id: Box<str>,
    /// When.
    pub at: Timestamp,
    /// Whose call.
    pub client_id: ClientId,
    /// Where: a service's name; empty for the token endpoint.
    pub service: Box<str>,
    /// The reason's slug.
    pub reason: Box<str>,
    /// What the refusal was about: a scope, an id. Never a secret.
    pub about: Box<str>,
    /// The method and the path, without its query, cut to 300 characters.
    pub call: Box<str>,
    /// From where.
    pub peer: Option<IpAddr>,
}

impl RefusedCall {
    /// The same for whoever may see its client, but not what the client's person calls
    /// and from where: the reason stays.
    #[must_use]
    pub fn veiled(self) -> Self {
        let tells = matches!(
            Reason::from_slug(&self.reason),
            Some(
                Reason::OrganizationOutOfReach
                    | Reason::OrganizationUnknown
                    | Reason::NetworkForeign
                    | Reason::ClientNetworkForeign
            ) | None
        );
        let about = if tells { Box::default() } else { self.about };
        Self { call: Box::default(), peer: None, about, ..self }
    }

    /// True when it was [`RefusedCall::veiled`].
    pub fn is_veiled(&self) -> bool {
        // A call that was kept has at least its method.
        self.call.is_empty()
    }
}

/// The longest texts of a refusal that are kept, in characters.
const LONGEST_KEPT: usize = 300;

/// What is kept of a text that a caller made: its first 300 characters, and nothing that
/// no line of a page or a log may hold.
pub fn kept(text: &str) -> Box<str> {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().take(LONGEST_KEPT).map(plain).collect::<String>().into()
}

/// How often a client was refused for one reason within a span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSum {
    /// The reason's slug.
    pub reason: Box<str>,
    /// How often.
    pub times: u64,
    /// The newest of these, if it is still kept.
    pub newest: Option<RefusedCall>,
}

/// When the hour of this moment began.
pub const fn hour_of(at: Timestamp) -> Timestamp {
    Timestamp::from_unix(at.as_unix() - at.as_unix().rem_euclid(3_600))
}

/// When the day of this moment began, in UTC.
pub const fn day_of(at: Timestamp) -> Timestamp {
    Timestamp::from_unix(at.as_unix() - at.as_unix().rem_euclid(86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_begin_where_they_should() {
        let at = Timestamp::from_unix(1_795_262_461);
        assert_eq!(hour_of(at).as_unix(), 1_795_262_400);
        assert_eq!(day_of(at).as_unix(), 1_795_219_200);
        assert_eq!(day_of(Timestamp::from_unix(-1)).as_unix(), -86_400);
        let one = Tally { passed: 1, refused: 2, tokens: u64::MAX };
        assert_eq!(&*kept("a\0b\nc"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(kept(&"ä".repeat(1000)).chars().count(), 300);
        assert_eq!(one.plus(one), Tally { passed: 2, refused: 4, tokens: u64::MAX });
    }

    #[test]
    fn a_veiled_call_tells_neither_where_nor_what() {
        for (reason, about, kept) in [
            ("scope_insufficient", "crew_read", "crew_read"),
            ("secret_expired", "sec_1", "sec_1"),
            ("organization_out_of_reach", "5100", ""),
            ("organization_unknown", "5100", ""),
            ("network_foreign", "203.0.113.7", ""),
            ("client_network_foreign", "203.0.113.7", ""),
            ("of_tomorrow", "anything", ""),
        ] {
            let call = RefusedCall {
                request_id: "rq_1".into(),
                at: Timestamp::EPOCH,
                client_id: ClientId::parse("prc_1").unwrap(),
                service: "crew".into(),
                reason: reason.into(),
                about: about.into(),
                call: "GET /crew/v2/organizations/5100/people/7".into(),
                peer: Some(IpAddr::from([203, 0, 113, 7])),
            };
            assert!(!call.is_veiled());
            let veiled = call.clone().veiled();
            assert!(veiled.is_veiled());
            assert_eq!((&*veiled.about, &*veiled.call, veiled.peer), (kept, "", None), "{reason}");
            assert_eq!((veiled.reason, veiled.service), (call.reason, call.service));
        }
    }
}
