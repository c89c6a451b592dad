//! Who calls? The first steps of every journey on which a client authenticates.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use portreeve_core::client::authenticate::authenticate;
use portreeve_core::client::credential::Credential;
use portreeve_core::client::record::ClientState;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_store::directory::KnownClient;
use tokio::time::Sleep;

use crate::env::Env;
use crate::flow::stop::Stop;

/// The soonest that a failure is answered, counted from the request's arrival here. An
/// id that nobody has asked for costs a database read, and one that is remembered none:
/// without this the difference would tell which ids there are. A read from a database
/// in the same data centre takes less; one that takes longer can be told.
pub(super) const SOONEST_FAILURE: Duration = Duration::from_millis(5);

/// A client that was found, and what is wrong with its being who it says.
pub struct Caller {
    /// The client, if there is one with the id that was claimed.
    pub client: Option<Arc<KnownClient>>,
    /// The secret that it showed, by its place among its secrets; none where nothing but a
    /// refresh token was shown.
    pub secret: Option<usize>,
    /// Every reason to refuse it. Empty: it is who it says.
    refusals: Vec<Refusal>,
    /// The soonest moment of the refusal of one that did not show its secret.
    soonest: Option<Sleep>,
}

impl Caller {
    /// One whose refusal tells nothing about which clients there are.
    const fn of(client: Option<Arc<KnownClient>>, refusals: Vec<Refusal>) -> Self {
        Self { client, secret: None, refusals, soonest: None }
    }

    /// True when it is who it says.
    pub const fn is_proven(&self) -> bool {
        self.refusals.is_empty()
    }

    /// The end of a journey for these reasons and its own. Waits before it answers
    /// whoever did not show its secret: to be called when all else is done, which is
    /// more with a client than without.
    pub async fn refuse(self, reasons: Vec<Refusal>) -> Stop {
        let (_, mut refusals) = self.settle().await;
        refusals.extend(reasons);
        refusals.into()
    }

    /// The client and its own reasons, for whoever refuses in another way. Waits as
    /// [`Caller::refuse`] does.
    pub async fn settle(self) -> (Option<Arc<KnownClient>>, Vec<Refusal>) {
        if let Some(soonest) = self.soonest {
            soonest.await;
        }
        (self.client, self.refusals)
    }
}

/// Finds the client and compares the secret. A failure counts against this client
/// and address, and takes 5 milliseconds whatever it found ([`Caller::refuse`]); a
/// success counts as the secret's last use.
///
/// The right secret is let in however often a wrong one was shown: nobody guesses 256
/// random bits, and whoever fails on purpose from behind the same proxy must not lock
/// a program out (RFC 6819 §5.1.4.2.3).
///
/// # Errors
/// [`portreeve_core::refusal::Reason::TooManyAttempts`], whether or not there is such a
/// client, and what the store says.
pub async fn identify(env: &Env, credential: &Credential, peer: IpAddr) -> Result<Caller, Stop> {
    let soonest = tokio::time::sleep(SOONEST_FAILURE);
    let may_guess = env.must_not_guess(&credential.client_id, peer);
    let client = env.directory.client(&credential.client_id).await?;
    let owner_stands = match &client {
        Some(client) => env.directory.roots(&client.owner).await?.is_some(),
        None => true,
    };
    let shown = credential.secret.as_ref().map_or(&b""[..], |secret| secret.expose().as_bytes());
    let now = env.now();
    let record = client.as_deref().map(KnownClient::client);
    let found = authenticate(record, shown, &env.hash_key, now);
    let mut refusals: Vec<Refusal> = found.refusals().collect();
    if !owner_stands {
        refusals.push(Reason::OwnerDisabled.into());
    }
    if let Some((known, number)) = client.as_ref().zip(found.live_secret()) {
        env.usage.showed(known, number, now, peer);
        return Ok(Caller { secret: Some(number), ..Caller::of(client, refusals) });
    }
    match may_guess {
        // Counted before the wait, so that asking in parallel gains nothing.
        Ok(()) => env.guessing.count_failure(&credential.client_id, peer, env.clock.monotonic()),
        Err(refusal) => {
            soonest.await;
            return Err(refusal.into());
        }
    }
    Ok(Caller { client, secret: None, refusals, soonest: Some(soonest) })
}

/// The client that a refresh token belongs to, where the token is all that is shown. It
/// has proved nothing, so that nothing is noted or counted; it must still be one that may
/// ask at all.
///
/// # Errors
/// What the store says.
pub async fn stand_for(env: &Env, client_id: &str) -> Result<Caller, Stop> {
    let client = env.directory.client(client_id).await?;
    let Some(known) = &client else {
        return Ok(Caller::of(None, vec![Reason::ClientUnknown.into()]));
    };
    let state = match known.state(env.now()) {
        ClientState::Active => None,
        ClientState::Disabled => Some(Reason::ClientDisabled),
        ClientState::Expired => Some(Reason::ClientExpired),
    };
    let owner = env.directory.roots(&known.owner).await?;
    let owner = owner.is_none().then_some(Reason::OwnerDisabled);
    let refusals = state.into_iter().chain(owner).map(Refusal::from).collect();
    Ok(Caller::of(client, refusals))
}
