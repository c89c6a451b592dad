//! An access token as a program holds it.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

/// The most seconds before its end at which a token is replaced.
const EARLIEST: u64 = 60;

/// An access token. Cheap to clone; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    text: Arc<str>,
    authorization: HeaderValue,
    scope: Option<Arc<str>>,
    asked_at: u64,
    expires_at: u64,
}

impl AccessToken {
    /// A token that was asked for at `asked_at` and lives `life` seconds from then
    /// on; `None` when the text cannot stand in a header (RFC 6750 §2.1).
    pub(crate) fn new(text: &str, scope: Option<&str>, asked_at: u64, life: u64) -> Option<Self> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let mut authorization = HeaderValue::try_from(format!("Bearer {text}")).ok()?;
        authorization.set_sensitive(true);
        let expires_at = asked_at.saturating_add(life);
        Some(Self {
            text: text.into(),
            authorization,
            scope: scope.map(Into::into),
            asked_at,
            expires_at,
        })
    }

    /// The token itself. Every call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The value of the `Authorization` header (RFC 6750 §2.1), marked as sensitive.
    pub fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    /// What was granted, where the server says: names separated by one space. It may
    /// be less than was asked for (RFC 6749 §5.1).
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When the token ends, in seconds since 1970, as far as the server said.
    pub const fn expires_at(&self) -> u64 {
        self.expires_at
    }

    pub(crate) const fn asked_at(&self) -> u64 {
        self.asked_at
    }

    pub(crate) const fn is_valid(&self, now: u64) -> bool {
        now < self.expires_at
    }

    /// True until a tenth of the token's life is left, at most a minute: time
    /// enough to get another one and for the calls under way.
    pub(crate) fn is_fresh(&self, now: u64) -> bool {
        let life = self.expires_at.saturating_sub(self.asked_at);
        now < self.expires_at.saturating_sub((life / 10).min(EARLIEST))
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("text", &"[secret]")
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_fresh_until_shortly_before_its_end() {
        for (life, fresh_until) in [(86_400, 86_340), (300, 270), (9, 9), (0, 0)] {
            let token = AccessToken::new("abc", None, 1000, life).unwrap();
            assert!(fresh_until == 0 || token.is_fresh(1000 + fresh_until - 1), "{life}");
            assert!(!token.is_fresh(1000 + fresh_until), "{life}");
            assert!(!token.is_valid(1000 + life), "{life}");
        }
    }

    #[test]
    fn a_token_shows_itself_only_when_asked() {
        let token = AccessToken::new("abc", Some("crew_read"), 0, 60).unwrap();
        assert_eq!(token.authorization(), "Bearer abc");
        let shown = format!("{token:?} {:?}", token.authorization());
        assert!(!shown.contains("abc"), "{shown}");
        for bad in ["", "a b", "a\nb", "é"] {
            assert_eq!(AccessToken::new(bad, None, 0, 60), None, "{bad:?}");
        }
    }
}
