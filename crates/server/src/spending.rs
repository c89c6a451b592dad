//! Who came at once? A refresh token that is shown when it has been used already was
//! stolen, or it was sent twice at once by a program with several threads or tabs. The
//! difference is whether the second caller was here before the first was done.
//!
//! Only this node's callers are known: of two nodes' callers at once the later one may be
//! taken for a thief, which ends the family and lets nobody in.

use std::sync::atomic::{AtomicU64, Ordering};

use portreeve_core::secret::SecretHash;
use portreeve_core::token::record::TokenId;
use quick_cache::sync::Cache;

/// Tokens that are remembered.
const MOST: usize = 16_384;

/// Still going on.
const UNDONE: u64 = u64::MAX;

/// The refresh tokens that were used lately, and when, counted in callers.
pub struct Spending {
    callers: AtomicU64,
    done: Cache<Spent, u64>,
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
        Self { callers: AtomicU64::new(0), done: Cache::new(MOST) }
    }
}

impl Spending {
    /// A caller has come.
    pub fn arrive(&self) -> u64 {
        self.callers.fetch_add(1, Ordering::AcqRel)
    }

    /// Somebody is using the token, until what is returned is dropped.
    #[must_use]
    pub fn begin(&self, token: Spent) -> Underway<'_> {
        self.done.insert(token, UNDONE);
        Underway { spending: self, token }
    }

    /// True when this caller had come before the token's last use was done.
    pub fn was_here(&self, token: &Spent, arrived: u64) -> bool {
        self.done.get(token).is_some_and(|done| arrived < done)
    }
}

/// A use that is going on.
pub struct Underway<'s> {
    spending: &'s Spending,
    token: Spent,
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.spending.done.insert(self.token, self.spending.arrive());
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
        let underway = spending.begin(token);
        let third = spending.arrive();
        assert!(spending.was_here(&token, second) && spending.was_here(&token, third));
        drop(underway);
        let fourth = spending.arrive();
        assert!(spending.was_here(&token, second) && spending.was_here(&token, third));
        assert!(!spending.was_here(&token, fourth));
        assert!(!spending.was_here(&other, second));
    }
}
