//! Where the portal begins: at the organization that was looked at last.

use askama::Template;
use portreeve_core::org::member::Role;

use crate::flow::{access, members};
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::message::{Message, Onward};
use crate::pages::portal::{At, Shown};
use crate::paths::CONNECTIONS;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/organizations.html")]
struct Organizations {
    frame: Frame,
    t: &'static Texts,
    email: String,
    is_operator: bool,
    lines: Vec<Line>,
}

/// One organization to which the person belongs.
struct Line {
    id: String,
    external_id: Option<String>,
    name: String,
    is_admin: bool,
    members: u64,
    clients: u64,
}

/// Leads to the organization that was looked at last, or to what else there is for the
/// person.
///
/// # Errors
/// What the store says.
pub async fn go(at: At) -> Shown {
    let places = access::places(&at.env, &at.who.user).await?;
    let last = at.last_place();
    let known = places.iter().find(|(one, _)| last.as_ref() == Some(&one.id));
    if let Some((organization, _)) = known.or(places.first()) {
        return Ok(go_to(&format!("/portal/organizations/{}", organization.id)));
    }
    if at.who.user.operator {
        return Ok(go_to("/portal/operator"));
    }
    let t = at.texts();
    let message = Message {
        onward: Some(Onward {
            href: CONNECTIONS.to_owned(),
            label: t.say("people-nowhere-connections"),
        }),
        ..Message::new(at.frame(Tab::Settings, None).await?, t.say("people-nowhere"))
            .saying(t.say1("people-nowhere-invite", "email", &at.who.user.email))
            .saying(t.say("people-nowhere-still"))
    };
    Ok(page(200, &message))
}

/// The organizations to which the person belongs.
///
/// # Errors
/// What the store says.
pub async fn organizations(at: At) -> Shown {
    let found = members::places_counted(&at.env, &at.who.user).await?;
    let lines = found.into_iter().map(|place| Line {
        id: place.organization.id.to_string(),
        external_id: place.organization.external_id,
        name: place.organization.name,
        is_admin: place.role == Role::Admin,
        members: place.members,
        clients: place.clients,
    });
    let template = Organizations {
        frame: at.frame(Tab::Settings, None).await?,
        t: at.texts(),
        email: at.who.user.email.clone(),
        is_operator: at.who.user.operator,
        lines: lines.collect(),
    };
    Ok(page(200, &template))
}
