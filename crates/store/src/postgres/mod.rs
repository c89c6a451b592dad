//! The store in PostgreSQL: one row of tables for any number of nodes.

mod audit;
mod change;
mod claims;
mod client;
mod commit;
mod connections;
mod consent;
mod error;
mod hints;
mod key;
mod link;
mod notice;
mod organization;
mod refused;
mod schema;
mod search;
mod settings;
mod sign_in;
mod tls;
mod token;
mod usage;
mod user;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use portreeve_core::time::Timestamp;
use tokio::task::JoinHandle;

use crate::columns::{self, storable};
use crate::contract::Store;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::search::RecordCounts;
use crate::postgres::commit::Queue;
use crate::postgres::connections::Connections;
use crate::postgres::hints::Hints;

/// A store in a database of a PostgreSQL server.
pub struct PostgresStore {
    connections: Connections,
    queue: Queue,
    hints: Arc<Hints>,
    listening: JoinHandle<()>,
    statements: Arc<AtomicU64>,
}

impl PostgresStore {
    /// Opens the database that a `postgres://` URL names, in the form of libpq, with
    ///
    /// - `sslmode`: `disable`, or `require` and `verify-full`, which both verify the
    ///   server's certificate and name. Without it, the way to another machine is
    ///   encrypted and the way within this one is not.
    /// - `sslrootcert`: a PEM file with the authorities to trust, in place of the
    ///   public ones.
    /// - `max_connections`: how many connections at most, 8 without it, besides one
    ///   that listens for changes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the URL cannot be read or nobody answers
    /// there; [`StoreError::Corrupt`] when the schema is newer than this program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let settings = settings::read(url)?;
        let statements = Arc::new(AtomicU64::new(0));
        let connections = Connections::new(&settings, &statements)?;
        if !schema::is_current(&connections).await {
            schema::migrate(&settings).await?;
        }
        let queue = Queue::start(connections.clone());
        let hints = Arc::new(Hints::new());
        let listening = tokio::spawn(hints::listen(settings, Arc::clone(&hints)));
        Ok(Self { connections, queue, hints, listening, statements })
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        storable::check(&commit)?;
        let is_news = !columns::changes(&commit).is_empty();
        let change = self.queue.write(commit).await?;
        if is_news {
            self.hints.heard(change);
        }
        Ok(Committed { change })
    }

    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError> {
        commit::sweep(&mut self.connections.session().await?.patient(), now, keep_changes_from)
            .await
    }

    async fn count_records(&self) -> Result<RecordCounts, StoreError> {
        search::records(&mut self.connections.session().await?.patient()).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.connections.session().await?.execute_all("SELECT 1").await
    }

    fn kind(&self) -> &'static str {
        "PostgreSQL"
    }

    fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
