//! Where callers get their token, and how one of them fetches it for all.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use crate::builder::Builder;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::token::AccessToken;

/// How long after a failed early renewal the next one is tried, in seconds. Until
/// then callers have the token that is still valid.
const PAUSE: u64 = 5;

/// Gives every caller a valid token and asks for one only when it must. Cheap to
/// clone; clones share the token.
#[derive(Clone)]
pub struct TokenSource(Arc<Shared>);

struct Shared {
    exchange: Exchange,
    cache: Option<Cache>,
    /// Texts that no error may repeat.
    secrets: Vec<String>,
    clock: Clock,
    held: RwLock<Option<AccessToken>>,
    /// Whoever has this asks the server; the others wait for it.
    flight: Mutex<Flight>,
    /// How many flights have ended.
    landed: AtomicU64,
}

#[derive(Default)]
struct Flight {
    last: Option<Result<AccessToken, Error>>,
    /// When the next early renewal may be tried.
    not_before: u64,
}

impl TokenSource {
    /// Describes a source: the token endpoint's URL, the client's id and its secret.
    pub fn builder(token_url: &str, client_id: &str, client_secret: &str) -> Builder {
        Builder::new(token_url, client_id, client_secret)
    }

    /// A token that is valid now. Nearly always the one at hand. When a minute or a
    /// tenth of its life is left, one caller fetches the next while the others go on
    /// with this one; should that fail, it is used to its end. Without a valid one
    /// everybody waits for the same request and shares its outcome.
    ///
    /// # Errors
    /// [`Error`] says why there is no token and what to do.
    pub async fn token(&self) -> Result<AccessToken, Error> {
        let landed = self.0.landed.load(Ordering::Acquire);
        let now = (self.0.clock)();
        match self.held() {
            Some(token) if token.is_fresh(now) => Ok(token),
            Some(token) if token.is_valid(now) => match self.0.flight.try_lock() {
                Ok(flight) => Ok(self.renew_early(flight, token, now).await),
                Err(_) => Ok(token),
            },
            _ => self.join(landed).await,
        }
    }

    /// Throws this token away, here and in the cache file, so that the next call
    /// asks for a new one: for an API that answers 401 to a token that looks valid
    /// (it was revoked, or the server's keys are new). Another token stays.
    pub async fn forget(&self, token: &AccessToken) {
        self.drop_held(token);
        let (token, now) = (token.clone(), (self.0.clock)());
        self.with_cache(move |cache| cache.remove(&token, now)).await;
    }

    pub(crate) fn new(
        exchange: Exchange,
        cache: Option<Cache>,
        secrets: Vec<String>,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Shared {
            exchange,
            cache,
            secrets,
            clock,
            held: RwLock::default(),
            flight: Mutex::default(),
            landed: AtomicU64::new(0),
        }))
    }

    fn held(&self) -> Option<AccessToken> {
        self.0.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn drop_held(&self, token: &AccessToken) {
        let mut held = self.0.held.write().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|held| held.expose() == token.expose());
    }

    /// Waits for the flight under way, or makes one. `landed` was read before the
    /// caller looked for a token: a flight that ended since has its answer.
    async fn join(&self, landed: u64) -> Result<AccessToken, Error> {
        let mut flight = self.0.flight.lock().await;
        if self.0.landed.load(Ordering::Acquire) != landed
            && let Some(outcome) = &flight.last
        {
            return outcome.clone();
        }
        self.fly(&mut flight).await
    }

    async fn renew_early(
        &self,
        mut flight: MutexGuard<'_, Flight>,
        token: AccessToken,
        now: u64,
    ) -> AccessToken {
        // Somebody may have been quicker between the look and the lock.
        let newer = self.held().filter(|held| held.is_fresh(now));
        if newer.is_some() || now < flight.not_before {
            return newer.unwrap_or(token);
        }
        match self.fly(&mut flight).await {
            Ok(newer) if newer.is_fresh(now) => newer,
            outcome => {
                flight.not_before = now.saturating_add(PAUSE);
                outcome.unwrap_or(token)
            }
        }
    }

    /// Looks into the file, then asks the server; failing that, an old token from the
    /// file serves to its end. If the caller gives up meanwhile, the lock opens and the
    /// next one in line starts anew.
    async fn fly(&self, flight: &mut Flight) -> Result<AccessToken, Error> {
        let now = (self.0.clock)();
        let kept = self.with_cache(move |cache| cache.read(now)).await.flatten();
        if let Some(kept) = kept.clone().filter(|kept| kept.is_fresh(now)) {
            return self.land(flight, Ok(kept));
        }
        let reply = self.0.exchange.ask().await;
        // The life counts from before the request: never longer than the server's.
        let outcome = reply
            .and_then(|reply| reply.into_token(&self.0.exchange.endpoint, &self.0.secrets, now))
            .or_else(|error| kept.filter(|kept| kept.is_valid(now)).ok_or(error));
        let outcome = self.land(flight, outcome);
        if let Ok(token) = outcome.clone() {
            self.with_cache(move |cache| cache.write(&token)).await;
        }
        outcome
    }

    fn land(
        &self,
        flight: &mut Flight,
        outcome: Result<AccessToken, Error>,
    ) -> Result<AccessToken, Error> {
        if let Ok(token) = &outcome {
            *self.0.held.write().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        }
        flight.last = Some(outcome.clone());
        self.0.landed.fetch_add(1, Ordering::Release);
        outcome
    }

    /// Works on the file where blocking is allowed; `None` without a file.
    async fn with_cache<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cache) -> T + Send + 'static,
    ) -> Option<T> {
        let cache = self.0.cache.clone()?;
        tokio::task::spawn_blocking(move || work(&cache)).await.ok()
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("endpoint", &self.0.exchange.endpoint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
