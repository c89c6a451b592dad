//! A member's role, and the end of a membership: another's, or one's own.

use askama::Template;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;

use crate::flow::access::{self, Access};
use crate::flow::change::ChangeError;
use crate::flow::members::{self, By, Ends, NotChanged};
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::message::{Message, Onward};
use crate::pages::portal::members::{address, named};
use crate::pages::portal::{At, Shown};
use crate::paths::PORTAL;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/members_change.html")]
struct Change {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    organization: (String, String),
    id: String,
    name: String,
    email: String,
    is_you: bool,
    is_off: bool,
    is_admin: bool,
    may_change: bool,
    ends: Ends,
    wrong: Option<String>,
}

/// A member who is looked at by somebody who may change something about them.
struct Looked {
    access: Access,
    organization: Organization,
    user: User,
    role: Role,
}

impl Looked {
    /// # Errors
    /// [`ChangeError::Missing`] when nobody with this id belongs to the organization.
    async fn at(at: &At) -> Result<Self, ChangeError> {
        let id = at.id("organization");
        let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
        let (user, role) = members::find(&at.env, &organization.id, at.id("user")).await?;
        Ok(Self { access, organization, user, role })
    }

    fn is_you(&self, at: &At) -> bool {
        self.user.id == at.who.user.id
    }
}

/// Shows a member, with what can be changed.
///
/// # Errors
/// 404 when nobody with this id belongs to the organization, or it is none of theirs; 403
/// for members who look at somebody else; a recent sign-in.
pub async fn ask_change(at: At) -> Shown {
    let looked = Looked::at(&at).await?;
    match looked.is_you(&at) {
        true => looked.access.must(Action::Leave)?,
        false => looked.access.must(Action::ChangeMember)?,
    };
    show(&at, &looked, 200, None).await
}

/// Gives the role, or ends the membership. Sent twice, the role is given already; whoever
/// is no member any more is none the second time, and the page says so.
///
/// # Errors
/// As [`ask_change`].
pub async fn change(at: At) -> Shown {
    let looked = match Looked::at(&at).await {
        Err(ChangeError::Missing { kind: "member", .. }) => return nobody(&at).await,
        looked => looked?,
    };
    let is_end = at.fields.one("answer")? == "remove";
    let action = match is_end && looked.is_you(&at) {
        true => Action::Leave,
        false => Action::ChangeMember,
    };
    let actor = looked.access.must(action)?;
    let by = By { actor: &actor, is_operator: at.who.user.operator };
    let (organization, user) = (&looked.organization, &looked.user);
    let (done, word) = if is_end {
        (members::remove(&at.env, &organization.id, user, by).await, "removed")
    } else {
        let role = Role::from_name(at.fields.one("role")?).unwrap_or(looked.role);
        (members::set_role(&at.env, &organization.id, user, role, by).await, "role")
    };
    match done {
        Ok(()) if is_end && looked.is_you(&at) => Ok(go_to(PORTAL)),
        Ok(()) => Ok(go_to(&format!("{}?done={word}", address(organization)))),
        Err(NotChanged::LastAdmin) => {
            let wrong = match looked.is_you(&at) {
                true => at.texts().say("people-last-admin-you"),
                false => at.texts().say1("people-last-admin", "name", &user.name),
            };
            show(&at, &looked, 409, Some(wrong)).await
        }
        Err(NotChanged::Change(ChangeError::Missing { .. })) => nobody(&at).await,
        Err(NotChanged::Change(error)) => Err(error.into()),
    }
}

/// Nobody with this id belongs to the organization, or not any more: the same page for
/// both, and for those whom the person may not know.
async fn nobody(at: &At) -> Shown {
    let id = at.id("organization");
    let (_, organization) = access::to_organization(&at.env, &at.who, id).await?;
    let (t, current) = (at.texts(), (organization.id.as_str(), organization.name.as_str()));
    let frame = at.frame(Tab::Organization, Some(current)).await?;
    let message = Message {
        onward: Some(Onward { href: address(&organization), label: t.say("people-members-see") }),
        ..Message::new(frame, t.say("people-nobody")).saying(t.say1(
            "people-nobody-here",
            "organization",
            &organization.name,
        ))
    };
    Ok(page(404, &message))
}

async fn show(at: &At, looked: &Looked, status: u16, wrong: Option<String>) -> Shown {
    let Looked { access, organization, user, role } = looked;
    let current = (organization.id.as_str(), organization.name.as_str());
    let template = Change {
        frame: at.frame(Tab::Organization, Some(current)).await?,
        t: at.texts(),
        form_token: at.form_token(),
        organization: named(organization),
        id: user.id.to_string(),
        name: user.name.clone(),
        email: user.email.clone(),
        is_you: looked.is_you(at),
        is_off: user.disabled,
        is_admin: *role == Role::Admin,
        may_change: access.may(Action::ChangeMember),
        ends: members::what_ends(&at.env, &organization.id, user).await?,
        wrong,
    };
    Ok(page(status, &template))
}
