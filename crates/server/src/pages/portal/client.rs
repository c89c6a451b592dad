//! One identity client: how it is doing, what waits for a person, what it may, what it
//! did, and what stops it. Whoever may not change it sees the same without the buttons.

pub(in crate::pages) mod words;
pub(in crate::pages) mod faults;
pub(in crate::pages) mod ends;
pub(in crate::pages) mod limits;
pub(in crate::pages) mod lives;
pub(in crate::pages) mod abilities;
pub(in crate::pages) mod offer;
pub(in crate::pages) mod ticks;
pub(in crate::pages) mod first_call;
pub(in crate::pages) mod once;
mod facts;
mod history;
mod held;
mod lanes;
mod note;
pub(super) mod refusals;
pub(in crate::pages) mod secrets;
mod usage;

use askama::Template;
use portreeve_core::client::record::Client;
use portreeve_core::client::standing::stand;
use portreeve_core::org::permission::Action;

use crate::flow::access::{Access, to_client};
use crate::flow::portal_clients;
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::client::facts::Facts;
use crate::pages::portal::client::held::Held;
use crate::pages::portal::client::history::Line;
use crate::pages::portal::client::lanes::Lanes;
use crate::pages::portal::client::note::Note;
use crate::pages::portal::client::refusals::RefusalLine;
use crate::pages::portal::client::secrets::SecretLine;
use crate::pages::portal::client::usage::Usage;
use crate::pages::portal::client::words::{Stamp, above, address};
use crate::pages::portal::{At, Not, Shown};
use crate::texts::Texts;

/// Words that `?done=` may say, and nothing else.
const DONE: [&str; 7] = ["made", "edited", "scopes", "kept", "removed", "disabled", "enabled"];

/// What the person may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) struct May {
    /// See what it called and from where, where it may call from and leads back to.
    pub(in crate::pages) see_calls: bool,
    /// Give it another name, other scopes, networks or lives.
    pub(in crate::pages) change: bool,
    /// Make, prolong and remove secrets.
    pub(in crate::pages) secrets: bool,
    /// Disable and enable it.
    pub(in crate::pages) switch: bool,
    /// Delete it.
    pub(in crate::pages) delete: bool,
    /// See through whose connections it acts, and end one.
    pub(in crate::pages) end_connections: bool,
}

#[derive(Template)]
#[template(path = "portal/client.html")]
struct ClientPage {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    may: May,
    crumb: Option<(String, String)>,
    address: String,
    done: Option<String>,
    name: String,
    is_disabled: bool,
    stamp: Stamp,
    facts: Facts,
    note: Option<Note>,
    lanes: Option<Lanes>,
    secrets: Vec<SecretLine>,
    held: Vec<Held>,
    usage: Usage,
    refusals: Vec<RefusalLine>,
    history: Option<Vec<Line>>,
    audit: Option<String>,
    connections: Option<String>,
    version: i64,
    did: Option<String>,
}

/// The page of a client.
///
/// # Errors
/// 404 when there is no such client, or it is nothing to the person.
pub async fn show(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let (t, now, env) = (at.texts(), at.now(), &at.env);
    let owned = portal_clients::owned(env, &client).await?;
    let doings = portal_clients::doings(env, &client.client_id).await?;
    let organization = owned.organization.as_ref();
    let own = organization.map(|one| (one.id.to_string(), one.name.clone()));
    let around = own.as_ref().map(|(id, name)| (id.as_str(), name.as_str()));
    let frame = at.frame(Tab::Organization, around).await?;
    let may = May::of(&access);
    let template = ClientPage {
        t,
        form_token: at.form_token(),
        may,
        address: address(&client.client_id),
        done: done(&at.query("done"), t),
        name: client.name.clone(),
        is_disabled: client.disabled,
        stamp: Stamp::new(stand(&client, now), t),
        facts: Facts::of(&at, &client, &owned, may).await?,
        note: Note::of(&at, &client, may),
        lanes: Lanes::draw(&client, &doings.secrets, &at.reader()),
        secrets: secrets::lines(&at, &client, &doings, may).await?,
        held: held::held(env, &client, t),
        usage: Usage::draw(&doings.days, &at.reader()),
        refusals: refusals::lines(&doings.refused, &at, may.see_calls),
        history: history(&at, &access, &client).await?,
        connections: connections(&at, &client).await?,
        version: client.version,
        did: did(&at, &client, may).await?,
        audit: own.as_ref().map(|(id, _)| id.clone()),
        crumb: above(&frame, own),
        frame,
    };
    Ok(page(200, &template))
}

impl May {
    pub(in crate::pages) fn of(access: &Access) -> Self {
        Self {
            see_calls: access.may(Action::SeeCalls),
            change: access.may(Action::ChangeClient),
            secrets: access.may(Action::ChangeSecrets),
            switch: access.may(Action::DisableClient),
            delete: access.may(Action::DeleteClient),
            end_connections: access.may(Action::EndConnection),
        }
    }
}

fn done(word: &str, t: &Texts) -> Option<String> {
    DONE.contains(&word).then(|| t.say(&format!("client-done-{word}")))
}

/// Whoever may change a client may see who did.
async fn history(at: &At, access: &Access, client: &Client) -> Result<Option<Vec<Line>>, Not> {
    if !access.may(Action::SeeAudit) && !access.may(Action::ChangeClient) {
        return Ok(None);
    }
    Ok(Some(history::lines(at, client).await?))
}

/// How many people let it act for them, where its APIs have that.
async fn connections(at: &At, client: &Client) -> Result<Option<String>, Not> {
    let mut resources = client.audiences.iter().filter_map(|one| at.env.catalog.resource(one));
    let connects = resources.any(|resource| resource.dialect.connector.is_some());
    let (count, more) = portal_clients::connections(&at.env, &client.client_id).await?;
    if !connects && count == 0 {
        return Ok(None);
    }
    let id = if more { "client-connections-more" } else { "client-connections-count" };
    Ok(Some(at.texts().say1(id, "count", count)))
}

/// What it did within the last 24 hours, for whoever may delete it.
async fn did(at: &At, client: &Client, may: May) -> Result<Option<String>, Not> {
    if !may.delete {
        return Ok(None);
    }
    let tally = portal_clients::last_day(&at.env, &client.client_id).await?;
    Ok(Some(words::did(tally, at.texts())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_said() {
        let t = Texts::english();
        for word in DONE {
            assert!(t.has(&format!("client-done-{word}")), "{word}");
            assert!(done(word, t).is_some());
        }
        for word in ["", "x", "<script>", "made2", "Made"] {
            assert_eq!(done(word, t), None, "{word}");
        }
    }
}
