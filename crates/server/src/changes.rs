//! How often one person may change something: whoever has a session, or a program that
//! has somebody's, writes no faster than people do. Looking is not counted.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use portreeve_core::refusal::Refusal;
use portreeve_core::text_id::UserId;
use portreeve_core::time::Ttl;

use crate::guessing::Guessing;

/// So many changes at once, and as many within each minute.
pub const AT_ONCE: u32 = 60;
const PER: Ttl = Ttl::from_seconds(60);

/// What a refusal for this is about.
pub const ABOUT: &str = "changes";

/// The changes of people on this node; each node counts for itself.
pub struct Changes(Guessing);

impl Default for Changes {
    fn default() -> Self {
        Self(Guessing::new(AT_ONCE, PER))
    }
}

impl Changes {
    /// Counts a change that somebody is about to make.
    ///
    /// # Errors
    /// [`portreeve_core::refusal::Reason::TooManyAttempts`] about [`ABOUT`] and how long to
    /// wait; it was not counted then.
    pub fn claim(&self, person: &UserId, now: Duration) -> Result<(), Refusal> {
        // The same person everywhere: a session that is used from many places is one.
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let claimed = self.0.claim(person.as_str(), nowhere, now);
        claimed.map(drop).map_err(|refusal| Refusal { about: Some(ABOUT.into()), ..refusal })
    }
}

#[cfg(test)]
mod tests {
    use portreeve_core::refusal::Reason;

    use super::*;

    #[test]
    fn each_person_has_a_minutes_worth_and_one_more_each_second() {
        let changes = Changes::default();
        let (ada, ole) = (UserId::parse("usr_ada").unwrap(), UserId::parse("usr_ole").unwrap());
        let at = Duration::from_secs;
        // At which second, by whom, how many pass of a hundred.
        for (second, person, passed) in
            [(0, &ada, 60), (0, &ole, 60), (1, &ada, 1), (5, &ada, 4), (5, &ole, 5), (65, &ada, 60)]
        {
            let all = (0..100).map(|_| changes.claim(person, at(second)));
            assert_eq!(all.filter(Result::is_ok).count(), passed, "{second} {person}");
        }
        let refused = changes.claim(&ada, at(65)).unwrap_err();
        assert_eq!(
            (refused.reason, refused.about.as_deref()),
            (Reason::TooManyAttempts, Some(ABOUT))
        );
        assert_eq!(refused.retry_after, Some(Ttl::from_seconds(1)));
    }
}
