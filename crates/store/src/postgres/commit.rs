//! The one task that writes. It takes what is waiting, commits it together and
//! then answers everybody: few round trips and one sync for many commits, and
//! nothing is acknowledged before it.

use tokio::sync::{mpsc, oneshot};

use crate::contract::commit::Commit;
use crate::contract::error::StoreError;
use crate::postgres::connections::{Connections, Session};
use crate::postgres::settings::PATIENCE;
use crate::postgres::write;

/// The most commits that share one transaction.
const GROUP: usize = 64;

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
