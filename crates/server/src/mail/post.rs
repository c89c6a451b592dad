//! Where mails wait and from where they leave. Nobody who hands one in waits for it.
//!
//! What waits is in memory: a mail that was taken and not sent when the process ends is
//! lost, and the log says so.

mod places;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use lettre::message::Mailbox;
use portreeve_core::secret::Secret;
use tokio::select;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::config::mail::{MailConfig, Way};
use crate::mail::Mail;
use crate::mail::failure::{Failure, MailError, Unsent};
use crate::mail::folder::Folder;
use crate::mail::message::{self, Written};
use crate::mail::post::places::{Place, Places, Urgency};
use crate::mail::relay::{self, CONNECTIONS, Relay};
use crate::observe::metrics::MailCounters;

pub use crate::mail::post::places::{MOST_NOTICES, MOST_WAITING};

/// Between the attempts for one mail; an hour in all, within which relays that keep
/// strangers waiting let them in.
pub const PAUSES: &[Duration] = &[
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(2 * 60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(20 * 60),
    Duration::from_secs(21 * 60),
];

/// A mail that waits, and its place in the queue.
type Waiting = (Mail, Place);

/// The post of one process.
pub struct Post {
    config: MailConfig,
    host: String,
    pauses: &'static [Duration],
    counters: MailCounters,
    places: Places,
    stopping: watch::Sender<bool>,
    queue: mpsc::UnboundedSender<Waiting>,
    taken: Mutex<Option<mpsc::UnboundedReceiver<Waiting>>>,
    /// Set once somebody carries mails away.
    is_open: OnceLock<()>,
}

/// What carries mails away: to be spawned.
pub struct Delivery {
    queue: mpsc::UnboundedReceiver<Waiting>,
    carrier: Arc<Carrier>,
}

struct Carrier {
    out: Out,
    from: Mailbox,
    host: String,
    pauses: &'static [Duration],
    counters: MailCounters,
    at_once: Semaphore,
    stopping: watch::Receiver<bool>,
}

enum Out {
    Folder(Arc<Folder>),
    Relay(Box<Relay>),
}

impl Post {
    /// The post of the server with this issuer. Nothing is opened yet: a command beside
    /// the server sends no mails, and needs no password of a relay.
    pub fn new(config: &MailConfig, issuer: &str, counters: MailCounters) -> Self {
        let (queue, taken) = mpsc::unbounded_channel();
        let places = Places::new(counters.waiting.clone());
        Self {
            config: config.clone(),
            host: host_of(issuer),
            pauses: PAUSES,
            counters,
            places,
            stopping: watch::Sender::new(false),
            queue,
            taken: Mutex::new(Some(taken)),
            is_open: OnceLock::new(),
        }
    }

    /// The same with other pauses between attempts.
    #[must_use]
    pub fn with_pauses(self, pauses: &'static [Duration]) -> Self {
        Self { pauses, ..self }
    }

    /// True when the configuration says how mails leave.
    pub const fn is_configured(&self) -> bool {
        self.config.way.is_some()
    }

    /// True once somebody carries mails away.
    pub fn is_open(&self) -> bool {
        self.is_open.get().is_some()
    }

    /// How many mails wait, or are under way.
    pub fn waiting(&self) -> usize {
        self.places.waiting()
    }

    /// Opens the post, once: reads the relay's password, or makes the folder. `None` when
    /// no way is configured, or it is open already.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn open(
        &self,
        variable: fn(&str) -> Option<String>,
    ) -> Result<Option<Delivery>, MailError> {
        let (Some(from), Some(way)) = (&self.config.from, &self.config.way) else {
            return Ok(None);
        };
        let from = message::sender(from).map_err(MailError::Relay)?;
        let out = match way {
            Way::Folder(path) => Out::Folder(Arc::new(Folder::open(path)?)),
            Way::Smtp(smtp) => {
                let password = smtp.user.as_ref().map(|(_, password)| password);
                let password: Option<Secret<String>> =
                    password.map(|from| relay::password(from, variable)).transpose()?;
                Out::Relay(Box::new(Relay::new(smtp, password, &self.host)?))
            }
        };
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(queue) = taken else { return Ok(None) };
        let carrier = Carrier {
            out,
            from,
            host: self.host.clone(),
            pauses: self.pauses,
            counters: self.counters.clone(),
            at_once: Semaphore::new(CONNECTIONS as usize),
            stopping: self.stopping.subscribe(),
        };
        let _ = self.is_open.set(());
        Ok(Some(Delivery { queue, carrier: Arc::new(carrier) }))
    }

    /// Hands in a mail that somebody waits for. It is sent soon, or the log says why not.
    ///
    /// # Errors
    /// [`Unsent`], which is counted and logged already.
    pub fn send(&self, mail: Mail) -> Result<(), Unsent> {
        self.take(vec![mail], Urgency::Awaited)
    }

    /// Hands in what nobody asked for: all of it or nothing. A quarter of the places is
    /// never taken by it, see [`MOST_NOTICES`].
    ///
    /// # Errors
    /// As [`Post::send`].
    pub fn send_notices(&self, mails: Vec<Mail>) -> Result<(), Unsent> {
        self.take(mails, Urgency::Notice)
    }

    fn take(&self, mails: Vec<Mail>, urgency: Urgency) -> Result<(), Unsent> {
        if !self.is_open() {
            return Err(Unsent::Nowhere);
        }
        let count = u32::try_from(mails.len()).unwrap_or(u32::MAX);
        let Some(places) = self.places.take(count, urgency) else {
            let kind = mails.first().map(|mail| mail.kind);
            tracing::warn!(kind, count, "mails were not taken: too many wait");
            self.counters.refused.inc_by(count.into());
            return Err(Unsent::Full);
        };
        for waiting in mails.into_iter().zip(places) {
            // When the process ends nobody carries any more.
            let _ = self.queue.send(waiting);
        }
        Ok(())
    }

    /// Sends what waits, without the pauses, for so long at most; nothing is taken
    /// afterwards.
    pub async fn drain(&self, within: Duration) {
        if !self.is_open() {
            return;
        }
        self.stopping.send_replace(true);
        if timeout(within, self.places.all_free()).await.is_err() {
            let left = self.waiting();
            tracing::error!(left, "the server ends before these mails were sent");
        }
        self.places.close();
    }
}

impl Delivery {
    /// Carries mails away for ever, several at a time. Dropping it gives up all that wait.
    pub async fn run(mut self) {
        let mut under_way = JoinSet::new();
        loop {
            select! {
                Some((mail, place)) = self.queue.recv() => {
                    under_way.spawn(carry(Arc::clone(&self.carrier), mail, place));
                }
                Some(_) = under_way.join_next() => {}
                else => return,
            }
        }
    }
}

/// Takes one mail all the way, or gives it up. Its place is free afterwards.
async fn carry(carrier: Arc<Carrier>, mail: Mail, place: Place) {
    let domain = mail.to.rsplit_once('@').map_or("?", |(_, domain)| domain);
    let outcome = match message::write(&mail, &carrier.from, &carrier.host) {
        Ok(written) => carrier.attempt_again_and_again(&mail, &written, domain).await,
        Err(what) => Err(what),
    };
    match outcome {
        Ok(()) => {
            carrier.counters.sent.inc();
        }
        Err(what) => {
            tracing::error!(kind = mail.kind, domain, what, "a mail was given up");
            carrier.counters.failed.inc();
        }
    }
    drop(place);
}

impl Carrier {
    async fn attempt_again_and_again(
        &self,
        mail: &Mail,
        written: &Written,
        domain: &str,
    ) -> Result<(), String> {
        let mut pauses = self.pauses.iter();
        let mut stopping = self.stopping.clone();
        loop {
            let is_last = *stopping.borrow();
            let failure = match self.attempt(mail, written).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            let pause = pauses.next().filter(|_| failure.may_pass && !is_last);
            let Some(pause) = pause else { return Err(failure.what) };
            let (kind, what, seconds) = (mail.kind, failure.what, pause.as_secs());
            tracing::warn!(kind, domain, what, seconds, "a mail was not taken; it waits");
            select! {
                () = sleep(*pause) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        }
    }

    async fn attempt(&self, mail: &Mail, written: &Written) -> Result<(), Failure> {
        // Never closed.
        let _one_of_few = self.at_once.acquire().await;
        match &self.out {
            Out::Relay(relay) => relay.send(written).await,
            Out::Folder(folder) => {
                let (folder, bytes, at) = (Arc::clone(folder), written.bytes.clone(), mail.at);
                let kept = tokio::task::spawn_blocking(move || folder.keep(&bytes, at)).await;
                kept.unwrap_or_else(|error| {
                    Err(Failure { may_pass: true, what: error.to_string() })
                })
            }
        }
    }
}

/// The host of an issuer, without its port.
fn host_of(issuer: &str) -> String {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host.to_owned(),
        _ => authority.to_owned(),
    }
}

#[cfg(test)]
mod tests;
