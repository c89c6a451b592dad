//! What clients do, gathered in memory until it is written: one gathering for calls,
//! tokens, refusals and the uses of secrets. Counting costs a lock that only the calls
//! of the same client ask for; nothing is decided by it.
//!
//! Each copy of a client's record counts for itself, and is held here from its first
//! count on: it may be replaced or leave the directory's memory meanwhile.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portreeve_core::refusal::Reason;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::gathered::{Gathered, Place, Taken};
use portreeve_core::usage::{Counted, RefusedCall, SecretCounted};
use portreeve_store::directory::KnownClient;
use prometheus_client::metrics::counter::Counter;

/// The most clients, and the most rows, that wait to be written. Beyond, the oldest are
/// dropped: memory has an end, and old counts are worth less than new ones.
const MOST: usize = 200_000;

/// What clients did that is not written yet.
pub struct Usage {
    /// The services' names, in the order of the catalog.
    places: Box<[Box<str>]>,
    /// Clients with counts.
    waiting: Mutex<VecDeque<Arc<KnownClient>>>,
    /// Rows that were taken from clients and could not be written yet.
    rows: Mutex<VecDeque<Row>>,
    dropped: Counter,
    /// [`MOST`], but in tests.
    most: usize,
    /// Held by whoever writes rows; never asked for on the way of a request.
    pub writing: tokio::sync::Mutex<()>,
}

/// One row that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Calls and tokens of one hour.
    Counted(Counted),
    /// The uses of one secret on one day.
    Secret(SecretCounted),
    /// A refusal, and how many it stands for.
    Refused(RefusedCall, u64),
}

impl Usage {
    /// Nothing yet. `places` are the services' names in the order of the catalog;
    /// `dropped` counts the rows that found no room.
    pub fn new(places: Box<[Box<str>]>, dropped: Counter) -> Self {
        let (waiting, rows, writing) = (Mutex::default(), Mutex::default(), Default::default());
        Self { places, waiting, rows, dropped, most: MOST, writing }
    }

    /// A call to the service with this number in the catalog passed the gate.
    pub fn passed(&self, client: &Arc<KnownClient>, service: usize, at: Timestamp) {
        self.count(client, |gathered| gathered.pass(place_of(service), at));
    }

    /// A secret of the client's, by its place among them, was shown and accepted.
    pub fn showed(&self, client: &Arc<KnownClient>, secret: usize, at: Timestamp, from: IpAddr) {
        self.count(client, |gathered| gathered.use_secret(secret, at, from, 0));
    }

    /// A token was given, for a secret or for a refresh token that was all that was shown.
    pub fn gave(
        &self,
        client: &Arc<KnownClient>,
        secret: Option<usize>,
        at: Timestamp,
        from: IpAddr,
    ) {
        self.count(client, |gathered| {
            gathered.give(at);
            if let Some(secret) = secret {
                gathered.use_secret(secret, at, from, 1);
            }
        });
    }

    /// A call, or a token request, was refused. `sample` makes what is kept of it, if it
    /// is.
    pub fn refused(
        &self,
        client: &Arc<KnownClient>,
        place: Place,
        reason: Reason,
        at: Timestamp,
        sample: impl FnOnce() -> RefusedCall,
    ) {
        self.count(client, |gathered| gathered.refuse(place, reason, at, sample));
    }

    /// The services' names, in the order of the catalog.
    pub fn places(&self) -> &[Box<str>] {
        &self.places
    }

    /// Takes what was gathered out of the clients, unless there are rows that still wait:
    /// counts that stay where they are grow in number, not in room.
    pub fn collect(&self) {
        let mut rows = lock(&self.rows);
        if !rows.is_empty() {
            return;
        }
        let busy = std::mem::take(&mut *lock(&self.waiting));
        let (mut taken, mut still) = (Taken::default(), VecDeque::with_capacity(busy.len()));
        still.extend(busy.into_iter().filter(|client| client.take(&self.places, &mut taken)));
        let mut waiting = lock(&self.waiting);
        // Who came meanwhile stands behind.
        still.append(&mut waiting);
        *waiting = still;
        drop(waiting);
        self.dropped.inc_by(taken.lost);
        *rows = in_order(taken);
        while rows.len() > self.most {
            rows.pop_front();
            self.dropped.inc();
        }
    }

    /// The next rows to write, `most` at most. They stay until they are [`Usage::done`].
    pub fn next(&self, most: usize) -> Vec<Row> {
        lock(&self.rows).iter().take(most).cloned().collect()
    }

    /// The first rows were written.
    pub fn done(&self, rows: usize) {
        let mut waiting = lock(&self.rows);
        let rows = rows.min(waiting.len());
        waiting.drain(..rows);
        if waiting.is_empty() {
            // What one busy minute needed is not held for good.
            waiting.shrink_to_fit();
        }
    }

    /// The first rows can never be written.
    pub fn give_up(&self, rows: usize) {
        self.done(rows);
        self.dropped.inc_by(u64::try_from(rows).unwrap_or(u64::MAX));
    }

    fn count(&self, client: &Arc<KnownClient>, count: impl FnOnce(&mut Gathered)) {
        if !client.gather(count) {
            return;
        }
        // Once for a client that was idle. The two locks are never held together.
        let mut waiting = lock(&self.waiting);
        waiting.push_back(Arc::clone(client));
        let oldest = if waiting.len() > self.most { waiting.pop_front() } else { None };
        drop(waiting);
        if let Some(oldest) = oldest {
            self.forget(&oldest);
        }
    }

    fn forget(&self, client: &KnownClient) {
        let mut taken = Taken::default();
        while client.take(&self.places, &mut taken) {}
        let rows = taken.counted.len() + taken.secrets.len() + taken.refused.len();
        self.dropped.inc_by(taken.lost + u64::try_from(rows).unwrap_or(u64::MAX));
    }
}

/// The place of the service with this number in the catalog: the token endpoint comes
/// before them all.
pub fn place_of(service: usize) -> Place {
    Place::try_from(service.saturating_add(1)).unwrap_or(Place::MAX)
}

/// The rows in one order on every node, so that two nodes' commits cannot wait for each
/// other.
fn in_order(mut taken: Taken) -> VecDeque<Row> {
    taken.counted.sort_by(|one, two| {
        (&one.client_id, &one.service, one.hour).cmp(&(&two.client_id, &two.service, two.hour))
    });
    taken.secrets.sort_by(|one, two| {
        (&one.client_id, &one.secret, one.at).cmp(&(&two.client_id, &two.secret, two.at))
    });
    taken.refused.sort_by(|(one, _), (two, _)| {
        (&one.client_id, &one.service, &one.reason, one.at).cmp(&(
            &two.client_id,
            &two.service,
            &two.reason,
            two.at,
        ))
    });
    let mut rows = VecDeque::new();
    rows.extend(taken.counted.into_iter().map(Row::Counted));
    rows.extend(taken.secrets.into_iter().map(Row::Secret));
    rows.extend(taken.refused.into_iter().map(|(call, times)| Row::Refused(call, times)));
    rows
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
