//! How often a caller may fail: per client and address, so that one who guesses
//! does not lock the client's own programs out (RFC 6749 §2.3.1, RFC 6819 §5.1.4.2.3).
//!
//! The generic cell rate algorithm: one number per pair says when its allowance is
//! whole again. The memory is bounded; what is forgotten starts afresh.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Ttl;
use quick_cache::sync::Cache;

/// Pairs that are remembered.
const PAIRS: usize = 65_536;

/// Counts failures.
pub struct Guessing {
    /// For each pair the moment at which its allowance is whole, in milliseconds.
    whole_at: Cache<u64, Arc<AtomicU64>>,
    hasher: RandomState,
    /// How long one failure takes to be forgiven, in milliseconds.
    interval: u64,
    /// How far ahead the moment may lie, in milliseconds.
    allowance: u64,
}

/// How often people may ask for what is sent by mail, and show codes that open nothing.
pub struct Links {
    /// Ways to a new password that were asked for one address, wherever from.
    pub resets: Guessing,
    /// The same from one network, for whomever.
    pub resets_of_all: Guessing,
    /// Codes from one network that opened nothing.
    pub codes: Guessing,
    /// Invitations that one person sent.
    pub invitations: Guessing,
}

impl Default for Links {
    fn default() -> Self {
        let quarter = Ttl::from_seconds(900);
        Self {
            resets: Guessing::new(3, quarter),
            resets_of_all: Guessing::new(30, quarter),
            codes: Guessing::new(20, Ttl::from_seconds(300)),
            invitations: Guessing::new(20, Ttl::from_hours(1)),
        }
    }
}

impl Guessing {
    /// At most `attempts` failures at once, forgiven evenly over `per`.
    #[must_use]
    pub fn new(attempts: u32, per: Ttl) -> Self {
        let allowance = u64::from(per.as_seconds()) * 1000;
        Self {
            whole_at: Cache::new(PAIRS),
            hasher: RandomState::new(),
            interval: allowance / u64::from(attempts.max(1)),
            allowance,
        }
    }

    /// Refuses a pair that has used its allowance up.
    ///
    /// # Errors
    /// [`Reason::TooManyAttempts`] and how long to wait.
    pub fn may_try(&self, client_id: &str, peer: IpAddr, now: Duration) -> Result<(), Refusal> {
        let Some(whole_at) = self.whole_at.get(&self.pair(client_id, peer)) else { return Ok(()) };
        let ahead = whole_at.load(Ordering::Relaxed).saturating_sub(millis(now));
        if ahead + self.interval <= self.allowance {
            return Ok(());
        }
        let wait = (ahead + self.interval - self.allowance).div_ceil(1000);
        let wait = Ttl::from_seconds(u32::try_from(wait).unwrap_or(u32::MAX));
        Err(Refusal::retry_after(Reason::TooManyAttempts, wait))
    }

    /// Counts a failure.
    pub fn count_failure(&self, client_id: &str, peer: IpAddr, now: Duration) {
        self.count(client_id, peer, now, |ahead| Some(ahead.saturating_add(self.interval)));
    }

    /// Counts an attempt before its outcome is known, so that of many made at once no
    /// more than the allowance are looked at. Answers how many more may follow.
    ///
    /// # Errors
    /// [`Reason::TooManyAttempts`] and how long to wait; nothing was counted then.
    pub fn claim(&self, name: &str, peer: IpAddr, now: Duration) -> Result<u64, Refusal> {
        self.may_try(name, peer, now)?;
        let before = self.count(name, peer, now, |ahead| {
            (ahead + self.interval <= self.allowance).then(|| ahead + self.interval)
        });
        match before {
            Some(ahead) => Ok((self.allowance - ahead - self.interval) / self.interval.max(1)),
            None => Err(self.may_try(name, peer, now).err().unwrap_or_else(|| {
                Refusal::retry_after(Reason::TooManyAttempts, Ttl::from_seconds(1))
            })),
        }
    }

    /// Takes one count back: the attempt was none of a guesser.
    pub fn forgive(&self, name: &str, peer: IpAddr, now: Duration) {
        self.count(name, peer, now, |ahead| Some(ahead.saturating_sub(self.interval)));
    }

    /// Takes every count of a pair back.
    pub fn forget(&self, name: &str, peer: IpAddr) {
        self.whole_at.remove(&self.pair(name, peer));
    }

    /// How long one failure takes to be forgiven.
    pub fn interval(&self) -> Ttl {
        Ttl::from_seconds(u32::try_from(self.interval.div_ceil(1000)).unwrap_or(u32::MAX))
    }

    /// Changes how far ahead a pair's moment lies; answers how far it lay.
    fn count(
        &self,
        name: &str,
        peer: IpAddr,
        now: Duration,
        change: impl Fn(u64) -> Option<u64>,
    ) -> Option<u64> {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::new(AtomicU64::new(0)));
        let Ok(whole_at) = self.whole_at.get_or_insert_with(&self.pair(name, peer), fresh);
        let now = millis(now);
        let later = |whole_at: u64| Some(now + change(whole_at.saturating_sub(now))?);
        let before = whole_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
        before.ok().map(|whole_at| whole_at.saturating_sub(now))
    }

    fn pair(&self, client_id: &str, peer: IpAddr) -> u64 {
        self.hasher.hash_one((client_id, peer.to_canonical()))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_too_often_waits_and_nobody_else() {
        let guessing = Guessing::new(3, Ttl::from_seconds(60));
        let (here, there) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let at = Duration::from_secs;
        for second in 0..3 {
            assert!(guessing.may_try("a", here, at(second)).is_ok(), "{second}");
            guessing.count_failure("a", here, at(second));
        }
        let refused = guessing.may_try("a", here, at(3)).unwrap_err();
        assert_eq!(refused.reason, Reason::TooManyAttempts);
        assert_eq!(refused.retry_after, Some(Ttl::from_seconds(17)));
        assert!(guessing.may_try("a", there, at(3)).is_ok());
        assert!(guessing.may_try("b", here, at(3)).is_ok());
        assert!(guessing.may_try("a", here, at(20)).is_ok(), "forgiven evenly");
    }

    #[test]
    fn attempts_at_once_are_counted_before_they_are_made() {
        let guessing = Guessing::new(3, Ttl::from_seconds(60));
        let here = IpAddr::from([127, 0, 0, 1]);
        let at = Duration::from_secs;
        let left: Vec<_> = (0..3).map(|_| guessing.claim("a", here, at(0)).unwrap()).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = guessing.claim("a", here, at(0)).unwrap_err();
        assert_eq!(refused.retry_after, Some(guessing.interval()));
        guessing.forgive("a", here, at(0));
        assert_eq!(guessing.claim("a", here, at(0)), Ok(0), "one was forgiven");
        assert_eq!(guessing.claim("a", here, at(20)), Ok(0));
        assert_eq!(guessing.claim("b", here, at(0)), Ok(2));
    }
}
