//! Lines of a list of members: people, and addresses that are invited.

use portreeve_core::org::member::Role;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::sign_in::link::Link;

use crate::flow::access::Access;
use crate::flow::invitations;
use crate::flow::members::{self, Person};
use crate::pages::portal::members::address;
use crate::pages::portal::{At, Not};
use crate::pages::times::{When, ago_days};

/// One line.
pub(in crate::pages::portal) struct MemberLine {
    /// What the person is called, or the address that is invited.
    pub(in crate::pages::portal) name: String,
    /// The address, below the name.
    pub(in crate::pages::portal) email: Option<String>,
    /// True for whoever reads it.
    pub(in crate::pages::portal) is_you: bool,
    /// What the person is there, or will be.
    pub(in crate::pages::portal) role: String,
    /// When the person signed in last.
    pub(in crate::pages::portal) seen: Option<When>,
    /// How it stands with an invitation: what is said, when it was sent, and whether it
    /// still stands.
    pub(in crate::pages::portal) invited: Option<(String, When, bool)>,
    /// True when the person's account is switched off.
    pub(in crate::pages::portal) is_off: bool,
    /// What can be done: the address, and the word.
    pub(in crate::pages::portal) act: Option<(String, String)>,
}

/// The first members of an organization for its page, after those who are invited, and
/// how many people belong to it.
///
/// # Errors
/// What the store says.
pub(in crate::pages::portal) async fn first_lines(
    at: &At,
    access: &Access,
    organization: &Organization,
    most: u32,
) -> Result<(Vec<MemberLine>, u64), Not> {
    let people = members::list(&at.env, &organization.id, "", None, most).await?;
    let count = members::count(&at.env, &organization.id).await?;
    let mut lines = of_people(at, access, organization, &people);
    if access.may(Action::Invite) {
        let waiting = invitations::list(&at.env, &organization.id).await?;
        let live: Vec<Link> =
            waiting.into_iter().filter(|link| link.is_live(at.now())).take(most as usize).collect();
        lines.extend(of_invitations(at, organization, &live));
    }
    Ok((lines, count))
}

/// Lines of people.
pub(super) fn of_people(
    at: &At,
    access: &Access,
    organization: &Organization,
    people: &[Person],
) -> Vec<MemberLine> {
    let t = at.texts();
    let line = |person: &Person| {
        let is_you = person.user.id == at.who.user.id;
        let word = match (access.may(Action::ChangeMember), is_you) {
            (true, _) => Some("people-change"),
            (false, true) => Some("people-leave"),
            (false, false) => None,
        };
        let href = || format!("{}/{}", address(organization), person.user.id);
        MemberLine {
            name: person.user.name.clone(),
            email: Some(person.user.email.clone()),
            is_you,
            role: role(at, person.role.unwrap_or(Role::Member)),
            seen: person.last_signed_in_at.map(|seen| at.when(seen)),
            invited: None,
            is_off: person.user.disabled,
            act: word.map(|word| (href(), t.say(word))),
        }
    };
    people.iter().map(line).collect()
}

/// Lines of invitations.
pub(super) fn of_invitations(
    at: &At,
    organization: &Organization,
    links: &[Link],
) -> Vec<MemberLine> {
    let t = at.texts();
    let line = |link: &Link| {
        let is_live = link.is_live(at.now());
        let told = match is_live {
            true => t.say1("people-invited", "days", ago_days(link.created_at, at.now())),
            false => t.say("people-invitation-over"),
        };
        let href = format!("/portal/organizations/{}/invitations/{}", organization.id, link.id());
        MemberLine {
            name: link.email.clone(),
            email: None,
            is_you: false,
            role: role(at, invitations::role_of(link)),
            seen: None,
            invited: Some((told, at.when(link.created_at), is_live)),
            is_off: false,
            act: Some((href, t.say("people-send-again"))),
        }
    };
    links.iter().map(line).collect()
}

/// What a role is called.
pub(super) fn role(at: &At, role: Role) -> String {
    at.texts().say(match role {
        Role::Admin => "people-role-admin",
        Role::Member => "people-role-member",
    })
}
