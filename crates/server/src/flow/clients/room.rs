//! How many clients may belong to one owner.
//!
//! Counted, then written: of several who register at the same moment, each may still find
//! room, and a few more than the bound come to be. That is as exact as it has to be. The
//! bound keeps a program that has gone astray, and whoever means harm, from filling the
//! database; no decision about a token hangs on it.

use portreeve_core::audit::Actor;
use portreeve_core::org::owner::Owner;
use portreeve_store::contract::search::ClientsOf;

use crate::config::limits::ClientLimits;
use crate::env::Env;
use crate::flow::change::ChangeError;

/// Refuses one more client to an owner who has as many as one may.
///
/// Not at the command line: whoever is there may write the bound as well, and must not be
/// stopped halfway through carrying customers over. Staff in the portal and programs at the
/// administration API are held to it like everybody: they are what goes astray.
///
/// # Errors
/// [`ChangeError::Full`]; what the store says.
pub(in crate::flow) async fn check_room(
    env: &Env,
    owner: &Owner,
    actor: &Actor,
) -> Result<(), ChangeError> {
    if matches!(actor, Actor::CommandLine | Actor::System) {
        return Ok(());
    }
    let store = env.directory.store();
    let there = match owner {
        // Its own alone: what its people have takes no room from it.
        Owner::Organization(id) => {
            let counted = store.count_in(std::slice::from_ref(id)).await?;
            counted.first().map_or(0, |one| one.clients)
        }
        Owner::User(id) => {
            let now = env.now();
            store.count_clients(ClientsOf::User(id), now, now).await?.all
        }
    };
    let most = most(owner, env.client_limits);
    if there < u64::from(most) {
        Ok(())
    } else {
        Err(ChangeError::Full { kind: owner.kind(), most })
    }
}

const fn most(owner: &Owner, limits: ClientLimits) -> u32 {
    match owner {
        Owner::Organization(_) => limits.per_organization,
        Owner::User(_) => limits.per_person,
    }
}
