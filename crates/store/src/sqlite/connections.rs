//! Connections to the file: how each is set up, and the few that read.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Params, Row};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::contract::error::StoreError;

/// How long a statement waits for another process's lock, and a caller for its
/// turn.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// More readers than this only wait for one another: reads come from the page
/// cache and are bound by the processor.
const READERS: usize = 4;

/// Enough for every statement that we have.
const CACHED_STATEMENTS: usize = 128;

/// FULL: in WAL mode anything less loses the last commits in a power cut. The log
/// is carried over into the file every 32 MiB: random ids touch the same pages
/// again and again, and this way each is written once for many commits. The cache
/// holds 2 MiB: what has left it comes from the kernel's, a copy away.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -2000";

/// Each reader has a cache of its own, of the same pages as the others': half a
/// mebibyte holds the roots of every index. Warm requests read nothing at all.
const READER_SETTINGS: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -512";

/// How much of an index is looked at to learn what is in it: some milliseconds each. With
/// a limit SQLite keeps no samples either, on whose account it would plan a statement anew
/// for every parameter.
const LEARNING: &str = "PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002";

/// One connection, and the count of what was sent through any of them.
pub(super) struct Session {
    connection: Connection,
    statements: Arc<AtomicU64>,
}

impl Session {
    /// A connection that may write.
    pub(super) fn open(path: &Path, statements: &Arc<AtomicU64>) -> Result<Self, StoreError> {
        // No CREATE: a file that vanished must not come back empty.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        connection.execute_batch(SETTINGS)?;
        Ok(Self { connection, statements: Arc::clone(statements) })
    }

    /// A connection that only reads.
    fn open_reader(path: &Path, statements: &Arc<AtomicU64>) -> Result<Self, StoreError> {
        let session = Self::open(path, statements)?;
        session.connection.execute_batch(READER_SETTINGS)?;
        Ok(session)
    }

    /// Sends a statement; answers how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Sends several statements that take no parameters.
    pub(super) fn execute_all(&self, sql: &str) -> Result<(), StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        Ok(self.connection.execute_batch(sql)?)
    }

    /// Reads every row of an answer.
    pub(super) fn list<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// Reads the first row of an answer, if there is one.
    pub(super) fn find<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.list(sql, params, read)?.into_iter().next())
    }

    /// Lets SQLite learn how the rows of every table are spread that has no statistics or
    /// has become ten times as long since; mostly there is none. Of all tables, not of
    /// those alone that this connection has asked: others ask.
    pub(super) fn learn(&self) -> Result<(), StoreError> {
        self.execute_all(LEARNING)
    }

    /// A number that changes whenever another connection has committed. Not
    /// counted: nobody asked for it.
    pub(super) fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }
}

/// Ids as one parameter, for `json_each`. No id has a character that JSON would have to
/// escape.
pub(super) fn json_list<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", ids.join(","))
}

/// Makes the file, readable by nobody else, where there is none yet.
pub(super) fn create_file(path: &Path) -> Result<(), StoreError> {
    let unavailable = |error: std::io::Error| {
        StoreError::Unavailable(format!("cannot create {}: {error}", path.display()))
    };
    // SQLite gives the files beside it (-wal, -shm) the same mode.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(unavailable(error)),
    }
    // The name itself must survive a power cut as well.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|one| one.sync_all()).map_err(unavailable)
}

/// The connections that read, each lent to one blocking task at a time.
pub(super) struct Readers {
    path: PathBuf,
    statements: Arc<AtomicU64>,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Session>>,
}

impl Readers {
    /// Readers of this file; none is open yet.
    pub(super) fn new(path: &Path, statements: &Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self {
            path: path.to_owned(),
            statements: Arc::clone(statements),
            permits: Arc::new(Semaphore::new(READERS)),
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Reads on a blocking thread, with a connection to itself.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned());
        let Ok(Ok(permit)) = turn.await else {
            return Err(StoreError::Unavailable("too many reads are waiting".into()));
        };
        let readers = Arc::clone(self);
        let reading = spawn_blocking(move || {
            let _permit = permit;
            readers.read_now(work)
        });
        reading.await.unwrap_or_else(|_| Err(StoreError::Unavailable("a read broke off".into())))
    }

    /// Lets go of the connections that are idle. SQLite reads statistics when it opens a
    /// file: those that are opened next know what was learned.
    pub(super) fn renew(&self) {
        self.lock().clear();
    }

    fn read_now<T>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.lock().pop();
        let session = match idle {
            Some(session) => session,
            None => Session::open_reader(&self.path, &self.statements)?,
        };
        let answer = work(&session)?;
        // Only a connection that works goes back.
        self.lock().push(session);
        Ok(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
