//! Deleting a client, for good: its name is typed first, on a page that says what it did
//! within the last 24 hours.

use askama::Template;
use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;
use portreeve_core::org::permission::Action;

use crate::flow::access::to_client;
use crate::flow::change::ChangeError;
use crate::flow::{clients, portal_clients};
use crate::pages::frame::{Frame, go_to, page};
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::words::did;
use crate::pages::portal::client_changes::around::{Around, meanwhile, version};
use crate::pages::portal::{At, Shown};
use crate::paths::PORTAL;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/client_delete.html")]
struct DeletePage {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    client_id: String,
    did: String,
    connections: Option<String>,
    typed: String,
    faults: Faults,
}

/// Asks for the name.
///
/// # Errors
/// 404 when the client is nothing to the person, 403 for whoever may only look; the
/// password is asked for again first.
pub async fn ask_delete(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(Action::DeleteClient)?;
    form(&at, &client, String::new(), Faults::default(), 200).await
}

/// Deletes it. Sent twice, the second finds nothing: 404.
///
/// # Errors
/// As [`ask_delete`].
pub async fn delete(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let actor = access.must(Action::DeleteClient)?;
    let (seen, typed) = (version(&at)?, at.fields.one("name")?.to_owned());
    if ![client.name.as_str(), client.client_id.as_str()].contains(&typed.trim()) {
        let mut faults = Faults::default();
        let id = if typed.is_empty() { "client-delete-untyped" } else { "client-delete-mistyped" };
        faults.add("name", at.texts().say(id));
        return form(&at, &client, typed, faults, 422).await;
    }
    match clients::delete_as_seen(&at.env, &client.client_id, seen, &actor).await {
        Ok(()) => Ok(go_to(&above(&client))),
        Err(ChangeError::ChangedMeanwhile) => {
            meanwhile(&at, &client, "client-meanwhile-text").await
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the client stood.
fn above(client: &Client) -> String {
    match &client.owner {
        Owner::Organization(id) => format!("/portal/organizations/{id}?done=client-deleted"),
        Owner::User(_) => PORTAL.to_owned(),
    }
}

async fn form(at: &At, client: &Client, typed: String, faults: Faults, status: u16) -> Shown {
    let (frame, around) = Around::read(at, client).await?;
    let t = at.texts();
    let tally = portal_clients::last_day(&at.env, &client.client_id).await?;
    let (count, _) = portal_clients::connections(&at.env, &client.client_id).await?;
    let template = DeletePage {
        frame,
        t,
        around,
        client_id: client.client_id.to_string(),
        did: did(tally, t),
        connections: (count > 0).then(|| t.say1("client-delete-connections", "count", count)),
        typed,
        faults,
    };
    Ok(page(status, &template))
}
