//! One commit, one transaction. It runs to its end on a task of its own, so that
//! a caller who goes away leaves nothing half done on a connection.

use crate::contract::commit::Commit;
use crate::contract::error::StoreError;
use crate::postgres::connections::Connections;
use crate::postgres::write;

/// Writes and waits until it is on disk; answers the number of the newest change.
///
/// Nothing is tried twice: when the connection fails during COMMIT, nobody knows
/// whether it took place.
pub(super) async fn commit(connections: &Connections, commit: Commit) -> Result<i64, StoreError> {
    let connections = connections.clone();
    let writing = tokio::spawn(async move {
        let mut session = connections.session().await?;
        session.execute_all("BEGIN").await?;
        match write::write(&mut session, &commit).await {
            Ok(change) => {
                session.execute_all("COMMIT").await?;
                Ok(change)
            }
            Err(error) => {
                session.roll_back().await;
                Err(error)
            }
        }
    });
    writing.await.unwrap_or_else(|_| Err(StoreError::Unavailable("a commit broke off".into())))
}
