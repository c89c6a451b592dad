//! The head of an organization's page: the way here, its name, and its facts.

use portreeve_core::org::member::Role;
use portreeve_core::org::permission::Action;

use crate::flow::access::Access;
use crate::flow::overview::listing::Counts;
use crate::flow::overview::structure::{Near, Structure};
use crate::pages::portal::At;
use crate::pages::portal::organization::register::Above;
use crate::pages::times::When;

/// What stands on top.
pub(super) struct Head {
    /// The page's own address.
    pub(super) href: String,
    /// Portreeve's id.
    pub(super) id: String,
    /// What people call it.
    pub(super) name: String,
    /// The vendor's id for it.
    pub(super) external_id: Option<String>,
    /// What the person is here.
    pub(super) role: String,
    /// The day on which it was entered, and the moment.
    pub(super) since: (String, When),
    /// How many clients there are.
    pub(super) clients: u64,
    /// Those above that the person reaches: address and name, the topmost first.
    pub(super) crumbs: Vec<(String, String)>,
    /// True when the person may give it another name.
    pub(super) may_rename: bool,
    /// True when the person may invite somebody.
    pub(super) may_invite: bool,
}

impl Head {
    pub(super) fn new(at: &At, access: &Access, around: &Structure, counts: Counts) -> Self {
        let (t, own) = (at.texts(), &around.own.organization);
        let reached = around.above.iter().filter(|one| one.is_reached);
        let role = match access.standing().role {
            Some(Role::Admin) => "organization-role-admin",
            Some(Role::Member) => "organization-role-member",
            None => "organization-role-operator",
        };
        Self {
            href: href(&around.own),
            id: own.id.to_string(),
            name: own.name.clone(),
            external_id: own.external_id.clone(),
            role: t.say(role),
            since: (at.reader().day(own.created_at), at.when(own.created_at)),
            clients: counts.all,
            crumbs: reached.map(|one| (href(one), one.organization.name.clone())).collect(),
            may_rename: access.may(Action::RenameOrganization),
            may_invite: access.may(Action::Invite),
        }
    }
}

/// An organization's page.
pub(super) fn href(one: &Near) -> String {
    format!("/portal/organizations/{}", one.organization.id)
}

/// The nearest above that has clients: they reach this one too.
pub(super) fn nearest_above(around: &Structure) -> Option<Above> {
    let nearest = around.above.iter().rev().find(|one| one.is_reached && one.clients > 0)?;
    Some(Above {
        href: format!("{}#clients", href(nearest)),
        name: nearest.organization.name.clone(),
        clients: nearest.clients,
    })
}
