//! Who came at once? A refresh token that is shown when it has been used already was
//! stolen, or it was sent twice at once by a program with several threads or tabs. The
//! difference is whether the second caller was here before the first was done.
//!
//! Only this node's callers are known: of two nodes' callers at once the later one may be
//! taken for a thief, which ends the family and lets nobody in.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use portreeve_core::secret::SecretHash;
use portreeve_core::token::record::TokenId;
use quick_cache::sync::Cache;

/// Tokens that are remembered.
const MOST: usize = 16_384;

/// The refresh tokens that are being used or were lately.
pub struct Spending {
    /// Counts callers, and uses that are done among them.
    turns: AtomicU64,
    uses: Cache<Spent, Arc<Uses>>,
}

/// Of one token.
#[derive(Default)]
struct Uses {
    underway: AtomicU64,
    /// The turn of the use that was done; 0 when none was.
    done: AtomicU64,
}

/// One refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spent([u8; 32]);

impl From<&SecretHash> for Spent {
    fn from(hash: &SecretHash) -> Self {
        Self(*hash.as_bytes())
    }
}

impl From<TokenId> for Spent {
    fn from(id: TokenId) -> Self {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(id.0).for_each(|(to, from)| *to = from);
        Self(bytes)
    }
}

impl Default for Spending {
    fn default() -> Self {
        Self { turns: AtomicU64::new(1), uses: Cache::new(MOST) }
    }
}

impl Spending {
    /// A caller has come.
    pub fn arrive(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::AcqRel)
    }

    /// Somebody tries to use the token, until what is returned is dropped.
    #[must_use]
    pub fn begin(&self, token: Spent) -> Underway<'_> {
        let fresh = || Ok::<_, Infallible>(Arc::default());
        let uses = self.uses.get_or_insert_with(&token, fresh).unwrap_or_default();
        uses.underway.fetch_add(1, Ordering::AcqRel);
        Underway { spending: self, uses }
    }

    /// True when this caller had come before the token's last use was done.
    pub fn was_here(&self, token: &Spent, arrived: u64) -> bool {
        self.uses.get(token).is_some_and(|uses| {
            uses.underway.load(Ordering::Acquire) > 0 || arrived < uses.done.load(Ordering::Acquire)
        })
    }
}

/// A use that is going on. Dropped without [`Underway::done`], it came to nothing.
pub struct Underway<'s> {
    spending: &'s Spending,
    uses: Arc<Uses>,
}

impl Underway<'_> {
    /// The token was used.
    pub fn done(self) {
        self.uses.done.store(self.spending.arrive(), Ordering::Release);
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.uses.underway.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_here_is_told_from_who_comes_later() {
        let spending = Spending::default();
        let (token, other) = (Spent::from(TokenId([1; 16])), Spent::from(TokenId([2; 16])));
        let (first, second) = (spending.arrive(), spending.arrive());
        assert!(!spending.was_here(&token, first), "nobody has used it");
        let (winner, loser) = (spending.begin(token), spending.begin(token));
        let third = spending.arrive();
        assert!(spending.was_here(&token, second) && spending.was_here(&token, third));
        drop(loser);
        assert!(spending.was_here(&token, second), "the winner is still at it");
        winner.done();
        let fourth = spending.arrive();
        assert!(spending.was_here(&token, second) && spending.was_here(&token, third));
        assert!(!spending.was_here(&token, fourth));
        drop(spending.begin(token));
        assert!(!spending.was_here(&token, fourth), "what came to nothing changes nothing");
        assert!(!spending.was_here(&other, second));
    }
}
