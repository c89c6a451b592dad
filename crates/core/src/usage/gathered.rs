//! What one client did since it was last written down. In memory, behind a lock that is
//! held for nanoseconds: nothing here allocates when it is warm.

use std::net::IpAddr;

use crate::client::record::Client;
use crate::refusal::Reason;
use crate::time::Timestamp;
use crate::usage::{Counted, RefusedCall, SecretCounted, Tally, day_of, hour_of};

/// Where something happened: the token endpoint is 0, and the services follow in the
/// order of the catalog.
pub type Place = u16;

/// The token endpoint.
pub const TOKEN_ENDPOINT: Place = 0;

/// The most refusals that are kept whole from one writing to the next, beside the first
/// of each reason, place and day: all are counted, however many there are.
pub const MOST_SAMPLES: usize = 20;

/// The most counts of one kind that wait: a client's hours and places of two days.
const MOST_COUNTS: usize = 256;

/// What one client did since the last time. Small, so that it can lie beside the client:
/// what is counted most often is one step away.
#[derive(Debug, Default)]
pub struct Gathered {
    counts: Vec<Count>,
    rest: Option<Box<Rest>>,
}

#[derive(Debug, Default)]
struct Rest {
    secrets: Vec<SecretCount>,
    refused: Vec<RefusedCount>,
    /// Each with how many refusals it stands for.
    samples: Vec<(RefusedCall, u64)>,
    /// How many counts found no room.
    lost: u64,
}

#[derive(Debug)]
struct Count {
    place: Place,
    hour: Timestamp,
    tally: Tally,
}

#[derive(Debug)]
struct SecretCount {
    /// Its place among the client's secrets.
    number: usize,
    at: Timestamp,
    from: IpAddr,
    tokens: u64,
}

#[derive(Debug)]
struct RefusedCount {
    place: Place,
    reason: Reason,
    day: Timestamp,
    /// The sample that stands for all of them.
    sample: usize,
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Taken {
    /// Calls and tokens.
    pub counted: Vec<Counted>,
    /// Tokens by secret.
    pub secrets: Vec<SecretCounted>,
    /// Refusals, each with how many it stands for.
    pub refused: Vec<(RefusedCall, u64)>,
    /// How many counts found no room.
    pub lost: u64,
}

impl Gathered {
    /// A call passed the gate.
    pub fn pass(&mut self, place: Place, at: Timestamp) {
        self.add(place, at, |tally| tally.passed += 1);
    }

    /// A token was given.
    pub fn give(&mut self, at: Timestamp) {
        self.add(TOKEN_ENDPOINT, at, |tally| tally.tokens += 1);
    }

    /// The client's secret with this number was shown and accepted, and got this many
    /// tokens.
    pub fn use_secret(&mut self, number: usize, at: Timestamp, from: IpAddr, tokens: u64) {
        let (day, from) = (day_of(at), from.to_canonical());
        let rest = self.rest();
        let is_full = rest.secrets.len() >= MOST_COUNTS;
        let is_it = |one: &&mut SecretCount| one.number == number && day_of(one.at) == day;
        match rest.secrets.iter_mut().rev().find(is_it) {
            // Of two at once the later one may come first.
            Some(one) if one.at > at => one.tokens += tokens,
            Some(one) => {
                one.tokens += tokens;
                (one.at, one.from) = (at, from);
            }
            None if is_full => rest.lost += 1,
            None => rest.secrets.push(SecretCount { number, at, from, tokens }),
        }
    }

    /// A call or a token request was refused. `sample` is asked for it when there is
    /// still room.
    pub fn refuse(
        &mut self,
        place: Place,
        reason: Reason,
        at: Timestamp,
        sample: impl FnOnce() -> RefusedCall,
    ) {
        self.add(place, at, |tally| tally.refused += 1);
        let (day, rest) = (day_of(at), self.rest());
        let is_it =
            |one: &&RefusedCount| one.reason == reason && one.place == place && one.day == day;
        let Some(known) = rest.refused.iter().find(is_it) else {
            if rest.refused.len() >= MOST_COUNTS {
                rest.lost += 1;
                return;
            }
            rest.refused.push(RefusedCount { place, reason, day, sample: rest.samples.len() });
            rest.samples.push((sample(), 1));
            return;
        };
        if let Some((_, times)) = rest.samples.get_mut(known.sample) {
            *times += 1;
        }
        if rest.samples.len() < MOST_SAMPLES {
            rest.samples.push((sample(), 0));
        }
    }

    /// True when there is nothing to write.
    pub fn is_empty(&self) -> bool {
        let is_idle =
            |rest: &Rest| rest.secrets.is_empty() && rest.samples.is_empty() && rest.lost == 0;
        self.counts.is_empty() && self.rest.as_deref().is_none_or(is_idle)
    }

    /// Takes out what is to be written, into `taken`; the room stays for what comes
    /// next. `places` are the services' names, without the token endpoint.
    pub fn take(&mut self, client: &Client, places: &[Box<str>], taken: &mut Taken) {
        let id = &client.client_id;
        taken.counted.extend(self.counts.drain(..).map(|count| Counted {
            client_id: id.clone(),
            service: name_of(count.place, places),
            hour: count.hour,
            tally: count.tally,
        }));
        let Some(rest) = &mut self.rest else { return };
        taken.secrets.extend(rest.secrets.drain(..).filter_map(|one| {
            Some(SecretCounted {
                client_id: id.clone(),
                secret: client.secrets.get(one.number)?.id.clone(),
                at: one.at,
                from: Some(one.from),
                tokens: one.tokens,
            })
        }));
        taken.refused.append(&mut rest.samples);
        rest.refused.clear();
        taken.lost += std::mem::take(&mut rest.lost);
    }

    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    fn add(&mut self, place: Place, at: Timestamp, count: impl FnOnce(&mut Tally)) {
        let hour = hour_of(at);
        let is_it = |one: &&mut Count| one.place == place && one.hour == hour;
        if let Some(one) = self.counts.iter_mut().find(is_it) {
            return count(&mut one.tally);
        }
        if self.counts.len() >= MOST_COUNTS {
            // The oldest goes: what is going on now is what people ask about.
            self.counts.remove(0);
            self.rest().lost += 1;
        }
        let mut one = Count { place, hour, tally: Tally::default() };
        count(&mut one.tally);
        self.counts.push(one);
    }
}

/// The name under which a place's counts are kept.
pub fn name_of(place: Place, places: &[Box<str>]) -> Box<str> {
    let number = usize::from(place).checked_sub(1);
    number.and_then(|number| places.get(number)).cloned().unwrap_or_default()
}

#[cfg(test)]
#[path = "gathered_tests.rs"]
mod tests;
