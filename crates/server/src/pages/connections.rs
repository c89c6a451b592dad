//! What a person has granted, and its end.

use askama::Template;
use portreeve_core::connection::record::Reach;

use crate::flow::connections::{self as flow, Named};
use crate::pages::abilities;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::message::Onward;
use crate::pages::portal::{At, Shown};
use crate::pages::sign_out::Ask;
use crate::pages::times::When;
use crate::paths::{CONNECTIONS, END_CONNECTION};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "connections.html")]
struct Connections {
    frame: Frame,
    t: &'static Texts,
    ended: Option<String>,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    application: String,
    vendor: Option<String>,
    organization: Option<String>,
    reaches_all: bool,
    may: String,
    made: When,
    used: Option<When>,
}

/// The connections of whoever is signed in.
///
/// # Errors
/// What the store says.
pub async fn connections(at: At) -> Shown {
    let found = flow::of_person(&at.env, &at.who.user).await?;
    let ended = match at.query("ended") {
        ended if ended.is_empty() => None,
        ended => flow::find(&at.env, &at.who.user, &ended).await.ok(),
    };
    let ended = ended.filter(|ended| !ended.connection.is_standing());
    let template = Connections {
        frame: at.frame(Tab::Connections, None).await?,
        t: at.texts(),
        ended: ended.map(|ended| ended.application),
        lines: found.into_iter().map(|named| line(&at, named)).collect(),
    };
    Ok(page(200, &template))
}

/// Asks whether to end one.
///
/// # Errors
/// 404 when there is none, or it is somebody else's.
pub async fn ask_to_end(at: At) -> Shown {
    let asked = at.query("connection");
    let found = flow::find(&at.env, &at.who.user, &asked).await?;
    if !found.connection.is_standing() {
        return Ok(go_to(CONNECTIONS));
    }
    let t = at.texts();
    let used = match found.connection.last_used_at {
        Some(used) => t.say1("people-connection-used", "when", &at.when(used).near),
        None => t.say("people-connection-unused"),
    };
    let template = Ask {
        frame: at.frame(Tab::Connections, None).await?,
        title: t.say1("people-connection-ask", "application", &found.application),
        leads: vec![used, t.say1("people-connection-means", "application", &found.application)],
        action: END_CONNECTION,
        form_token: at.form_token(),
        about: Some(("connection", asked)),
        label: t.say("people-connection-end"),
        is_final: true,
        back: Onward { href: CONNECTIONS.to_owned(), label: t.say("people-connection-keep") },
    };
    Ok(page(200, &template))
}

/// Ends one. Ending it twice changes nothing.
///
/// # Errors
/// 404 when there is none, or it is somebody else's.
pub async fn end(at: At) -> Shown {
    let ended = flow::end_own(&at.env, &at.who.user, at.fields.one("connection")?).await?;
    Ok(go_to(&format!("{CONNECTIONS}?ended={}", ended.connection.id)))
}

fn line(at: &At, named: Named) -> Line {
    let (env, connection) = (&at.env, named.connection);
    let mut services = env.catalog.services.iter().map(|entry| &entry.service);
    let vendor = services.find(|service| service.audience == connection.audience);
    Line {
        id: connection.id.to_string(),
        application: named.application,
        vendor: vendor.map(|service| service.title.clone()),
        organization: named.organization,
        reaches_all: connection.reach == Reach::All,
        may: abilities::told(env, &connection.audience, &connection.scopes).join(", "),
        made: at.when(connection.created_at),
        used: connection.last_used_at.map(|used| at.when(used)),
    }
}
