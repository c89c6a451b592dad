//! The sections between an organization's head and its register: the tree around it, and
//! the services that its contract opens.

use portreeve_core::org::organization::Organization;

use crate::flow::overview::services::Offered;
use crate::flow::overview::structure::{Near, Structure};
use crate::pages::asking::ask_for_access;
use crate::pages::portal::At;
use crate::pages::portal::organization::head::href;
use crate::texts::Texts;

/// How many of those below are shown; all of them have a page.
const SHOWN_BELOW: usize = 12;
/// From here on the indent grows no more.
const DEEPEST_INDENT: usize = 4;

/// A line of the tree.
pub(super) struct Branch {
    /// How far it is set in, 0 to 4.
    pub(super) depth: usize,
    /// Its page, when the person reaches it.
    pub(super) href: Option<String>,
    /// What people call it.
    pub(super) name: String,
    /// True for the organization whose page this is.
    pub(super) is_own: bool,
    /// True for the one right above it.
    pub(super) is_parent: bool,
    /// The vendor's id for it.
    pub(super) external_id: Option<String>,
    /// How many people and clients it has; none for one that is not reached.
    pub(super) numbers: Option<String>,
}

/// A service.
pub(super) struct ServiceLine {
    /// What people call it.
    pub(super) title: String,
    /// What it is for.
    pub(super) summary: String,
    /// Its documentation.
    pub(super) docs: String,
    /// Where one asks for it.
    pub(super) ask: Option<String>,
    /// True when the contract opens it.
    pub(super) is_open: bool,
    /// How many clients may call it.
    pub(super) used: String,
}

/// The tree, and how many are below when they are not all in it.
pub(super) fn tree(t: &Texts, around: &Structure) -> (Vec<Branch>, Option<usize>) {
    let own = around.above.len();
    let parent = around.own.organization.parent.as_ref();
    let mut shown: Vec<Branch> = Vec::with_capacity(own + SHOWN_BELOW + 1);
    for (depth, one) in around.above.iter().enumerate() {
        let is_parent = Some(&one.organization.id) == parent;
        shown.push(Branch { is_parent, ..branch(t, one, depth) });
    }
    shown.push(Branch { is_own: true, ..branch(t, &around.own, own) });
    let below = around.below.iter().take(SHOWN_BELOW);
    shown.extend(below.map(|one| branch(t, one, own + 1)));
    (shown, Some(around.all_below).filter(|all| *all > SHOWN_BELOW))
}

fn branch(t: &Texts, one: &Near, depth: usize) -> Branch {
    let numbers = || {
        let members = t.say1("organization-members-count", "count", one.members);
        let clients = t.say1("organization-own-clients-count", "count", one.clients);
        t.say2("organization-numbers", "members", members, "clients", clients)
    };
    Branch {
        depth: depth.min(DEEPEST_INDENT),
        href: one.is_reached.then(|| href(one)),
        name: one.organization.name.clone(),
        is_own: false,
        is_parent: false,
        external_id: one.organization.external_id.clone().filter(|_| one.is_reached),
        numbers: one.is_reached.then(numbers),
    }
}

/// The services, those that are closed last.
pub(super) fn services(
    at: &At,
    organization: &Organization,
    offered: Vec<Offered>,
) -> Vec<ServiceLine> {
    let (t, whose) = (at.texts(), (&*organization.name, organization.api_id()));
    let line = |one: Offered| ServiceLine {
        title: one.service.title.clone(),
        summary: one.service.api.summary.clone(),
        docs: format!("/portal/docs/{}", one.service.name),
        ask: ask_for_access(&at.env, t, &one.service.title, whose),
        is_open: one.is_open,
        used: t.say1("organization-service-used", "count", one.clients),
    };
    let (open, closed): (Vec<Offered>, Vec<Offered>) =
        offered.into_iter().partition(|one| one.is_open);
    open.into_iter().chain(closed).map(line).collect()
}
