//! Sessions: that a person has signed in at this browser. The id is in a cookie; the
//! store has its hash only, so a copy of the database opens no session.

use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};

use crate::text_id::UserId;
use crate::time::{Timestamp, Ttl};

/// A session ends when nobody has used it for this long: 30 minutes.
pub const IDLE: Ttl = Ttl::from_seconds(30 * 60);

/// A session ends this long after signing in, used or not: 12 hours.
pub const ABSOLUTE: Ttl = Ttl::from_hours(12);

/// That a session was used is written down this often at most: once a minute.
pub const SEEN_NOTED_EVERY: Ttl = Ttl::from_seconds(60);

/// So many sessions a person has at most: where another begins, the oldest ends.
pub const MOST: u32 = 50;

/// One session as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The SHA-256 of the cookie's 256 random bits: see [`hash`].
    pub hash: [u8; 32],
    /// Who signed in.
    pub user: UserId,
    /// When this session was made.
    pub created_at: Timestamp,
    /// When it was last used; up to [`SEEN_NOTED_EVERY`] behind the truth.
    pub seen_at: Timestamp,
    /// From this moment on it is over, however busy it was.
    pub ends_at: Timestamp,
    /// When the person last showed a password.
    pub signed_in_at: Timestamp,
    /// From where; none for a session of an earlier version.
    pub address: Option<IpAddr>,
    /// What the browser called itself, cut to [`LONGEST_AGENT`] characters; may be empty.
    pub agent: String,
}

/// How much of a browser's name is kept.
pub const LONGEST_AGENT: usize = 200;

/// What counts as a recent sign-in, where one is needed: 15 minutes.
pub const RECENT: Ttl = Ttl::from_seconds(15 * 60);

/// What the store keeps of a session's id. The id carries 256 random bits, so it needs
/// no key and no slow hash.
pub fn hash(id: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, id).as_ref());
    bytes
}

/// Where a person sits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seat<'a> {
    /// The address.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: &'a str,
}

impl Session {
    /// A session that begins now, for whoever has shown a password now. `id` is the
    /// 32 random bytes that the cookie carries.
    pub fn begin(id: &[u8; 32], user: UserId, from: Seat<'_>, now: Timestamp) -> Self {
        Self {
            hash: hash(id),
            user,
            created_at: now,
            seen_at: now,
            ends_at: now.plus(ABSOLUTE),
            signed_in_at: now,
            address: from.address,
            agent: from.agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect(),
        }
    }

    /// True while the session is neither idle for too long nor over.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.ends_at && now < self.seen_at.plus(IDLE)
    }

    /// True while the person has shown a password within [`RECENT`].
    pub fn is_recent(&self, now: Timestamp) -> bool {
        now < self.signed_in_at.plus(RECENT)
    }

    /// True when a use at `now` should be written down.
    pub fn is_use_worth_noting(&self, now: Timestamp) -> bool {
        self.seen_at.plus(SEEN_NOTED_EVERY) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_and_in_the_end() {
        let user = UserId::parse("usr_1").unwrap();
        let at = Timestamp::from_unix;
        let begun = Session::begin(&[7; 32], user, Seat::default(), at(0));
        assert_ne!(begun.hash, [7; 32]);
        for (seen, now, live) in [
            (0, 0, true),
            (0, 1799, true),
            (0, 1800, false),
            (43_000, 43_199, true),
            (43_199, 43_200, false),
        ] {
            let session = Session { seen_at: at(seen), ..begun.clone() };
            assert_eq!(session.is_live(at(now)), live, "seen {seen}, now {now}");
        }
        assert!(!begun.is_use_worth_noting(at(59)));
        assert!(begun.is_use_worth_noting(at(60)));
    }
}
