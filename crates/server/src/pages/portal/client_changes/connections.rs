//! The connections of a client: who lets it act for them, and the end of one. For whoever
//! may end them; who has granted what is nothing to anybody else.

use askama::Template;
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::FamilyId;

use crate::flow::access::to_client;
use crate::flow::connections::{self as flow, Named};
use crate::pages::connections::{Table, line, used};
use crate::pages::frame::{Frame, go_to, page};
use crate::pages::message::Onward;
use crate::pages::portal::client::words::address;
use crate::pages::portal::client_changes::around::Around;
use crate::pages::portal::{At, Shown};
use crate::pages::sign_out::Ask;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/client_connections.html")]
struct Connections {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    ended: Option<String>,
    table: Table,
    is_later: bool,
    next: Option<FamilyId>,
}

/// The connections of a client.
///
/// # Errors
/// 404 when the client is nothing to the person, 403 for whoever may end none.
pub async fn show_connections(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let after = FamilyId::from_hex(&at.query("after"));
    let found = flow::of_client(&at.env, &access, &client, after).await?;
    let ended = match at.query("ended") {
        ended if ended.is_empty() => None,
        ended => flow::find_of_client(&at.env, &access, &client, &ended).await.ok(),
    };
    let ended = ended.filter(|ended| !ended.connection.is_standing());
    let t = at.texts();
    let (frame, around) = Around::read(&at, &client).await?;
    let table = Table {
        caption: t.say("client-connections-caption"),
        head: t.say("client-connections-person"),
        all: t.say("client-connections-all"),
        end: format!("{}/end?connection=", place(&client)),
        lines: found.lines.into_iter().map(|named| line(&at, person(&named, t), named)).collect(),
    };
    let template = Connections {
        frame,
        t,
        around,
        ended: ended.map(|ended| person(&ended, t)),
        table,
        is_later: after.is_some(),
        next: found.next,
    };
    Ok(page(200, &template))
}

/// Asks whether to end one.
///
/// # Errors
/// As [`show_connections`]; 404 when there is none, or it is another client's.
pub async fn ask_end_connection(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let asked = at.query("connection");
    let found = flow::find_of_client(&at.env, &access, &client, &asked).await?;
    if !found.connection.is_standing() {
        return Ok(go_to(&place(&client)));
    }
    let t = at.texts();
    let (frame, around) = Around::read(&at, &client).await?;
    let template = Ask {
        frame,
        title: t.say1("client-connection-ask", "person", person(&found, t)),
        leads: vec![used(&at, &found), t.say1("client-connection-means", "name", around.name)],
        action: format!("{}/end", place(&client)),
        form_token: around.form_token,
        about: Some(("connection", asked)),
        label: t.say("people-connection-end"),
        is_final: true,
        back: Onward { href: place(&client), label: t.say("people-connection-keep") },
    };
    Ok(page(200, &template))
}

/// Ends one. Ending it twice changes nothing.
///
/// # Errors
/// As [`ask_end_connection`].
pub async fn end_connection(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let asked = at.fields.one("connection")?;
    let ended = flow::end_of_client(&at.env, &access, &client, asked).await?;
    Ok(go_to(&format!("{}?ended={}", place(&client), ended.connection.id)))
}

/// Where they stand.
fn place(client: &Client) -> String {
    format!("{}/connections", address(&client.client_id))
}

fn person(named: &Named, t: &Texts) -> String {
    named.person.clone().unwrap_or_else(|| t.say("client-by-someone-gone"))
}
