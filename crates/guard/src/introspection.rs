//! Asks the server about a token (RFC 7662) and remembers the answer for a moment.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use quick_cache::sync::Cache;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::caller::Standing;
use crate::clock::Clock;
use crate::fetch::{Fetch, Fetched, TIMEOUT, form_encoded};

/// The most questions under way at once: strangers' tokens must not flood the server.
const MOST_AT_ONCE: usize = 64;

/// What the server said: the token's standing, or that it is not active.
type Answer = Option<Arc<Standing>>;

/// The server, as the guard asks it.
pub(crate) struct Introspection {
    fetch: Arc<Fetch>,
    uri: Uri,
    authorization: HeaderValue,
    clock: Arc<dyn Clock>,
    /// How long an answer is used at most, in milliseconds.
    keep: u64,
    /// By the token's SHA-256 and a number that grows every `keep` milliseconds, so
    /// that an answer ends by not being found any more.
    answers: Cache<([u8; 32], u64), Answer>,
    turns: Semaphore,
}

/// Who asks, as the client that may introspect the API's tokens.
pub(crate) fn basic(client_id: &str, client_secret: &str) -> Result<HeaderValue, String> {
    let pair = format!("{}:{}", form_encoded(client_id), form_encoded(client_secret));
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair)))
        .map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(value)
}

impl Introspection {
    pub(crate) fn new(
        fetch: Arc<Fetch>,
        uri: Uri,
        authorization: HeaderValue,
        clock: Arc<dyn Clock>,
        (keep, most): (Duration, usize),
    ) -> Self {
        let keep = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX);
        let (answers, turns) = (Cache::new(most), Semaphore::new(MOST_AT_ONCE));
        Self { fetch, uri, authorization, clock, keep, answers, turns }
    }

    /// Asks about a text that is no token: the server must know us to answer that.
    /// The error says what it did instead.
    pub(crate) async fn try_credentials(&self) -> Result<(), String> {
        let fetched = self.post("no-token").await.map_err(|cause| {
            format!("{}: {cause}. Check the network and the certificate", self.uri)
        })?;
        match fetched.status {
            200 => Ok(()),
            401 => Err(format!(
                "{} does not know the guard's client: check its id and secret",
                self.uri
            )),
            status => Err(format!("{} answered {status}", self.uri)),
        }
    }

    /// What the token is worth: asked now, or at most `keep` ago. Callers with the
    /// same token share one question.
    ///
    /// # Errors
    /// [`Reason::TokenRevoked`] when the token is not active, and
    /// [`Reason::TemporarilyUnavailable`] when the server gives no answer: nobody
    /// passes on a guess.
    pub(crate) async fn ask(&self, hash: [u8; 32], text: &str) -> Result<Arc<Standing>, Refusal> {
        let question = self.question(text);
        let answer = match self.slot(&hash) {
            None => question.await,
            Some(slot) => {
                let key = (hash, slot);
                let shared = self.answers.get_or_insert_async(&key, question);
                // Whoever waits for another's question waits no longer than for an own one.
                let late = |_| Err("no answer in time".to_owned());
                tokio::time::timeout(TIMEOUT, shared).await.unwrap_or_else(late)
            }
        };
        match answer {
            Ok(Some(standing)) => Ok(standing),
            Ok(None) => Err(Refusal::from(Reason::TokenRevoked)),
            Err(cause) => {
                tracing::warn!(%cause, "the server could not be asked about a token");
                Err(Refusal::about(Reason::TemporarilyUnavailable, "introspection"))
            }
        }
    }

    /// The number under which an answer is kept now. Each token's numbers change at
    /// another moment, so that not all are asked about at once.
    fn slot(&self, hash: &[u8; 32]) -> Option<u64> {
        let (start, _) = hash.split_first_chunk::<8>()?;
        let offset = u64::from_be_bytes(*start).checked_rem(self.keep)?;
        let now = u64::try_from(self.clock.monotonic().as_millis()).unwrap_or(u64::MAX);
        now.saturating_add(offset).checked_div(self.keep)
    }

    async fn question(&self, text: &str) -> Result<Answer, String> {
        let _turn = self.turns.acquire().await.map_err(|error| error.to_string())?;
        let fetched = self.post(text).await?;
        if fetched.status != 200 {
            return Err(format!("{} answered {}", self.uri, fetched.status));
        }
        let standing = read(&fetched.body);
        let standing = standing.map_err(|problem| format!("{} answered {problem}", self.uri))?;
        Ok(standing.map(Arc::new))
    }

    async fn post(&self, text: &str) -> Result<Fetched, String> {
        let form = format!("token={}", form_encoded(text));
        self.fetch.post(&self.uri, &self.authorization, form).await
    }
}

/// Reads an answer (RFC 7662 §2.2).
fn read(body: &[u8]) -> Result<Option<Standing>, &'static str> {
    let told: Value = serde_json::from_slice(body).map_err(|_| "something that is no JSON")?;
    match told.get("active").and_then(Value::as_bool) {
        Some(true) => standing(&told).map(Some),
        Some(false) => Ok(None),
        None => Err("without saying whether the token is active"),
    }
}

fn standing(told: &Value) -> Result<Standing, &'static str> {
    let text = |name: &str| told.get(name).and_then(Value::as_str);
    let client_id = text("client_id").and_then(|id| ClientId::parse(id).ok());
    let owner = [("organization", "organization_id"), ("user", "user_id")]
        .into_iter()
        .find_map(|(kind, member)| Owner::from_parts(kind, text(member)?));
    let narrowed_to = text("organization").map(OrganizationId::parse).transpose();
    let expires_at = told.get("exp").and_then(Value::as_i64).map(Timestamp::from_unix);
    let scope = ScopeSet::parse(text("scope").unwrap_or_default());
    Ok(Standing {
        client_id: client_id.ok_or("without a usable client_id")?,
        owner: owner.ok_or("without organization_id or user_id")?,
        audience: text("aud").map(Audience::new).ok_or("without an aud that is one text")?,
        scope: scope.map_err(|_| "a malformed scope")?,
        expires_at: expires_at.ok_or("without an exp")?,
        narrowed_to: narrowed_to.map_err(|_| "a malformed organization")?,
        organizations: organizations(told)?,
    })
}

fn organizations(told: &Value) -> Result<Option<Arc<[Box<str>]>>, &'static str> {
    let Some(listed) = told.get("organizations") else { return Ok(None) };
    let malformed = "organizations that are no list of texts";
    let names = listed.as_array().ok_or(malformed)?.iter();
    let names = names.map(|name| name.as_str().map(Box::from).ok_or(malformed));
    names.collect::<Result<Arc<[Box<str>]>, _>>().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_none() {
        let whole = r#"{"active":true,"client_id":"prc_a","organization_id":"org_a","aud":"https://a","exp":9,"scope":"x y","organizations":["4711"]}"#;
        let standing = read(whole.as_bytes()).unwrap().unwrap();
        assert_eq!(standing.organizations.as_deref(), Some(&["4711".into()][..]));
        assert_eq!(standing.scope.as_str(), "x y");
        assert_eq!(standing.narrowed_to, None);
        let narrowed = whole.replace("\"exp\"", "\"organization\":\"org_b\",\"exp\"");
        let standing = read(narrowed.as_bytes()).unwrap().unwrap();
        assert_eq!(standing.narrowed_to, OrganizationId::parse("org_b").ok());
        assert!(read(br#"{"active":false}"#).unwrap().is_none());
        for (from, to) in [
            ("true", "\"true\""),
            ("true", "1"),
            ("client_id", "client"),
            ("organization_id", "owner"),
            (r#""https://a""#, r#"["https://a"]"#),
            ("\"exp\":9", "\"exp\":\"9\""),
            ("x y", "x\\\\y"),
            (r#"["4711"]"#, "[4711]"),
            (r#"["4711"]"#, "null"),
        ] {
            assert!(read(whole.replace(from, to).as_bytes()).is_err(), "{from} {to}");
        }
    }
}
