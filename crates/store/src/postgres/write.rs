//! One commit's writes, each by the file that knows its table.

use portreeve_core::time::Timestamp;

use crate::columns;
use crate::contract::commit::{Commit, Write};
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;
use crate::postgres::{audit, change, client, key, organization, token, user};

/// Writes everything within a transaction that the caller ends; answers the
/// number of the newest change.
pub(super) async fn write(session: &mut Session, commit: &Commit) -> Result<i64, StoreError> {
    for one in &commit.writes {
        write_one(session, one).await?;
    }
    audit::append(session, &commit.facts).await?;
    let at = commit.at.unwrap_or(Timestamp::EPOCH);
    change::append(session, at, &columns::changes(commit)).await
}

async fn write_one(session: &mut Session, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::ClientRegistered(one) => client::register(session, one).await,
        Write::ClientChanged(one) => client::change(session, one).await,
        Write::ClientDeleted(id) => client::delete(session, id).await,
        Write::SecretsUsed(uses) => client::mark_used(session, uses).await,
        Write::OrganizationEntered(one) => organization::enter(session, one).await,
        Write::OrganizationChanged(one) => organization::change(session, one).await,
        Write::UserEntered(one) => user::enter(session, one).await,
        Write::UserChanged(one) => user::change(session, one).await,
        Write::MembershipSet(one) => user::set_membership(session, one).await,
        Write::MembershipEnded { organization, user } => {
            user::end_membership(session, organization, user).await
        }
        Write::TokenRevoked { id, client_id, expires_at } => {
            token::revoke(session, id, client_id, *expires_at).await
        }
        Write::KeyAdded { key, replaces } => key::add(session, key, replaces.as_deref()).await,
        Write::KeyChanged(key) => key::change(session, key).await,
    }
}
