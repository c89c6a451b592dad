//! The server's public keys, and when they are read again: when their copy is old,
//! and when a token names a key that is not among them.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use http::Uri;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::token::jwt::verify::PublicKeys;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::clock::Clock;
use crate::fetch::Fetch;

/// At most one attempt in this time, whatever strangers send us.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(10);

/// How long a copy counts as new: what the server says, within these bounds.
const SHORTEST: u64 = 60;
const LONGEST: u64 = 24 * 3600;
const UNSAID: u64 = 300;

/// How long an old copy still serves when the server cannot be reached. Beyond, a
/// key that was withdrawn would be honoured for ever.
const GRACE: Duration = Duration::from_secs(3600);

/// A set of keys.
pub(crate) struct KeySet {
    pub(crate) keys: Arc<PublicKeys>,
    /// Another number for other keys: what was verified under another one is
    /// verified again.
    pub(crate) generation: u64,
    text: Box<str>,
    read_at: Duration,
    max_age: Duration,
}

/// Where keys come from.
#[derive(Clone)]
pub(crate) struct Keys(Arc<Shared>);

struct Shared {
    current: ArcSwap<KeySet>,
    /// None when the API brought the keys itself.
    origin: Option<(Arc<Fetch>, Uri)>,
    clock: Arc<dyn Clock>,
    /// When the last attempt began. Whoever has this reads the keys.
    attempt: Arc<Mutex<Duration>>,
}

impl Keys {
    /// Keys that never change. The error says what is wrong with the text.
    pub(crate) fn fixed(text: &str, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let set = key_set(text, None, Duration::ZERO)?;
        Ok(Self::new(set, None, clock))
    }

    /// Keys that the server publishes, read now. The error says why they cannot be.
    pub(crate) async fn published(
        fetch: Arc<Fetch>,
        uri: Uri,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let set = fetched(&fetch, &uri, clock.monotonic()).await?;
        Ok(Self::new(set, Some((fetch, uri)), clock))
    }

    /// True when no key is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.current.load().keys.is_empty()
    }

    /// The keys of this moment. An old copy is renewed behind the caller's back.
    ///
    /// # Errors
    /// [`Reason::TemporarilyUnavailable`] when the copy is so old that nobody knows
    /// what it is worth.
    pub(crate) async fn current(&self) -> Result<Arc<KeySet>, Refusal> {
        let set = self.0.current.load_full();
        if self.0.origin.is_none() {
            return Ok(set);
        }
        let age = self.0.clock.monotonic().saturating_sub(set.read_at);
        if age <= set.max_age {
            return Ok(set);
        }
        if age > set.max_age + GRACE {
            self.read_again(&set).await;
            let set = self.0.current.load_full();
            let age = self.0.clock.monotonic().saturating_sub(set.read_at);
            let known = age <= set.max_age + GRACE;
            return known
                .then_some(set)
                .ok_or_else(|| Refusal::about(Reason::TemporarilyUnavailable, "jwks"));
        }
        if let Some(turn) = self.turn(self.0.attempt.clone().try_lock_owned().ok()) {
            tokio::spawn(self.0.clone().renew(turn));
        }
        Ok(set)
    }

    /// The keys after another look at the server, for a token whose key is not in
    /// `known`. Whoever comes while somebody looks waits for that.
    pub(crate) async fn newer_than(&self, known: &Arc<KeySet>) -> Option<Arc<KeySet>> {
        self.0.origin.as_ref()?;
        self.read_again(known).await;
        let set = self.0.current.load_full();
        (set.generation != known.generation).then_some(set)
    }

    fn new(set: KeySet, origin: Option<(Arc<Fetch>, Uri)>, clock: Arc<dyn Clock>) -> Self {
        let attempt = Arc::new(Mutex::new(set.read_at));
        Self(Arc::new(Shared { current: ArcSwap::from_pointee(set), origin, clock, attempt }))
    }

    async fn read_again(&self, known: &Arc<KeySet>) {
        let turn = self.0.attempt.clone().lock_owned().await;
        // While we waited somebody may have done it.
        if !Arc::ptr_eq(&self.0.current.load(), known) {
            return;
        }
        if let Some(turn) = self.turn(Some(turn)) {
            // Apart from the request, so that a caller who leaves does not stop it.
            let _ = tokio::spawn(self.0.clone().renew(turn)).await;
        }
    }

    /// The right to look at the server now, unless somebody did so just before.
    fn turn(&self, turn: Option<OwnedMutexGuard<Duration>>) -> Option<OwnedMutexGuard<Duration>> {
        let now = self.0.clock.monotonic();
        let mut turn = turn.filter(|last| now.saturating_sub(**last) >= BETWEEN_ATTEMPTS)?;
        *turn = now;
        Some(turn)
    }
}

impl Shared {
    async fn renew(self: Arc<Self>, _turn: OwnedMutexGuard<Duration>) {
        let Some((fetch, uri)) = &self.origin else { return };
        match fetched(fetch, uri, self.clock.monotonic()).await {
            Ok(mut set) => {
                let old = self.current.load();
                if set.text == old.text {
                    (set.generation, set.keys) = (old.generation, old.keys.clone());
                } else {
                    set.generation = old.generation + 1;
                }
                self.current.store(Arc::new(set));
            }
            Err(cause) => tracing::warn!(%cause, "the server's keys could not be read again"),
        }
    }
}

async fn fetched(fetch: &Fetch, uri: &Uri, now: Duration) -> Result<KeySet, String> {
    let fetched = fetch.read(uri).await.map_err(|cause| format!("{uri}: {cause}"))?;
    if fetched.status != 200 {
        return Err(format!("{uri} answered {}", fetched.status));
    }
    let text = str::from_utf8(&fetched.body).map_err(|_| format!("{uri} answered no text"))?;
    key_set(text, fetched.max_age, now).map_err(|cause| format!("{uri}: {cause}"))
}

fn key_set(text: &str, max_age: Option<u64>, read_at: Duration) -> Result<KeySet, String> {
    let keys = PublicKeys::from_jwks(text).map_err(|error| error.to_string())?;
    let max_age = Duration::from_secs(max_age.unwrap_or(UNSAID).clamp(SHORTEST, LONGEST));
    Ok(KeySet { keys: Arc::new(keys), generation: 0, text: text.into(), read_at, max_age })
}
