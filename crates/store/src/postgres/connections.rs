//! Connections to the server: a few that are shared, and one at a time for what
//! needs its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Connection, Row, Socket};

use crate::contract::error::StoreError;
use crate::postgres::settings::{PATIENCE, Settings};
use crate::postgres::tls::Encrypted;

/// How long a whole list may take, or a sweep: nobody waits for it at a door.
const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// What a statement's parameters are handed over as.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The connections that are shared.
#[derive(Clone)]
pub(super) struct Connections {
    pool: Pool,
    statements: Arc<AtomicU64>,
}

impl Connections {
    /// Connections with these settings; none is open yet.
    pub(super) fn new(
        settings: &Settings,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager =
            Manager::from_config(settings.config.clone(), settings.tls.clone(), recycling);
        let pool = Pool::builder(manager)
            .max_size(settings.connections)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { pool, statements: Arc::clone(statements) })
    }

    /// A connection for one caller.
    pub(super) async fn session(&self) -> Result<Session, StoreError> {
        let client = within(PATIENCE, self.pool.get()).await?;
        let statements = Arc::clone(&self.statements);
        Ok(Session { client: Some(client), statements, patience: PATIENCE })
    }
}

/// Opens a connection that nobody shares. The caller drives it.
pub(super) async fn connect(
    settings: &Settings,
    patience: Duration,
) -> Result<(Client, Connection<Socket, Encrypted<Socket>>), StoreError> {
    within(patience, settings.config.connect(settings.tls.clone())).await
}

/// Waits so long and no longer.
pub(super) async fn within<T, E>(
    patience: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, StoreError>
where
    StoreError: From<E>,
{
    match timeout(patience, work).await {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(StoreError::Unavailable("no answer in time".into())),
    }
}

/// One connection, lent to one caller, and the count of what was sent through any.
pub(super) struct Session {
    /// Gone once it failed: such a connection is not lent again.
    client: Option<Object>,
    statements: Arc<AtomicU64>,
    patience: Duration,
}

impl Session {
    /// The same for work that may take long.
    pub(super) fn patient(mut self) -> Self {
        self.patience = LONG_PATIENCE;
        self
    }

    /// Sends a statement; answers how many rows it changed.
    pub(super) async fn execute(
        &mut self,
        sql: &str,
        params: Params<'_>,
    ) -> Result<u64, StoreError> {
        let client = self.client()?;
        let work = async { client.execute(&client.prepare_cached(sql).await?, params).await };
        let outcome = within(self.patience, work).await;
        self.keep_if_sound(outcome)
    }

    /// Sends several statements that take no parameters.
    pub(super) async fn execute_all(&mut self, sql: &str) -> Result<(), StoreError> {
        let outcome = within(self.patience, self.client()?.batch_execute(sql)).await;
        self.keep_if_sound(outcome)
    }

    /// Reads every row of an answer.
    pub(super) async fn list<T>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let client = self.client()?;
        let work = async { client.query(&client.prepare_cached(sql).await?, params).await };
        let outcome = within(self.patience, work).await;
        self.keep_if_sound(outcome)?.iter().map(read).collect()
    }

    /// Reads the first row of an answer, if there is one.
    pub(super) async fn find<T>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.list(sql, params, read).await?.into_iter().next())
    }

    /// Takes back what was begun. A connection that cannot is closed, which does
    /// the same.
    pub(super) async fn roll_back(&mut self) {
        if self.execute_all("ROLLBACK").await.is_err() {
            self.close();
        }
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.client.as_ref().ok_or_else(|| StoreError::Unavailable("the connection failed".into()))
    }

    fn keep_if_sound<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(outcome, Err(StoreError::Unavailable(_))) {
            self.close();
        }
        outcome
    }

    fn close(&mut self) {
        drop(self.client.take().map(Object::take));
    }
}
