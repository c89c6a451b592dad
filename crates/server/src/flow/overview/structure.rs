//! Where an organization stands in the tree, as one person may see it.

use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::OrganizationId;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// How many of those below are listed.
pub const MOST_BELOW: usize = 60;

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
    /// Those directly below it, by name, at most [`MOST_BELOW`].
    pub below: Vec<Near>,
    /// How many more there are below it.
    pub further: usize,
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
    let (ids, reached, further) = {
        let tree = env.directory.tree();
        let roots = roots.as_ref().map_or(&[][..], |roots| roots.as_slice());
        let reaches = |id: &OrganizationId| user.operator || tree.is_reached(roots, id);
        let parent = organization.parent.as_ref();
        let above = tree.above(own).filter(|id| reaches(id) || Some(*id) == parent);
        let below = tree.children(own);
        let ids: Vec<OrganizationId> =
            above.chain([own]).chain(below.iter().take(MOST_BELOW)).cloned().collect();
        let reached: Vec<OrganizationId> = ids.iter().filter(|id| reaches(id)).cloned().collect();
        (ids, reached, below.len().saturating_sub(MOST_BELOW))
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
    Ok(Structure { above, own: itself, below, further })
}
