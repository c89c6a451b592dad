//! `[guessing]`: how often a wrong secret may be shown.

use portreeve_core::time::Ttl;

use crate::config::section::Section;

/// How many failed secrets one client may show from one address before it is
/// answered with 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guessing {
    /// Failures.
    pub attempts: u32,
    /// Within this time.
    pub per: Ttl,
}

impl Default for Guessing {
    fn default() -> Self {
        Self { attempts: 20, per: Ttl::from_seconds(60) }
    }
}

impl Guessing {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let default = Self::default();
        let per = Ttl::from_seconds(1)..=Ttl::from_hours(24);
        Self {
            attempts: section.count("attempts", default.attempts, &(1..=1_000_000)),
            per: section.duration("per", default.per, &per),
        }
    }
}
