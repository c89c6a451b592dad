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
    table: Table,
}

/// The register of connections: of a person, or of a client.
pub(super) struct Table {
    /// What it holds, for whoever does not see it.
    pub(super) caption: String,
    /// What the first column says: whom a connection is with.
    pub(super) head: String,
    /// How it is told that one reaches more than was chosen.
    pub(super) all: String,
    /// Where one is ended; its id follows.
    pub(super) end: String,
    /// A connection each.
    pub(super) lines: Vec<Line>,
}

/// One connection.
pub(super) struct Line {
    /// Its id.
    pub(super) id: String,
    /// Whom it is with: an application, or a person.
    pub(super) with: String,
    /// The API that it is for.
    pub(super) vendor: Option<String>,
    /// The organization that was chosen.
    pub(super) organization: Option<String>,
    /// True when it reaches more than that one.
    pub(super) reaches_all: bool,
    /// What it lets the application do, in words.
    pub(super) may: String,
    /// Since when it stands.
    pub(super) made: When,
    /// When it last gave a token.
    pub(super) used: Option<When>,
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
    let t = at.texts();
    let with = |named: &Named| named.application.clone();
    let table = Table {
        caption: t.say("people-connections-caption"),
        head: t.say("people-connections-application"),
        all: t.say("people-connections-all"),
        end: format!("{END_CONNECTION}?connection="),
        lines: found.into_iter().map(|named| line(&at, with(&named), named)).collect(),
    };
    let frame = at.frame(Tab::Connections, None).await?;
    let ended = ended.map(|ended| ended.application);
    Ok(page(200, &Connections { frame, t, ended, table }))
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
    let template = Ask {
        frame: at.frame(Tab::Connections, None).await?,
        title: t.say1("people-connection-ask", "application", &found.application),
        leads: vec![
            used(&at, &found),
            t.say1("people-connection-means", "application", &found.application),
        ],
        action: END_CONNECTION.to_owned(),
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

/// When it last gave a token.
pub(super) fn used(at: &At, named: &Named) -> String {
    match named.connection.last_used_at {
        Some(used) => at.texts().say1("people-connection-used", "when", &at.when(used).near),
        None => at.texts().say("people-connection-unused"),
    }
}

/// A line of the register; `with` is whom the connection is with.
pub(super) fn line(at: &At, with: String, named: Named) -> Line {
    let (env, connection) = (&at.env, named.connection);
    let mut services = env.catalog.services.iter().map(|entry| &entry.service);
    let vendor = services.find(|service| service.audience == connection.audience);
    Line {
        id: connection.id.to_string(),
        with,
        vendor: vendor.map(|service| service.title.clone()),
        organization: named.organization,
        reaches_all: connection.reach == Reach::All,
        may: abilities::told(env, &connection.audience, &connection.scopes).join(", "),
        made: at.when(connection.created_at),
        used: connection.last_used_at.map(|used| at.when(used)),
    }
}
