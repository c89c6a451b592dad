//! Who belongs to an organization, and who is invited.

mod change;
mod invitation;
mod invite;
mod lines;

use askama::Template;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;

use crate::flow::access;
use crate::flow::{invitations, members};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::{At, Shown};
use crate::texts::Texts;

pub use change::{ask_change, change};
pub use invitation::{answer_invitation, ask_invitation};
pub use invite::{ask_invite, invite};
pub(in crate::pages::portal) use lines::{MemberLine, first_lines};

/// How many members a page shows.
const PAGE: u32 = 50;

/// The longest text that is looked for, in characters.
const LONGEST_SEARCH: usize = 200;

#[derive(Template)]
#[template(path = "portal/members.html")]
struct Members {
    frame: Frame,
    t: &'static Texts,
    organization: (String, String),
    may_invite: bool,
    done: Option<String>,
    text: String,
    members: Vec<MemberLine>,
    count: u64,
    is_first: bool,
    next: Option<String>,
}

/// The people of an organization, page by page, those who are invited first.
///
/// # Errors
/// 404 when it is none of theirs.
pub async fn show(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    access.must(Action::SeeMembers)?;
    let text: String = at.query("q").trim().chars().take(LONGEST_SEARCH).collect();
    let after = Some(at.query("after")).filter(|after| !after.is_empty());
    let is_first = after.is_none();
    let found = members::list(&at.env, &organization.id, &text, after, PAGE + 1).await?;
    let (shown, more) = found.split_at_checked(PAGE as usize).unwrap_or((&found, &[]));
    let next = shown.last().filter(|_| !more.is_empty());
    let next = next.map(|last| turned(&organization, &text, &last.user.email));
    let may_invite = access.may(Action::Invite);
    let mut all = Vec::new();
    if is_first && may_invite {
        let mut waiting = invitations::list(&at.env, &organization.id).await?;
        let sought = text.to_ascii_lowercase();
        waiting.retain(|link| link.email.contains(&sought));
        all.extend(lines::of_invitations(&at, &organization, &waiting));
    }
    all.extend(lines::of_people(&at, &access, &organization, shown));
    let current = (organization.id.as_str(), organization.name.as_str());
    let template = Members {
        frame: at.frame(Tab::Organization, Some(current)).await?,
        t: at.texts(),
        may_invite,
        done: done(&at),
        count: members::count(&at.env, &organization.id).await?,
        text,
        members: all,
        is_first,
        next,
        organization: named(&organization),
    };
    Ok(page(200, &template))
}

/// An organization's id and name, as templates want them.
fn named(organization: &Organization) -> (String, String) {
    (organization.id.to_string(), organization.name.clone())
}

/// The address of an organization's members.
fn address(organization: &Organization) -> String {
    format!("/portal/organizations/{}/members", organization.id)
}

fn turned(organization: &Organization, text: &str, after: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    query.append_pair("after", after);
    format!("{}?{}", address(organization), query.finish())
}

fn done(at: &At) -> Option<String> {
    let id = match at.query("done").as_str() {
        "role" => "people-done-role",
        "removed" => "people-done-removed",
        "withdrawn" => "people-done-withdrawn",
        _ => return None,
    };
    Some(at.texts().say(id))
}
