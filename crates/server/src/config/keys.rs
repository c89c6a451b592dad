//! `[keys]`: how often the signing and sealing keys change.

use portreeve_core::time::Ttl;

use crate::config::section::Section;

/// How long whoever verifies may keep the key set (`Cache-Control` of the JWKS): a key
/// must not sign before everybody can have seen it.
pub const JWKS_KEPT: Ttl = Ttl::from_seconds(300);

/// When keys change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// How long a key signs before the next takes over.
    pub rotate_every: Ttl,
    /// How long a new key is published before it signs, so that whoever keeps the
    /// key set in a cache has seen it by then.
    pub publish_ahead: Ttl,
}

impl Default for Keys {
    fn default() -> Self {
        Self { rotate_every: Ttl::from_hours(90 * 24), publish_ahead: Ttl::from_hours(1) }
    }
}

impl Keys {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let default = Self::default();
        let longest = Ttl::from_hours(10 * 365 * 24);
        let shortest = Ttl::from_seconds(1);
        let keys = Self {
            rotate_every: section.duration(
                "rotate_every",
                default.rotate_every,
                &(shortest..=longest),
            ),
            publish_ahead: section.duration(
                "publish_ahead",
                default.publish_ahead,
                &(JWKS_KEPT..=longest),
            ),
        };
        if keys.publish_ahead >= keys.rotate_every {
            section.fault(
                "publish_ahead",
                &format!("expected less than rotate_every, which is {}", keys.rotate_every),
            );
        }
        keys
    }
}
