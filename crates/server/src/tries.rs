//! How often passwords may be tried, right ones as well.
//!
//! Four counts, each of this node alone: with one account from one network, from one site
//! with whichever accounts, with one account from wherever, and right ones of one account.
//! The third would let whoever fails on purpose keep a person out, so it does not count
//! where that person is at home: a network from which they have signed in.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use portreeve_core::refusal::Refusal;
use portreeve_core::time::Ttl;
use quick_cache::sync::Cache;

use crate::guessing::Guessing;

/// How often a wrong password may be shown for one account from one network, for all of
/// them from one site, and how long it takes until all is forgiven.
const FROM_NETWORK: u32 = 5;
const FROM_SITE: u32 = 60;
/// How often a right one may be shown for one account, within the same time.
const RIGHT: u32 = 60;
const PER: Ttl = Ttl::from_seconds(300);

/// How often a wrong one may be shown for one account from wherever the person is not at
/// home, and how long it takes until all is forgiven.
const FROM_WHEREVER: u32 = 100;
const FROM_WHEREVER_PER: Ttl = Ttl::from_hours(1);

/// How long a network is remembered as a person's home, and how many are.
const HOME: Duration = Duration::from_secs(30 * 24 * 3600);
const HOMES: usize = 65_536;

/// What a refusal is about that holds wherever one is.
pub const ACCOUNT: &str = "account";

/// What is counted in the name of an account alone.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The counts.
pub struct Tries {
    from_network: Guessing,
    from_site: Guessing,
    from_wherever: Guessing,
    right: Guessing,
    /// When somebody last signed in, by account and network.
    homes: Cache<u64, Duration>,
    hasher: RandomState,
}

/// Somebody who tries a password.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// The account's address, in the form of
    /// [`check_email`](portreeve_core::org::member::check_email).
    pub email: &'a str,
    /// From where.
    pub peer: IpAddr,
    /// When, on the monotonic clock.
    pub now: Duration,
}

/// A try that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// How many more may follow with this account from this network.
    pub left: u64,
    is_away: bool,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            from_network: Guessing::new(FROM_NETWORK, PER),
            from_site: Guessing::new(FROM_SITE, PER),
            from_wherever: Guessing::new(FROM_WHEREVER, FROM_WHEREVER_PER),
            right: Guessing::new(RIGHT, PER),
            homes: Cache::new(HOMES),
            hasher: RandomState::new(),
        }
    }
}

impl Tries {
    /// Counts a try before it is known whether it is right: see [`Guessing::claim`]. One
    /// that is refused takes nothing, but for one about [`ACCOUNT`]: it is counted at its
    /// site, since to look whether somebody is at home there is work as well.
    ///
    /// # Errors
    /// [`portreeve_core::refusal::Reason::TooManyAttempts`] and how long to wait, about
    /// [`ACCOUNT`] where going elsewhere does not help.
    pub fn claim(&self, tried: &Tried<'_>) -> Result<Claimed, Refusal> {
        let Tried { email, peer, now } = *tried;
        let left = self.from_network.claim(email, network(peer), now)?;
        let mut claimed = Claimed { left, is_away: false };
        if let Err(refusal) = self.from_site.claim("", site(peer), now) {
            self.from_network.forgive(email, network(peer), now);
            return Err(refusal);
        }
        claimed.is_away = !self.is_home(tried);
        let mut passed = self.right.may_try(email, NOWHERE, now);
        if claimed.is_away && passed.is_ok() {
            passed = self.from_wherever.claim(email, NOWHERE, now).map(drop);
        }
        if let Err(refusal) = passed {
            self.from_network.forgive(email, network(peer), now);
            return Err(about_account(refusal));
        }
        Ok(claimed)
    }

    /// Takes a try back: it was right, or nobody could tell.
    pub fn forgive(&self, tried: &Tried<'_>, claimed: Claimed) {
        let Tried { email, peer, now } = *tried;
        self.from_network.forgive(email, network(peer), now);
        self.from_site.forgive("", site(peer), now);
        if claimed.is_away {
            self.from_wherever.forgive(email, NOWHERE, now);
        }
    }

    /// Counts a right password: each costs as much to compare, and may begin a session.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    pub fn claim_right(&self, tried: &Tried<'_>) -> Result<(), Refusal> {
        let claimed = self.right.claim(tried.email, NOWHERE, tried.now);
        claimed.map(drop).map_err(about_account)
    }

    /// Remembers that this person is at home there.
    pub fn settle(&self, tried: &Tried<'_>) {
        self.homes.insert(self.place(tried), tried.now);
    }

    /// Remembers that this person, who was sent a way to a new password, is at home there,
    /// and forgives what others have tried elsewhere: the password is another one now.
    pub fn begin_anew(&self, tried: &Tried<'_>) {
        self.settle(tried);
        self.from_wherever.forget(tried.email, NOWHERE);
    }

    /// How long it takes until one wrong password is forgiven.
    pub fn interval(&self) -> Ttl {
        self.from_network.interval()
    }

    fn is_home(&self, tried: &Tried<'_>) -> bool {
        let since = self.homes.get(&self.place(tried));
        since.is_some_and(|since| tried.now.saturating_sub(since) < HOME)
    }

    fn place(&self, tried: &Tried<'_>) -> u64 {
        self.hasher.hash_one((tried.email, network(tried.peer)))
    }
}

/// Whose attempts are counted together: one IPv4 address, or the /64 that one holder
/// of IPv6 addresses has at least.
pub fn network(peer: IpAddr) -> IpAddr {
    beginning(peer, 64)
}

/// Whose attempts are counted together where that would be too many: one IPv4 address, or
/// the /48 that one holder has at most, with 65,536 networks (RFC 6177 §2).
fn site(peer: IpAddr) -> IpAddr {
    beginning(peer, 48)
}

fn beginning(peer: IpAddr, bits: u32) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let rest = 128 - bits;
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> rest << rest))
        }
    }
}

fn about_account(mut refusal: Refusal) -> Refusal {
    refusal.about = Some(ACCOUNT.into());
    refusal
}

#[cfg(test)]
mod tests {
    use portreeve_core::refusal::Reason;

    use super::*;

    const ADA: &str = "ada@example.com";

    fn tried<'a>(email: &'a str, peer: &str, seconds: u64) -> Tried<'a> {
        Tried { email, peer: peer.parse().unwrap(), now: Duration::from_secs(seconds) }
    }

    /// Tries once from each of so many sites; answers how many were let in.
    fn from_many(tries: &Tries, email: &str, sites: u32, seconds: u64) -> usize {
        let peers = (0..sites).map(|number| format!("2001:db8:{number:x}::1"));
        let passed = peers.filter(|peer| tries.claim(&tried(email, peer, seconds)).is_ok());
        passed.count()
    }

    #[test]
    fn neighbours_in_one_network_are_one() {
        for (peer, one, all) in [
            ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"),
        ] {
            let peer = peer.parse().unwrap();
            assert_eq!(network(peer), one.parse::<IpAddr>().unwrap(), "{peer}");
            assert_eq!(site(peer), all.parse::<IpAddr>().unwrap(), "{peer}");
        }
    }

    #[test]
    fn whoever_has_many_networks_is_one_site() {
        let tries = Tries::default();
        let all = (0..100).map(|number| {
            let (email, peer) =
                (format!("p{number}@example.com"), format!("2001:db8:7:{number}::1"));
            tries.claim(&tried(&email, &peer, 0))
        });
        assert_eq!(all.filter(Result::is_ok).count(), 60);
        let refused = tries.claim(&tried(ADA, "2001:db8:7:ffff::1", 0)).unwrap_err();
        assert_eq!((refused.reason, refused.about), (Reason::TooManyAttempts, None));
        assert_eq!(tries.claim(&tried(ADA, "2001:db8:8::1", 0)).unwrap().left, 4);
    }

    #[test]
    fn one_account_is_not_tried_from_everywhere_but_its_person_is_at_home() {
        let tries = Tries::default();
        let (home, hotel) = (tried(ADA, "192.0.2.7", 0), tried(ADA, "198.51.100.7", 0));
        tries.settle(&home);
        assert_eq!(from_many(&tries, ADA, 300, 0), 100);
        let refused = tries.claim(&hotel).unwrap_err();
        assert_eq!(refused.about.as_deref(), Some(ACCOUNT));
        assert_eq!(refused.retry_after, Some(Ttl::from_seconds(36)));
        assert_eq!(from_many(&tries, "ole@example.com", 300, 0), 100, "each has a count");
        for left in [4, 3, 2, 1, 0] {
            assert_eq!(tries.claim(&home).unwrap().left, left);
        }
        assert!(tries.claim(&home).is_err(), "at home one guesses no faster");
        assert_eq!(from_many(&tries, ADA, 300, 35), 0);
        assert_eq!(from_many(&tries, ADA, 300, 36), 1, "what was tried at home took nothing");
        let later = 30 * 24 * 3600;
        assert_eq!(from_many(&tries, ADA, 300, later), 100);
        assert!(tries.claim(&tried(ADA, "192.0.2.7", later)).is_err(), "a home no more");
    }

    #[test]
    fn what_is_taken_back_was_never_counted() {
        let tries = Tries::default();
        let away = tried(ADA, "192.0.2.7", 0);
        for _ in 0..300 {
            let claimed = tries.claim(&away).unwrap();
            tries.forgive(&away, claimed);
        }
        assert_eq!(tries.claim(&away).unwrap().left, 4);
        assert_eq!(from_many(&tries, ADA, 300, 0), 99);
        // Whoever is refused where they have tried too often takes nothing from the others
        // there; but nobody may ask without end about an account that must wait.
        let other = tried("ole@example.com", "198.51.100.7", 0);
        assert_eq!((0..300).filter(|_| tries.claim(&other).is_ok()).count(), 5);
        let about = (0..300)
            .map(|_| tries.claim(&tried(ADA, "198.51.100.7", 0)).unwrap_err().about.is_some());
        assert_eq!(about.filter(|is_account| *is_account).count(), 55);
        assert_eq!(tries.claim(&tried("ole@example.com", "203.0.113.7", 0)).unwrap().left, 4);
    }

    #[test]
    fn whoever_has_a_new_password_begins_anew() {
        let tries = Tries::default();
        assert_eq!(from_many(&tries, ADA, 300, 0), 100);
        let home = tried(ADA, "192.0.2.7", 0);
        assert!(tries.claim(&home).is_err());
        tries.begin_anew(&home);
        assert_eq!(from_many(&tries, ADA, 300, 1), 100);
        assert_eq!(tries.claim(&home).unwrap().left, 4, "at home");
    }

    #[test]
    fn right_passwords_have_an_end_as_well() {
        let tries = Tries::default();
        let ada = tried(ADA, "192.0.2.7", 0);
        tries.settle(&ada);
        for number in 0..60 {
            assert!(tries.claim_right(&ada).is_ok(), "{number}");
        }
        for refused in [tries.claim_right(&ada), tries.claim(&ada).map(drop)] {
            let refused = refused.unwrap_err();
            assert_eq!(refused.about.as_deref(), Some(ACCOUNT));
            assert_eq!(refused.retry_after, Some(Ttl::from_seconds(5)));
        }
        assert!(tries.claim(&tried(ADA, "192.0.2.7", 5)).is_ok());
        assert!(tries.claim_right(&tried("ole@example.com", "192.0.2.7", 0)).is_ok());
    }
}
