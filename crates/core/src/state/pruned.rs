//! What goes when nothing may be that is not declared: clients of the organizations that
//! the file names, and memberships in them. Organizations and people never go.

use std::collections::HashSet;

use crate::org::owner::Owner;
use crate::state::declared::Declared;
use crate::state::difference::Existing;
use crate::state::step::Step;

/// The steps that take away.
pub(super) fn pruned(declared: &Declared, existing: &Existing) -> Vec<Step> {
    let named: HashSet<&str> =
        declared.organizations.iter().map(|one| one.external_id.as_str()).collect();
    let within = existing.organizations.iter().filter_map(|one| {
        let external = one.external_id.as_deref()?;
        named.contains(external).then_some((&one.id, external))
    });
    let within: Vec<_> = within.collect();
    let kept: HashSet<&str> = declared.clients.iter().map(|one| one.client_id.as_str()).collect();
    let mut steps = Vec::new();
    for client in &existing.clients {
        let Owner::Organization(owner) = &client.owner else { continue };
        let is_within = within.iter().any(|(id, _)| *id == owner);
        if is_within && !kept.contains(client.client_id.as_str()) {
            let (client_id, name) = (client.client_id.clone(), client.name.clone());
            steps.push(Step::DeleteClient { client_id, name, version: client.version });
        }
    }
    for membership in &existing.memberships {
        let place = within.iter().find(|(id, _)| **id == membership.organization);
        let user = existing.users.iter().find(|user| user.id == membership.user);
        let (Some((_, external)), Some(user)) = (place, user) else { continue };
        let mut declared = declared.users.iter().filter(|one| one.email == user.email);
        if !declared.any(|one| one.memberships.iter().any(|(id, _)| id == external)) {
            let (organization, email) = ((*external).to_owned(), user.email.clone());
            steps.push(Step::EndMembership { organization, email });
        }
    }
    steps
}
