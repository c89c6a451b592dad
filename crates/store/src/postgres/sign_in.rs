//! People's passwords and sessions.

use async_trait::async_trait;
use portreeve_core::sign_in::link::Link;
use portreeve_core::sign_in::session::{self, IDLE, MOST};
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::error::StoreError;
use crate::contract::sign_in::SignIn;
use crate::postgres::connections::Session;
use crate::postgres::{PostgresStore, link};

#[async_trait]
impl SignIn for PostgresStore {
    async fn find_password(&self, user: &UserId) -> Result<Option<String>, StoreError> {
        find_password(&mut self.connections.session().await?, user).await
    }

    async fn find_session(&self, hash: &[u8; 32]) -> Result<Option<session::Session>, StoreError> {
        find(&mut self.connections.session().await?, hash).await
    }

    async fn list_sessions(&self, user: &UserId) -> Result<Vec<session::Session>, StoreError> {
        list(&mut self.connections.session().await?, user).await
    }

    async fn find_link(&self, hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
        link::find(&mut self.connections.session().await?, hash).await
    }

    async fn list_invitations(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Link>, StoreError> {
        link::list_invitations(&mut self.connections.session().await?, organization).await
    }
}

pub(super) async fn find_password(
    session: &mut Session,
    user: &UserId,
) -> Result<Option<String>, StoreError> {
    session
        .find("SELECT phc FROM password WHERE user_id = $1", &[&user.as_str()], |row| {
            Ok(row.try_get(0)?)
        })
        .await
}

pub(super) async fn set_password(
    session: &mut Session,
    user: &UserId,
    phc: &str,
) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO password (user_id, phc) VALUES ($1, $2)
             ON CONFLICT (user_id) DO UPDATE SET phc = excluded.phc",
            &[&user.as_str(), &phc],
        )
        .await?;
    session.execute("DELETE FROM link WHERE user_id = $1", &[&user.as_str()]).await?;
    Ok(())
}

/// Refuses who has another password by now, or is disabled. Both rows are held until the
/// commit, in this order, which is that of whoever sets a password: a new one waits.
pub(super) async fn hold_password(
    session: &mut Session,
    user: &UserId,
    phc: &str,
) -> Result<(), StoreError> {
    let stands = session
        .find(
            "SELECT 1 FROM password JOIN person USING (user_id)
             WHERE user_id = $1 AND phc = $2 AND NOT disabled FOR NO KEY UPDATE",
            &[&user.as_str(), &phc],
            |_| Ok(()),
        )
        .await?;
    stands.ok_or(StoreError::Conflict("the password was changed in the meantime"))
}

pub(super) async fn find(
    session: &mut Session,
    hash: &[u8; 32],
) -> Result<Option<session::Session>, StoreError> {
    session.find("SELECT * FROM session WHERE hash = $1", &[&hash.as_slice()], read).await
}

pub(super) async fn list(
    session: &mut Session,
    user: &UserId,
) -> Result<Vec<session::Session>, StoreError> {
    session
        .list(
            "SELECT * FROM session WHERE user_id = $1 ORDER BY created_at DESC, hash LIMIT $2",
            &[&user.as_str(), &i64::from(MOST)],
            read,
        )
        .await
}

pub(super) async fn begin(session: &mut Session, one: &session::Session) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO session (hash, user_id, created_at, seen_at, ends_at, signed_in_at,
                 address, agent)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &one.hash.as_slice(),
                &one.user.as_str(),
                &one.created_at.as_unix(),
                &one.seen_at.as_unix(),
                &one.ends_at.as_unix(),
                &one.signed_in_at.as_unix(),
                &columns::write_address(one.address),
                &one.agent,
            ],
        )
        .await?;
    session
        .execute(
            "UPDATE person SET last_signed_in_at = $2
             WHERE user_id = $1 AND (last_signed_in_at IS NULL OR last_signed_in_at < $2)",
            &[&one.user.as_str(), &one.signed_in_at.as_unix()],
        )
        .await?;
    end_oldest(session, one).await
}

/// Ends the oldest sessions of a person beyond what one may have: not this one, which
/// begins, whatever the clock says.
async fn end_oldest(session: &mut Session, one: &session::Session) -> Result<(), StoreError> {
    session
        .execute(
            "DELETE FROM session WHERE hash IN
                 (SELECT hash FROM session WHERE user_id = $1 AND hash <> $2
                  ORDER BY created_at DESC, hash OFFSET $3)",
            &[&one.user.as_str(), &one.hash.as_slice(), &i64::from(MOST - 1)],
        )
        .await?;
    Ok(())
}

pub(super) async fn mark_seen(
    session: &mut Session,
    hash: &[u8; 32],
    at: Timestamp,
) -> Result<(), StoreError> {
    session
        .execute(
            "UPDATE session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2",
            &[&hash.as_slice(), &at.as_unix()],
        )
        .await?;
    Ok(())
}

pub(super) async fn end(session: &mut Session, hash: &[u8; 32]) -> Result<(), StoreError> {
    session.execute("DELETE FROM session WHERE hash = $1", &[&hash.as_slice()]).await?;
    Ok(())
}

pub(super) async fn end_all(
    session: &mut Session,
    user: &UserId,
    except: Option<&[u8; 32]>,
) -> Result<(), StoreError> {
    session
        .execute(
            "DELETE FROM session WHERE user_id = $1 AND ($2::bytea IS NULL OR hash <> $2)",
            &[&user.as_str(), &except.map(<[u8; 32]>::as_slice)],
        )
        .await?;
    Ok(())
}

/// Removes sessions that are over, `most` at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    session
        .execute(
            "DELETE FROM session WHERE hash IN
                 (SELECT hash FROM session WHERE ends_at <= $1 OR seen_at <= $2 LIMIT $3)",
            &[&now.as_unix(), &now.minus(IDLE).as_unix(), &i64::from(most)],
        )
        .await
}

fn read(row: &Row) -> Result<session::Session, StoreError> {
    let address: Option<String> = row.try_get("address")?;
    Ok(session::Session {
        hash: columns::read_session_hash(row.try_get("hash")?)?,
        user: columns::read_user_id(row.try_get("user_id")?)?,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        seen_at: Timestamp::from_unix(row.try_get("seen_at")?),
        ends_at: Timestamp::from_unix(row.try_get("ends_at")?),
        signed_in_at: Timestamp::from_unix(row.try_get("signed_in_at")?),
        address: columns::read_address(address.as_deref())?,
        agent: row.try_get("agent")?,
    })
}
