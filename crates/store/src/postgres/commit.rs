//! The one task that writes. It takes what is waiting, commits it together and
//! then answers everybody: few round trips and one sync for many commits, and
//! nothing is acknowledged before it.

use portreeve_core::time::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::contract::commit::Commit;
use crate::contract::error::StoreError;
use crate::postgres::connections::{Connections, Session};
use crate::postgres::settings::PATIENCE;
use crate::postgres::{change, consent, key, link, notice, refused, sign_in, token, usage, write};

/// The most commits that share one transaction.
const GROUP: usize = 64;

/// The most rows that one statement of a sweep removes.
const SWEPT_AT_ONCE: u32 = 5_000;

/// The most commits that wait; whoever comes then waits at the door.
const QUEUE: usize = 1024;

type Answer = Result<i64, StoreError>;
type Waiting = (Commit, oneshot::Sender<Answer>);

/// The caller's end of the queue.
pub(super) struct Queue(mpsc::Sender<Waiting>);

impl Queue {
    /// Starts the writer, which ends when the queue is gone.
    pub(super) fn start(connections: Connections) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(run(connections, waiting));
        Self(queue)
    }

    /// Writes and waits until it is on disk; answers the number of the newest change.
    ///
    /// Nothing is tried twice once it may have been written: when the connection
    /// fails during COMMIT, nobody knows whether it took place.
    pub(super) async fn write(&self, commit: Commit) -> Answer {
        let (answer, answered) = oneshot::channel();
        let sent = self.0.send_timeout((commit, answer), PATIENCE).await;
        sent.map_err(|_| StoreError::Unavailable("too many commits are waiting".into()))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer ended".into())))
    }
}

/// Sweeps portion by portion; answers how many rows went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    keep_changes_from: Timestamp,
) -> Result<u64, StoreError> {
    let mut gone = key::sweep(session, now).await?;
    gone += change::sweep(session, keep_changes_from).await?;
    loop {
        let mut rows = token::sweep(session, now, SWEPT_AT_ONCE).await?;
        rows += consent::sweep(session, now, SWEPT_AT_ONCE).await?;
        rows += sign_in::sweep(session, now, SWEPT_AT_ONCE).await?;
        rows += usage::sweep(session, now, SWEPT_AT_ONCE).await?;
        rows += refused::sweep(session, now, SWEPT_AT_ONCE).await?;
        rows += link::sweep(session, now, SWEPT_AT_ONCE).await?;
        rows += notice::sweep(session, now, SWEPT_AT_ONCE).await?;
        gone += rows;
        if rows < u64::from(SWEPT_AT_ONCE) {
            return Ok(gone);
        }
    }
}

async fn run(connections: Connections, mut jobs: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(GROUP);
    while jobs.recv_many(&mut waiting, GROUP).await > 0 {
        let (commits, callers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        match write_group(&connections, &commits).await {
            Ok(answers) => {
                for (caller, answer) in callers.into_iter().zip(answers) {
                    let _ = caller.send(answer);
                }
            }
            Err(error) => fail(callers, &mut jobs, &error),
        }
    }
}

/// Tells everybody, also those who wait behind: each of them would only wait for
/// the same server again.
fn fail(
    callers: Vec<oneshot::Sender<Answer>>,
    jobs: &mut mpsc::Receiver<Waiting>,
    error: &StoreError,
) {
    tracing::error!(%error, "the database takes no commits");
    let behind = std::iter::from_fn(|| jobs.try_recv().ok()).map(|(_, caller)| caller);
    for caller in callers.into_iter().chain(behind) {
        let _ = caller.send(Err(error.clone()));
    }
}

/// Writes a group in one transaction; when a member is refused, which is rare,
/// each in one of its own.
async fn write_group(
    connections: &Connections,
    group: &[Commit],
) -> Result<Vec<Answer>, StoreError> {
    let mut session = connections.session().await?;
    match write_together(&mut session, group).await {
        Ok(numbers) => return Ok(numbers.into_iter().map(Ok).collect()),
        Err(error @ StoreError::Unavailable(_)) => return Err(error),
        Err(error) if group.len() == 1 => return Ok(vec![Err(error)]),
        Err(_) => {}
    }
    let mut answers = Vec::with_capacity(group.len());
    for one in group {
        let alone = write_together(&mut session, std::slice::from_ref(one)).await;
        answers.push(alone.and_then(|numbers| numbers.first().copied().ok_or_else(no_number)));
    }
    Ok(answers)
}

async fn write_together(session: &mut Session, group: &[Commit]) -> Result<Vec<i64>, StoreError> {
    session.execute_all("BEGIN").await?;
    match write::write(session, group).await {
        Ok(numbers) => {
            session.execute_all("COMMIT").await?;
            Ok(numbers)
        }
        Err(error) => {
            session.roll_back().await;
            Err(error)
        }
    }
}

fn no_number() -> StoreError {
    StoreError::Corrupt("a commit came back without a number".into())
}
