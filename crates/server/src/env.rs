//! Everything that a request needs, in one place. The only file that reads the
//! system's clock, its randomness and its environment.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use portreeve_core::oauth::metadata::Endpoints;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::{Entropy, HashKey, MasterKey};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::inspect::Inspector;
use portreeve_store::directory::Directory;

use crate::catalog::Catalog;
use crate::changes::Changes;
use crate::config::keys::Keys;
use crate::config::limits::ClientLimits;
use crate::config::trusted_proxies::TrustedProxies;
use crate::guessing::{Guessing, Links};
use crate::mail::{Letterhead, Post};
use crate::observe::Observer;
use crate::passwords::Passwords;
use crate::sessions::Sessions;
use crate::shared_tokens::SharedTokens;
use crate::spending::Spending;
use crate::texts::Texts;
use crate::token_memory::TokenMemory;
use crate::tries::Tries;
use crate::upstream::upstreams::Upstreams;
use crate::usage::Usage;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970: what tokens and records say.
    fn unix_millis(&self) -> u64;
    /// Time since the start, never backwards: what limits and measures.
    fn monotonic(&self) -> Duration;

    /// Seconds since 1970.
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(i64::try_from(self.unix_millis() / 1000).unwrap_or(i64::MAX))
    }
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// A clock whose monotonic time begins now.
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    fn unix_millis(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The operating system's random source, by way of the crypto library.
#[derive(Clone, Copy, Debug)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    fn fill(&self, bytes: &mut [u8]) {
        // A machine without randomness must not go on: every secret would be known.
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// An environment variable that the configuration names.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How long copies count as true when the change log cannot be read. Beyond, the
/// node stops answering rather than honour rights that may be gone.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// The whole installation, as a request sees it.
pub struct Env {
    /// What is known of clients, organizations and keys.
    pub directory: Arc<Directory>,
    /// Dialects, audiences and services.
    pub catalog: Catalog,
    /// Where this server's own endpoints are.
    pub endpoints: Endpoints,
    /// Reads access tokens of every form that a service uses.
    pub inspector: Inspector,
    /// Tokens that were read before.
    pub tokens: TokenMemory,
    /// Tokens that are given again.
    pub shared: SharedTokens,
    /// Refresh tokens that are being used, or were lately.
    pub spending: Spending,
    /// Who failed too often.
    pub guessing: Guessing,
    /// Who tries passwords too often.
    pub tries: Tries,
    /// Who asks for mails, or shows codes, too often.
    pub links: Links,
    /// Who changes something too often.
    pub changes: Changes,
    /// How many identity clients may belong to one owner.
    pub client_limits: ClientLimits,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Where passwords are hashed.
    pub passwords: Passwords,
    /// Cookies and forms of people's browsers.
    pub sessions: Sessions,
    /// The connections to the APIs behind the gate.
    pub upstreams: Upstreams,
    /// From where mails leave.
    pub mail: Post,
    /// When keys change.
    pub keys: Keys,
    /// Overrides every access token's life, to try expiry.
    pub ttl_override: Option<Ttl>,
    /// The key of the secrets' hashes.
    pub hash_key: HashKey,
    /// Log lines, counters and request ids.
    pub observer: Observer,
    /// What clients did that is not written yet.
    pub usage: Usage,
    /// What time it is.
    pub clock: Box<dyn Clock>,
    /// Randomness.
    pub entropy: Box<dyn Entropy>,
    /// When the change log was last read, in monotonic milliseconds.
    pub heard: Heard,
}

/// What [`Env::new`] is made of, beside the directory and the catalog.
pub struct Parts {
    /// The installation's master key.
    pub master: MasterKey,
    /// The issuer: the server's public URL.
    pub issuer: String,
    /// How many tokens that were read are remembered.
    pub tokens_in_memory: usize,
    /// Who failed too often.
    pub guessing: Guessing,
    /// How many identity clients may belong to one owner.
    pub client_limits: ClientLimits,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Time limits of the APIs behind the gate.
    pub timeouts: crate::upstream::proxy::Timeouts,
    /// When keys change.
    pub keys: Keys,
    /// Overrides every access token's life.
    pub ttl_override: Option<Ttl>,
    /// From where mails leave.
    pub mail: Post,
    /// Log lines, counters and request ids.
    pub observer: Observer,
    /// What time it is.
    pub clock: Box<dyn Clock>,
    /// Randomness.
    pub entropy: Box<dyn Entropy>,
}

impl Env {
    /// Puts an installation together.
    ///
    /// # Errors
    /// A sentence about an upstream that is no URL.
    pub fn new(directory: Arc<Directory>, catalog: Catalog, parts: Parts) -> Result<Self, String> {
        let standard = catalog.dialects.iter().find(|entry| entry.dialect.name == "standard");
        let token_path = standard.and_then(|entry| entry.dialect.token.paths.first());
        let at = |path: &str| format!("{}{path}", parts.issuer);
        let endpoints = Endpoints {
            token: at(token_path.map_or("/oauth2/token", String::as_str)),
            introspection: at(crate::paths::INTROSPECT),
            revocation: at(crate::paths::REVOKE),
            jwks: at(crate::paths::JWKS),
            issuer: parts.issuer.clone(),
        };
        let is_https = parts.issuer.starts_with("https://");
        let inspector = Inspector {
            issuer: parts.issuer.into(),
            sealed: catalog.sealed_formats(),
            compact: catalog.compact_forms(),
            refresh: catalog.refresh_forms(),
        };
        let places = catalog.services.iter().map(|entry| entry.service.name.as_str().into());
        let usage = Usage::new(places.collect(), parts.observer.metrics.usage_rows_dropped());
        let heard = Heard::default();
        heard.now(parts.clock.monotonic());
        Ok(Self {
            upstreams: Upstreams::new(&catalog, parts.timeouts, is_https)?,
            inspector,
            tokens: TokenMemory::new(
                parts.tokens_in_memory,
                parts.observer.metrics.memory("tokens"),
            ),
            shared: SharedTokens::default(),
            spending: Spending::default(),
            hash_key: HashKey::derive(&parts.master),
            guessing: parts.guessing,
            tries: Tries::default(),
            links: Links::default(),
            changes: Changes::default(),
            client_limits: parts.client_limits,
            trusted_proxies: parts.trusted_proxies,
            passwords: Passwords::new(&*parts.entropy),
            sessions: Sessions::new(&endpoints.issuer, &parts.master),
            keys: parts.keys,
            ttl_override: parts.ttl_override,
            mail: parts.mail,
            observer: parts.observer,
            usage,
            clock: parts.clock,
            entropy: parts.entropy,
            endpoints,
            directory,
            catalog,
            heard,
        })
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The texts of what is not written for one request: mails, and services' documents.
    /// Which language a person reads is not kept.
    pub fn texts(&self) -> &'static Texts {
        Texts::english()
    }

    /// What mails are written with.
    pub fn letterhead(&self) -> Letterhead<'_> {
        Letterhead {
            texts: self.texts(),
            vendor: self.catalog.vendor(),
            accent: self.catalog.branding.accent,
            issuer: &self.endpoints.issuer,
            now: self.now(),
            entropy: &*self.entropy,
        }
    }

    /// Refuses while nobody knows whether the copies in memory are still true.
    ///
    /// # Errors
    /// [`Reason::TemporarilyUnavailable`].
    pub fn must_be_current(&self) -> Result<(), Refusal> {
        if self.heard.silence(self.clock.monotonic()) > LONGEST_SILENCE {
            return Err(Refusal::about(Reason::TemporarilyUnavailable, "change log"));
        }
        Ok(())
    }

    /// Refuses who failed too often with this client from this address.
    ///
    /// # Errors
    /// [`Reason::TooManyAttempts`], with how long to wait.
    pub fn must_not_guess(&self, client_id: &str, peer: IpAddr) -> Result<(), Refusal> {
        self.guessing.may_try(client_id, peer, self.clock.monotonic())
    }
}

/// When this node last heard of all changes.
#[derive(Debug, Default)]
pub struct Heard(AtomicU64);

impl Heard {
    /// The log was read to its end at this moment.
    pub fn now(&self, monotonic: Duration) {
        let millis = u64::try_from(monotonic.as_millis()).unwrap_or(u64::MAX);
        self.0.store(millis, Ordering::Relaxed);
    }

    /// How long ago that was.
    pub fn silence(&self, monotonic: Duration) -> Duration {
        monotonic.saturating_sub(Duration::from_millis(self.0.load(Ordering::Relaxed)))
    }
}
