//! One commit's writes, each by the file that knows its table.

use portreeve_core::time::Timestamp;

use crate::columns;
use crate::contract::commit::{Commit, Write};
use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;
use crate::sqlite::{
    audit, change, client, consent, key, link, notice, organization, sign_in, token, usage, user,
};

/// Writes everything within a transaction that the caller ends; answers the
/// number of the newest change.
pub(super) fn write(session: &Session, commit: &Commit) -> Result<i64, StoreError> {
    for one in &commit.writes {
        write_one(session, one)?;
    }
    audit::append(session, &commit.facts)?;
    let at = commit.at.unwrap_or(Timestamp::EPOCH);
    change::append(session, at, &columns::changes(commit))
}

fn write_one(session: &Session, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::ClientRegistered(one) => client::register(session, one),
        Write::ClientChanged(one) => client::change(session, one),
        Write::ClientDeleted(id) => client::delete(session, id),
        Write::OrganizationEntered(one) => organization::enter(session, one),
        Write::OrganizationChanged(one) => organization::change(session, one),
        Write::UserEntered(one) => user::enter(session, one),
        Write::UserChanged(one) => user::change(session, one),
        Write::MembershipSet(one) => user::set_membership(session, one),
        Write::MembershipEnded { organization, user } => {
            user::end_membership(session, organization, user)
        }
        Write::TokenRevoked { id, client_id, expires_at } => {
            token::revoke(session, id, client_id, *expires_at)
        }
        Write::RefreshSpent { id, client_id, expires_at } => {
            token::spend(session, id, client_id, *expires_at)
        }
        Write::ConnectionMade { connection, refresh } => {
            consent::make(session, connection)?;
            consent::add_refresh(session, refresh)
        }
        Write::ConnectionUsed { id, at } => consent::mark_used(session, id, *at),
        Write::ConnectionEnded { id, client_id, at, until } => {
            consent::end(session, id, *at)?;
            token::revoke(session, &id.token_id(), client_id, *until)
        }
        Write::RefreshRotated { used, at, next } => consent::rotate(session, used, *at, next),
        Write::PasswordSet { user, phc } => sign_in::set_password(session, user, phc),
        Write::PasswordStands { user, phc } => sign_in::hold_password(session, user, phc),
        Write::SessionBegun(one) => sign_in::begin(session, one),
        Write::SessionSeen { hash, at } => sign_in::mark_seen(session, hash, *at),
        Write::SessionEnded { hash } => sign_in::end(session, hash),
        Write::SessionsEnded { user, except } => sign_in::end_all(session, user, except.as_ref()),
        Write::InvitationsStand { organization, version, hashes } => {
            link::hold_invitations(session, (organization, *version), hashes)
        }
        Write::LinkMade(one) => link::make(session, one),
        Write::LinkUsed { hash, at } => link::use_up(session, hash, *at),
        Write::LinkWithdrawn { hash } => link::withdraw(session, hash),
        Write::Used(used) => usage::add(session, used),
        Write::NoticeTaken { key, at } => notice::take(session, key, *at),
        Write::NoticeGivenBack { key } => notice::give_back(session, key),
        Write::KeyAdded { key, replaces } => key::add(session, key, replaces.as_deref()),
        Write::KeyChanged(key) => key::change(session, key),
    }
}
