//! The tokens that were revoked before they expired: all of them, since forgetting
//! one would make it valid again. Each goes a day after it would have expired anyway.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use portreeve_core::time::Timestamp;
use portreeve_core::token::record::TokenId;

use crate::contract::REVOCATIONS_OUTLAST;

/// The revoked tokens and when each expires. Reading takes a lock for the length of
/// one look-up and never across an await; writing is as rare as revoking.
#[derive(Debug, Default)]
pub(super) struct Revocations(RwLock<HashMap<TokenId, Timestamp>>);

impl Revocations {
    pub(super) fn contains(&self, id: &TokenId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    pub(super) fn extend(&self, revoked: impl IntoIterator<Item = (TokenId, Timestamp)>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend(revoked);
    }

    pub(super) fn sweep(&self, now: Timestamp) {
        let mut revoked = self.0.write().unwrap_or_else(PoisonError::into_inner);
        revoked.retain(|_, expires_at| expires_at.plus(REVOCATIONS_OUTLAST) > now);
        revoked.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::{at, token_id};

    #[test]
    fn a_revocation_outlasts_its_token() {
        let revocations = Revocations::default();
        revocations.extend([(token_id(1), at(10))]);
        for (now, is_known) in [(at(10), true), (at(86_409), true), (at(86_410), false)] {
            revocations.sweep(now);
            assert_eq!(revocations.contains(&token_id(1)), is_known, "{now:?}");
        }
    }
}
