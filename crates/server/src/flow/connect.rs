//! An application asks a person for access: the request is checked, then sealed; the
//! person looks at it, and grants.

pub mod consent;
pub mod interaction;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use portreeve_core::client::credential::{Credential, Method};
use portreeve_core::client::record::{Client, ClientState};
use portreeve_core::client::recoverable;
use portreeve_core::dialect::connector::{Asked, Connector, Entry, Proof, Shown};
use portreeve_core::dialect::verify::HmacTimestamp;
use portreeve_core::http_message::Request;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use portreeve_core::service::Resource;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use portreeve_store::directory::KnownClient;

use crate::catalog::DialectEntry;
use crate::env::Env;
use crate::flow::caller::{self, SOONEST_FAILURE};
use crate::flow::connect::interaction::Interaction;
use crate::flow::stop::Stop;

/// The longest `state` that is carried, in bytes.
const LONGEST_STATE: usize = 4096;

/// A request that arrived at a connector's entry.
#[derive(Clone, Copy)]
pub struct Arrived<'a> {
    /// The dialect.
    pub dialect: &'a DialectEntry,
    /// Its connector.
    pub connector: &'a Connector,
    /// The entry.
    pub entry: &'a Entry,
    /// From where.
    pub peer: IpAddr,
}

/// Why an application's request goes no further. Told on a page, never by redirect.
#[derive(Debug)]
pub struct Refused {
    /// The reason.
    pub refusal: Refusal,
    /// The application, once it has proved who it is.
    pub application: Option<Application>,
    /// What time it is by its clock, where it said so.
    pub clock: Option<Timestamp>,
}

/// An application, as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// What people call it.
    pub name: String,
    /// The front page of where it wants people back, if that is registered.
    pub home: Option<String>,
}

/// Checks everything that an application says, and seals it for the pages.
///
/// # Errors
/// [`Refused`], with the reason that the dialect's table names first.
pub async fn enter(
    env: &Env,
    at: Arrived<'_>,
    request: &Request<'_>,
    seen: &mut Option<Arc<KnownClient>>,
) -> Result<String, Refused> {
    let refuse =
        |refusals| Refused { refusal: at.connector.pick(refusals), application: None, clock: None };
    let asked = at.connector.read(at.entry, request).map_err(refuse)?;
    let proved = prove(env, at, &asked).await.map_err(|stop| refuse(stop.into_refusals()))?;
    seen.clone_from(&proved.client);
    let mut refusals = proved.refusals;
    let client = proved.client.as_deref().map(KnownClient::client);
    if let Some(client) = client {
        refusals.extend(beyond_proof(at.dialect, client, &asked));
    }
    let (Some(client), true) = (client, refusals.is_empty()) else {
        let is_known = client.filter(|_| proved.is_right);
        return Err(Refused {
            application: is_known.map(|client| application(client, &asked.redirect_uri)),
            clock: told_time(&asked.shown),
            ..refuse(refusals)
        });
    };
    let wanted = wanted(at.dialect, client, asked.scope.as_deref());
    let (audience, scopes) = wanted.map_err(|reason| refuse(vec![reason.into()]))?;
    let mut nonce = [0; 16];
    env.entropy.fill(&mut nonce);
    let interaction = Interaction {
        nonce,
        dialect: at.dialect.dialect.name.clone(),
        client_id: client.client_id.clone(),
        redirect_uri: asked.redirect_uri.into_owned(),
        audience,
        scopes,
        state: asked.state.map(Cow::into_owned),
        ends_at: env.now().plus(at.connector.finish_within),
    };
    let sealed = interaction.seal(env.directory.master(), &*env.entropy);
    sealed.ok_or_else(|| refuse(vec![Reason::ServerError.into()]))
}

/// The application of a request and where it lives.
pub fn application(client: &Client, redirect_uri: &str) -> Application {
    let is_registered = client.redirect_uris.iter().any(|uri| uri == redirect_uri);
    let home = is_registered.then(|| origin(redirect_uri)).flatten();
    Application { name: client.name.clone(), home }
}

/// `https://orders.example` of `https://orders.example/back?x=y`.
pub fn origin(uri: &str) -> Option<String> {
    let uri: http::Uri = uri.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// What the client may have tokens for at this dialect.
fn resource<'a>(dialect: &'a DialectEntry, client: &Client) -> Option<&'a Resource> {
    dialect.resources.iter().find(|resource| client.audiences.contains(&resource.audience))
}

/// How far an application has proved who it is.
struct Proved {
    client: Option<Arc<KnownClient>>,
    refusals: Vec<Refusal>,
    /// True when secret or signature are its own, whatever else is wrong.
    is_right: bool,
}

async fn prove(env: &Env, at: Arrived<'_>, asked: &Asked<'_>) -> Result<Proved, Stop> {
    env.must_be_current()?;
    match (&at.entry.proof, &asked.shown) {
        (_, Shown::Secret(secret)) => by_secret(env, at, asked, secret).await,
        (Proof::HmacTimestamp(verifier), Shown::Signature { timestamp, signature }) => {
            by_signature(env, at, asked, verifier, (timestamp, signature)).await
        }
        // What was read fits what the entry wants.
        (Proof::ClientSecret(_), Shown::Signature { .. }) => Err(Reason::ServerError.into()),
    }
}

async fn by_secret(
    env: &Env,
    at: Arrived<'_>,
    asked: &Asked<'_>,
    secret: &Secret<String>,
) -> Result<Proved, Stop> {
    let credential = Credential {
        client_id: asked.client_id.to_string(),
        secret: Some(secret.clone()),
        method: Method::Query,
    };
    let found = caller::identify(env, &credential, at.peer).await?;
    let is_wrong = |refusal: &Refusal| {
        matches!(
            refusal.reason,
            Reason::ClientUnknown | Reason::SecretWrong | Reason::SecretExpired
        )
    };
    let (client, refusals) = found.settle().await;
    let is_right = !refusals.iter().any(is_wrong);
    Ok(Proved { client, refusals, is_right })
}

/// As [`caller::identify`] with a secret: the right signature is let in however often a
/// wrong one was shown, and the refusal of a wrong one takes as long whatever was found.
async fn by_signature(
    env: &Env,
    at: Arrived<'_>,
    asked: &Asked<'_>,
    verifier: &HmacTimestamp,
    (timestamp, signature): (&str, &str),
) -> Result<Proved, Stop> {
    let soonest = tokio::time::sleep(SOONEST_FAILURE);
    let may_guess = env.must_not_guess(&asked.client_id, at.peer);
    let client = env.directory.client(&asked.client_id).await?;
    let mut refusals = Vec::new();
    let mut secrets = Vec::new();
    match &client {
        Some(client) => {
            secrets = signing_secrets(env, client.client());
            refusals.extend(standing(env, client.client()).await?);
        }
        None => refusals.push(Reason::ClientUnknown.into()),
    }
    let shown = secrets.iter().map(|secret| secret.expose().as_bytes());
    let checked = verifier.verify(shown, timestamp, signature, env.now());
    let is_right =
        checked.as_ref().err().is_none_or(|wrong| wrong.reason != Reason::SignatureWrong);
    if !is_right {
        // Counted before the wait, so that asking in parallel gains nothing.
        if may_guess.is_ok() {
            env.guessing.count_failure(&asked.client_id, at.peer, env.clock.monotonic());
        }
        soonest.await;
        may_guess?;
    }
    refusals.extend(checked.err());
    Ok(Proved { client, refusals, is_right })
}

/// The live secrets of which a copy was kept for signatures.
fn signing_secrets(env: &Env, client: &Client) -> Vec<Secret<String>> {
    let now = env.now();
    let live = client.secrets.iter().filter(|secret| secret.is_live(now));
    let copies = live.filter_map(|secret| {
        let sealed = secret.recoverable.as_deref()?;
        recoverable::open(sealed, &client.client_id, &secret.id, env.directory.master()).ok()
    });
    copies.collect()
}

/// Why a client may not ask at present, whoever asks for it.
pub(super) async fn standing(env: &Env, client: &Client) -> Result<Option<Refusal>, Stop> {
    let reason = match client.state(env.now()) {
        ClientState::Disabled => Some(Reason::ClientDisabled),
        ClientState::Expired => Some(Reason::ClientExpired),
        ClientState::Active => None,
    };
    if reason.is_none() && env.directory.roots(&client.owner).await?.is_none() {
        return Ok(Some(Reason::OwnerDisabled.into()));
    }
    Ok(reason.map(Refusal::from))
}

/// What else must be right: where people return to, what is asked for.
fn beyond_proof(dialect: &DialectEntry, client: &Client, asked: &Asked<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if !client.redirect_uris.iter().any(|uri| *uri == *asked.redirect_uri) {
        refusals.push(Reason::RedirectUriUnknown.into());
    }
    if asked.state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
        refusals.push(Refusal::about(Reason::ParameterMalformed, "state"));
    }
    if resource(dialect, client).is_none() {
        refusals.push(Reason::AudienceNotAllowed.into());
    }
    match asked.scope.as_deref().map(ScopeSet::parse) {
        Some(Err(_)) => refusals.push(Reason::ScopeMalformed.into()),
        Some(Ok(scope)) if !scope.is_within(&client.scopes) => {
            refusals.push(Reason::ScopeNotAllowed.into());
        }
        _ => {}
    }
    refusals
}

/// The API and the scopes that are asked for. Settled here once: what the client is given
/// while the person looks at the page, the page has not shown.
fn wanted(
    dialect: &DialectEntry,
    client: &Client,
    asked: Option<&str>,
) -> Result<(Audience, ScopeSet), Reason> {
    let resource = resource(dialect, client).ok_or(Reason::AudienceNotAllowed)?;
    let asked = asked.map(ScopeSet::parse).transpose().map_err(|_| Reason::ScopeMalformed)?;
    let all = client.scopes.intersection(&resource.scopes);
    let scopes = asked.map_or_else(|| all.clone(), |asked| asked.intersection(&all));
    Ok((resource.audience.clone(), scopes))
}

fn told_time(shown: &Shown) -> Option<Timestamp> {
    match shown {
        Shown::Signature { timestamp, .. } => timestamp.parse().ok().map(Timestamp::from_unix),
        Shown::Secret(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn the_front_page_of_an_address() {
        for (uri, expected) in [
            ("https://orders.example/back?x=y", Some("https://orders.example")),
            ("http://127.0.0.1:8080/demo/callback", Some("http://127.0.0.1:8080")),
            ("/back", None),
            ("", None),
        ] {
            assert_eq!(origin(uri).as_deref(), expected, "{uri}");
        }
    }
}
