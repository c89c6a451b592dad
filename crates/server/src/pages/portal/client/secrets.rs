//! The secrets of a client, the newest first: a line each.

use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::client::secret_format::PREFIX;
use portreeve_core::client::standing::{SOON, live_secrets, quiet_since};
use portreeve_core::time::Timestamp;
use portreeve_core::usage::day_of;

use crate::flow::change::ChangeError;
use crate::flow::portal_clients::{self, Doings};
use crate::flow::usage::SecretDay;
use crate::pages::portal::At;
use crate::pages::portal::client::May;
use crate::pages::portal::client::words::{address, doer, segment};
use crate::pages::times::When;
use crate::texts::number;

/// One secret.
pub(super) struct SecretLine {
    /// Its mark.
    pub(super) mark: &'static str,
    /// `warn`, `bad`, or nothing.
    pub(super) tone: &'static str,
    /// `New`, `Old`, `Secret`.
    pub(super) label: String,
    /// How it stands, for whoever does not see the mark.
    pub(super) state: String,
    /// Its prefix and last letters.
    pub(super) hint: String,
    /// When it was made.
    pub(super) made: When,
    /// The day of that.
    pub(super) made_day: String,
    /// By whom.
    pub(super) made_by: String,
    /// When it was last used.
    pub(super) used: Option<When>,
    /// From where, for who may see that.
    pub(super) from: Option<String>,
    /// Tokens that it got today.
    pub(super) today: String,
    /// When it ends.
    pub(super) end: Option<When>,
    /// The page on which it is changed.
    pub(super) page: String,
    /// True when it may be given a later end.
    pub(super) may_be_kept: bool,
}

/// All of them.
///
/// # Errors
/// What the store says.
pub(super) async fn lines(
    at: &At,
    client: &Client,
    doings: &Doings,
    may: May,
) -> Result<Vec<SecretLine>, ChangeError> {
    let t = at.texts();
    let mut lines = Vec::with_capacity(client.secrets.len());
    for secret in client.secrets.iter().rev() {
        let made_by = match &secret.made_by {
            Some(actor) => {
                let name = portal_clients::person(&at.env, actor).await?;
                t.say1("client-by", "name", doer(actor, name, at.env.catalog.vendor(), t))
            }
            None => String::new(),
        };
        let line = line(at, client, secret, &doings.secrets, made_by);
        lines.push(SecretLine { from: line.from.filter(|_| may.see_calls), ..line });
    }
    Ok(lines)
}

fn line(
    at: &At,
    client: &Client,
    secret: &ClientSecret,
    days: &[SecretDay],
    made_by: String,
) -> SecretLine {
    let (t, now, reader) = (at.texts(), at.now(), at.reader());
    let is_today = |one: &&SecretDay| one.secret == secret.id && one.day == day_of(now);
    let today: u64 = days.iter().filter(is_today).map(|one| one.tokens).sum();
    let (mark, tone, state) = standing(at, client, secret);
    SecretLine {
        mark,
        tone,
        label: t.say(&format!("client-secret-{}", place(at, client, secret))),
        state: t.say(state),
        hint: hint(secret),
        made: reader.when(secret.created_at),
        made_day: reader.day(secret.created_at),
        made_by,
        used: secret.last_used_at.map(|used| reader.when(used)),
        from: secret.last_used_from.map(|from| from.to_canonical().to_string()),
        today: number(today),
        end: secret.expires_at.map(|end| reader.when(end)),
        page: format!("{}/secrets/{}", address(&client.client_id), segment(&secret.id)),
        may_be_kept: secret.is_live(now)
            && secret.expires_at.is_some_and(|end| ends_soon(end, now)),
    }
}

/// What a secret is told apart by: its last letters, or its id where they are not known.
pub(in crate::pages) fn hint(secret: &ClientSecret) -> String {
    match secret.hint.is_empty() {
        true => secret.id.to_string(),
        false => format!("{PREFIX}…{}", secret.hint),
    }
}

/// Which of the client's secrets it is: `only`, `new`, `old` or `ended`.
pub(in crate::pages) fn place(at: &At, client: &Client, secret: &ClientSecret) -> &'static str {
    let live: Vec<&ClientSecret> = live_secrets(client, at.now()).collect();
    let place = live.iter().rev().position(|one| one.id == secret.id);
    match (place, live.len()) {
        (None, _) => "ended",
        (Some(_), 1) => "only",
        (Some(0), _) => "new",
        (Some(_), _) => "old",
    }
}

fn ends_soon(end: Timestamp, now: Timestamp) -> bool {
    end <= now.plus(SOON)
}

fn standing(
    at: &At,
    client: &Client,
    secret: &ClientSecret,
) -> (&'static str, &'static str, &'static str) {
    let now = at.now();
    let is_last = live_secrets(client, now).count() == 1;
    let ends_soon = secret.expires_at.is_some_and(|end| ends_soon(end, now));
    match secret.last_used_at {
        _ if !secret.is_live(now) => ("crossed", "bad", "client-state-expired"),
        _ if ends_soon && is_last => ("half", "warn", "client-state-ends-soon"),
        None => ("dashed", "", "client-state-not-used-yet"),
        Some(_) if quiet_since(client, secret, now).is_some() => {
            ("quiet", "", "client-state-quiet")
        }
        Some(_) => ("filled", "", "client-state-active"),
    }
}
