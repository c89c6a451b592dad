//! The places in which mails wait: so many, and a part of them never for notices.
//!
//! One person's doing can make many notices: of a hundred clients that end, or of one
//! that is switched off and on. They must not keep out a way to a new password.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many mails wait at most.
pub const MOST_WAITING: u32 = 1000;

/// How many of them are notices at most: a quarter of the places is never theirs.
pub const MOST_NOTICES: u32 = MOST_WAITING / 4 * 3;

/// Whether somebody sits and waits for a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Somebody does, or has just done what it tells of: an invitation, a way to a new
    /// password, a password that was changed.
    Awaited,
    /// Nobody asked for it: a client ends, or was disabled.
    Notice,
}

/// All places of a post.
pub(super) struct Places {
    all: Arc<Semaphore>,
    /// Those that notices may have. A notice takes one of these as well as one of all.
    of_notices: Arc<Semaphore>,
    waiting: Gauge<i64, AtomicI64>,
}

/// A place in the queue, free again when it is dropped.
pub(super) struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_notices: Option<OwnedSemaphorePermit>,
    waiting: Gauge<i64, AtomicI64>,
}

impl Places {
    /// All free; `waiting` follows how many are not.
    pub(super) fn new(waiting: Gauge<i64, AtomicI64>) -> Self {
        Self {
            all: Arc::new(Semaphore::new(MOST_WAITING as usize)),
            of_notices: Arc::new(Semaphore::new(MOST_NOTICES as usize)),
            waiting,
        }
    }

    /// So many places at once, or none.
    pub(super) fn take(&self, count: u32, urgency: Urgency) -> Option<Vec<Place>> {
        let mut of_notices = match urgency {
            Urgency::Awaited => None,
            Urgency::Notice => {
                Some(Arc::clone(&self.of_notices).try_acquire_many_owned(count).ok()?)
            }
        };
        let mut of_all = Arc::clone(&self.all).try_acquire_many_owned(count).ok()?;
        let one = |_| {
            let (_of_all, waiting) = (of_all.split(1)?, self.waiting.clone());
            let _of_notices = of_notices.as_mut().and_then(|permits| permits.split(1));
            waiting.inc();
            Some(Place { _of_all, _of_notices, waiting })
        };
        (0..count).map(one).collect()
    }

    /// How many are not free.
    pub(super) fn waiting(&self) -> usize {
        (MOST_WAITING as usize).saturating_sub(self.all.available_permits())
    }

    /// Waits until all are free.
    pub(super) async fn all_free(&self) {
        // An error says that they are closed: nobody waits for those.
        let _ = self.all.acquire_many(MOST_WAITING).await;
    }

    /// Nobody gets one any more.
    pub(super) fn close(&self) {
        self.all.close();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.waiting.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_leave_a_quarter_to_others() {
        use Urgency::{Awaited, Notice};
        // What is taken one after the other, and how many wait afterwards.
        for (asked, waiting) in [
            (&[(750, Notice, true), (1, Notice, false), (250, Awaited, true)][..], 1000),
            (&[(750, Notice, true), (251, Awaited, false)], 750),
            (&[(751, Notice, false), (0, Notice, true)], 0),
            (&[(1000, Awaited, true), (1, Notice, false), (1, Awaited, false)], 1000),
            (&[(600, Awaited, true), (401, Notice, false), (400, Notice, true)], 1000),
            (&[(1001, Awaited, false), (u32::MAX, Notice, false)], 0),
        ] {
            let gauge = Gauge::default();
            let places = Places::new(gauge.clone());
            let mut taken = Vec::new();
            for (count, urgency, is_given) in asked {
                let given = places.take(*count, *urgency);
                assert_eq!(given.is_some(), *is_given, "{asked:?}");
                taken.extend(given.into_iter().flatten());
            }
            assert_eq!((places.waiting(), gauge.get()), (waiting, waiting as i64), "{asked:?}");
            drop(taken);
            assert_eq!((places.waiting(), gauge.get()), (0, 0), "{asked:?}");
            assert_eq!(places.take(750, Notice).map_or(0, |all| all.len()), 750, "given back");
        }
    }

    #[tokio::test]
    async fn the_end_comes_when_all_are_free() {
        let places = Places::new(Gauge::default());
        drop(places.take(3, Urgency::Notice));
        places.all_free().await;
        places.close();
        assert!(places.take(1, Urgency::Awaited).is_none());
        assert!(places.take(1, Urgency::Notice).is_none());
    }
}
