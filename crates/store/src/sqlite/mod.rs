//! The store in one SQLite file: write-ahead log, every commit synced. Several
//! processes may have the file open, such as a server and the command line.

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
mod sign_in;
mod token;
mod usage;
mod user;
mod write;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use portreeve_core::time::Timestamp;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::columns::storable;
use crate::contract::Store;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::search::RecordCounts;
use crate::sqlite::commit::{Queue, Work, Writer};
use crate::sqlite::connections::Readers;

/// A store in one file.
pub struct SqliteStore {
    queue: Queue,
    readers: Arc<Readers>,
    hints: watch::Receiver<u64>,
    statements: Arc<AtomicU64>,
}

impl SqliteStore {
    /// Opens the file; makes it, with mode 0600, when its folder has none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder does not exist or the file
    /// cannot be opened for writing; [`StoreError::Corrupt`] when it is no
    /// database of ours, or one of a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let opening = spawn_blocking(move || Self::open_now(&path));
        let store = opening
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("opening broke off".into())))?;
        tokio::spawn(hints::look_for_others(store.queue.downgrade()));
        Ok(store)
    }

    fn open_now(path: &Path) -> Result<Self, StoreError> {
        let statements = Arc::new(AtomicU64::new(0));
        connections::create_file(path)?;
        let session = schema::open_current(path, &statements)?;
        let (hinting, hints) = watch::channel(0);
        let queue = Writer::start(path.to_owned(), session, Arc::clone(&statements), hinting)?;
        Ok(Self { queue, readers: Readers::new(path, &statements), hints, statements })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        storable::check(&commit)?;
        let change = self.queue.write(Work::Commit(commit)).await?;
        Ok(Committed { change })
    }

    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError> {
        let gone = self.queue.sweep(now, keep_changes_from).await?;
        self.readers.renew();
        Ok(gone)
    }

    async fn count_records(&self) -> Result<RecordCounts, StoreError> {
        self.readers.read(search::records).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.readers.read(|session| session.execute_all("SELECT 1")).await
    }

    fn kind(&self) -> &'static str {
        "SQLite"
    }

    fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
