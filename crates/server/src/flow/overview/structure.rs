//! Where an organization stands in the tree, as one person may see it.

use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::OrganizationId;
use portreeve_store::contract::search::Counted;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// How many of those below are read for the page.
const MOST_BELOW: usize = 60;
/// How many are on a page of those below.
pub const PAGE: usize = 50;

/// An organization and its own numbers.
#[derive(Clone, Debug)]
pub struct Near {
    /// The organization.
    pub organization: Organization,
    /// How many people belong to it.
    pub members: u64,
    /// How many clients are its own.
    pub clients: u64,
    /// True when the person may look at it.
    pub is_reached: bool,
}

/// What is above and below an organization.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Those above it that the person reaches, and its parent in any case; the topmost
    /// first.
    pub above: Vec<Near>,
    /// Itself.
    pub own: Near,
    /// The first of those directly below it, by name.
    pub below: Vec<Near>,
    /// How many there are directly below it.
    pub all_below: usize,
}

/// Looks around.
///
/// # Errors
/// What the store says.
pub async fn structure(
    env: &Env,
    user: &User,
    organization: &Organization,
) -> Result<Structure, ChangeError> {
    let roots = env.directory.roots(&Owner::User(user.id.clone())).await?;
    let own = &organization.id;
    let (ids, reached, all_below) = {
        let tree = env.directory.tree();
        let roots = roots.as_ref().map_or(&[][..], |roots| roots.as_slice());
        let reaches = |id: &OrganizationId| user.operator || tree.is_reached(roots, id);
        let parent = organization.parent.as_ref();
        let above = tree.above(own).filter(|id| reaches(id) || Some(*id) == parent);
        let below = tree.children(own);
        let ids: Vec<OrganizationId> =
            above.chain([own]).chain(below.iter().take(MOST_BELOW)).cloned().collect();
        let reached: Vec<OrganizationId> = ids.iter().filter(|id| reaches(id)).cloned().collect();
        (ids, reached, below.len())
    };
    let counted = env.directory.store().count_in(&ids).await?;
    let mut near: Vec<Near> = counted
        .into_iter()
        .map(|one| Near {
            is_reached: reached.contains(&one.organization.id),
            organization: one.organization,
            members: one.members,
            clients: one.clients,
        })
        .collect();
    let at = near.iter().position(|one| one.organization.id == *own);
    let itself = near.swap_remove(at.ok_or_else(|| ChangeError::missing("organization", own))?);
    let is_below = |one: &Near| one.organization.parent.as_ref() == Some(own);
    let (mut below, mut above): (Vec<Near>, Vec<Near>) = near.into_iter().partition(is_below);
    let depth = |one: &Near| ids.iter().position(|id| *id == one.organization.id);
    above.sort_by_key(|one| std::cmp::Reverse(depth(one)));
    below.sort_by(|one, two| one.organization.name.cmp(&two.organization.name));
    Ok(Structure { above, own: itself, below, all_below })
}

/// Those directly below an organization, by id, behind this one; and behind which the next
/// page begins, if there is one. Whoever reaches the organization reaches them.
///
/// # Errors
/// What the store says.
pub async fn below(
    env: &Env,
    organization: &Organization,
    after: Option<&OrganizationId>,
) -> Result<(Vec<Near>, Option<OrganizationId>), ChangeError> {
    let (ids, next) = {
        let tree = env.directory.tree();
        let mut ids = tree.children(&organization.id).to_vec();
        ids.sort();
        ids.retain(|id| after.is_none_or(|after| id > after));
        let has_more = ids.len() > PAGE;
        ids.truncate(PAGE);
        let next = ids.last().filter(|_| has_more).cloned();
        (ids, next)
    };
    let counted = env.directory.store().count_in(&ids).await?;
    let near = |one: Counted| Near {
        organization: one.organization,
        members: one.members,
        clients: one.clients,
        is_reached: true,
    };
    Ok((counted.into_iter().map(near).collect(), next))
}
