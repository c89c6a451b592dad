//! An invitation that is asked for again under a key of its own.

use portreeve_core::audit::Actor;
use portreeve_core::org::member::check_email;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::invitations::{Asked, Invited, again_the_same, drawn_for, find, notice};

/// The invitation that this made before; `None` when it made none yet.
///
/// # Errors
/// [`ChangeError::Missing`] when it waits no more: it was accepted or withdrawn, or another
/// took its place.
pub async fn made_before(
    env: &Env,
    asked: &Asked<'_>,
    actor: &Actor,
) -> Result<Option<Invited>, ChangeError> {
    let Some(email) = check_email(asked.email) else { return Ok(None) };
    let (hash, code) = drawn_for(env, asked, &email, actor);
    let id: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    // Both come in one commit: whoever finds this one finds the invitation as well.
    if env.directory.store().find_notice(&notice(&id)).await?.is_none() {
        return Ok(None);
    }
    let link = find(env, &asked.organization.id, &id).await?;
    Ok(Some(again_the_same(env, link, code)))
}
