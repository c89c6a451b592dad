//! People's passwords and sessions.

use async_trait::async_trait;
use portreeve_core::sign_in::link::Link;
use portreeve_core::sign_in::session::{self, IDLE, MOST};
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::error::StoreError;
use crate::contract::sign_in::SignIn;
use crate::sqlite::connections::Session;
use crate::sqlite::{SqliteStore, link};

#[async_trait]
impl SignIn for SqliteStore {
    async fn find_password(&self, user: &UserId) -> Result<Option<String>, StoreError> {
        let user = user.clone();
        self.readers.read(move |session| find_password(session, &user)).await
    }

    async fn find_session(&self, hash: &[u8; 32]) -> Result<Option<session::Session>, StoreError> {
        let hash = *hash;
        self.readers.read(move |session| find(session, &hash)).await
    }

    async fn list_sessions(&self, user: &UserId) -> Result<Vec<session::Session>, StoreError> {
        let user = user.clone();
        self.readers.read(move |session| list(session, &user)).await
    }

    async fn find_link(&self, hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
        let hash = *hash;
        self.readers.read(move |session| link::find(session, &hash)).await
    }

    async fn list_invitations(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Link>, StoreError> {
        let organization = organization.clone();
        self.readers.read(move |session| link::list_invitations(session, &organization)).await
    }
}

pub(super) fn find_password(
    session: &Session,
    user: &UserId,
) -> Result<Option<String>, StoreError> {
    session
        .find("SELECT phc FROM password WHERE user_id = ?1", [user.as_str()], |row| Ok(row.get(0)?))
}

pub(super) fn set_password(session: &Session, user: &UserId, phc: &str) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO password (user_id, phc) VALUES (?1, ?2)
         ON CONFLICT (user_id) DO UPDATE SET phc = excluded.phc",
        params![user.as_str(), phc],
    )?;
    session.execute("DELETE FROM link WHERE user_id = ?1", [user.as_str()])?;
    Ok(())
}

/// Refuses who has another password by now, or is disabled.
pub(super) fn hold_password(session: &Session, user: &UserId, phc: &str) -> Result<(), StoreError> {
    let stands = session.find(
        "SELECT 1 FROM password JOIN person USING (user_id)
         WHERE user_id = ?1 AND phc = ?2 AND disabled = 0",
        params![user.as_str(), phc],
        |_| Ok(()),
    )?;
    stands.ok_or(StoreError::Conflict("the password was changed in the meantime"))
}

pub(super) fn find(
    session: &Session,
    hash: &[u8; 32],
) -> Result<Option<session::Session>, StoreError> {
    session.find("SELECT * FROM session WHERE hash = ?1", [hash], read)
}

pub(super) fn list(session: &Session, user: &UserId) -> Result<Vec<session::Session>, StoreError> {
    session.list(
        "SELECT * FROM session WHERE user_id = ?1 ORDER BY created_at DESC, hash LIMIT ?2",
        params![user.as_str(), MOST],
        read,
    )
}

pub(super) fn begin(session: &Session, one: &session::Session) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO session (hash, user_id, created_at, seen_at, ends_at, signed_in_at, address,
             agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            one.hash,
            one.user.as_str(),
            one.created_at.as_unix(),
            one.seen_at.as_unix(),
            one.ends_at.as_unix(),
            one.signed_in_at.as_unix(),
            columns::write_address(one.address),
            one.agent,
        ],
    )?;
    session.execute(
        "UPDATE person SET last_signed_in_at = ?2
         WHERE user_id = ?1 AND (last_signed_in_at IS NULL OR last_signed_in_at < ?2)",
        params![one.user.as_str(), one.signed_in_at.as_unix()],
    )?;
    end_oldest(session, one)
}

/// Ends the oldest sessions of a person beyond what one may have: not this one, which
/// begins, whatever the clock says.
fn end_oldest(session: &Session, one: &session::Session) -> Result<(), StoreError> {
    session.execute(
        "DELETE FROM session WHERE hash IN
             (SELECT hash FROM session WHERE user_id = ?1 AND hash <> ?2
              ORDER BY created_at DESC, hash LIMIT -1 OFFSET ?3)",
        params![one.user.as_str(), one.hash, MOST - 1],
    )?;
    Ok(())
}

pub(super) fn mark_seen(
    session: &Session,
    hash: &[u8; 32],
    at: Timestamp,
) -> Result<(), StoreError> {
    session.execute(
        "UPDATE session SET seen_at = ?2 WHERE hash = ?1 AND seen_at < ?2",
        params![hash, at.as_unix()],
    )?;
    Ok(())
}

pub(super) fn end(session: &Session, hash: &[u8; 32]) -> Result<(), StoreError> {
    session.execute("DELETE FROM session WHERE hash = ?1", [hash])?;
    Ok(())
}

pub(super) fn end_all(
    session: &Session,
    user: &UserId,
    except: Option<&[u8; 32]>,
) -> Result<(), StoreError> {
    session.execute(
        "DELETE FROM session WHERE user_id = ?1 AND (?2 IS NULL OR hash <> ?2)",
        params![user.as_str(), except],
    )?;
    Ok(())
}

/// Removes sessions that are over, `most` at a time; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    session.execute(
        "DELETE FROM session WHERE hash IN
             (SELECT hash FROM session WHERE ends_at <= ?1 OR seen_at <= ?2 LIMIT ?3)",
        params![now.as_unix(), now.minus(IDLE).as_unix(), most],
    )
}

fn read(row: &Row<'_>) -> Result<session::Session, StoreError> {
    let address: Option<String> = row.get("address")?;
    Ok(session::Session {
        hash: columns::read_session_hash(&row.get::<_, Vec<u8>>("hash")?)?,
        user: columns::read_user_id(&row.get::<_, String>("user_id")?)?,
        created_at: Timestamp::from_unix(row.get("created_at")?),
        seen_at: Timestamp::from_unix(row.get("seen_at")?),
        ends_at: Timestamp::from_unix(row.get("ends_at")?),
        signed_in_at: Timestamp::from_unix(row.get("signed_in_at")?),
        address: columns::read_address(address.as_deref())?,
        agent: row.get("agent")?,
    })
}
