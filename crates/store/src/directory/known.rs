//! What is held in memory about one client and about one owner.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portreeve_core::client::record::Client;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::usage::gathered::{Gathered, Taken};

/// A client, and what it did since that was last written down. The counts are the
/// copy's own: one that is replaced, or leaves memory, is written as any other, as long
/// as somebody holds it.
#[derive(Debug)]
pub struct KnownClient {
    client: Client,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// True from [`KnownClient::gather`]'s yes until a [`KnownClient::take`] that finds
    /// nothing.
    is_queued: bool,
    /// It holds no memory while the client does nothing, as most do.
    gathered: Gathered,
}

impl KnownClient {
    pub(super) fn new(client: Client) -> Self {
        Self { client, waiting: Mutex::default() }
    }

    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Counts something. True for the one caller who must see to it that
    /// [`KnownClient::take`] is called.
    #[must_use]
    pub fn gather(&self, count: impl FnOnce(&mut Gathered)) -> bool {
        let mut waiting = self.waiting();
        count(&mut waiting.gathered);
        !std::mem::replace(&mut waiting.is_queued, true)
    }

    /// Takes out what was gathered. False when there was nothing: then nobody need call
    /// again until [`KnownClient::gather`] says so.
    pub fn take(&self, places: &[Box<str>], taken: &mut Taken) -> bool {
        let mut waiting = self.waiting();
        if waiting.gathered.is_empty() {
            *waiting = Waiting::default();
            return false;
        }
        waiting.gathered.take(&self.client, places, taken);
        true
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an owner belongs.
#[derive(Clone, Debug)]
pub enum Roots {
    /// An organization belongs to itself.
    One([OrganizationId; 1]),
    /// A person's.
    Person(Person),
}

/// Where a person belongs, and what the person is.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person's memberships.
    pub organizations: Arc<[OrganizationId]>,
    /// True for the vendor's own staff.
    pub operator: bool,
}

impl Roots {
    /// The organizations at which the owner's reach begins.
    pub fn as_slice(&self) -> &[OrganizationId] {
        match self {
            Self::One(one) => one,
            Self::Person(person) => &person.organizations,
        }
    }

    /// True for one of the vendor's own staff.
    pub const fn is_operator(&self) -> bool {
        match self {
            Self::One(_) => false,
            Self::Person(person) => person.operator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::{NOW, client};

    #[test]
    fn of_all_who_count_one_is_told_to_see_to_it() {
        let known = KnownClient::new(client("prc_1"));
        let taken = |expected: usize, is_busy: bool| {
            let mut taken = Taken::default();
            assert_eq!(known.take(&[], &mut taken), is_busy);
            assert_eq!(taken.counted.len(), expected);
        };
        assert!(known.gather(|gathered| gathered.give(NOW)));
        assert!(!known.gather(|gathered| gathered.pass(1, NOW)));
        taken(2, true);
        assert!(!known.gather(|gathered| gathered.give(NOW)), "it is still in the queue");
        taken(1, true);
        taken(0, false);
        assert!(known.gather(|gathered| gathered.give(NOW)));
    }
}
