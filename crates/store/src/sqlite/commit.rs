//! The one thread that writes. It takes what is waiting, commits it together and
//! then answers everybody: one sync of the disk for many commits, and nothing is
//! acknowledged before it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use tokio::sync::{mpsc, oneshot, watch};

use crate::columns;
use crate::contract::commit::Commit;
use crate::contract::error::StoreError;
use crate::sqlite::connections::{PATIENCE, Session};
use crate::sqlite::{
    change, claims, consent, key, link, notice, refused, sign_in, token, usage, write,
};

/// The most commits that share one sync.
const GROUP: usize = 64;

/// The most commits that wait; whoever comes then waits at the door.
const QUEUE: usize = 1024;

/// The most rows of a kind that one sweep removes, so that no commit waits long for it.
const SWEPT_AT_ONCE: u32 = 5_000;

/// What the writer is asked to do.
pub(super) enum Work {
    /// Write this; the answer is the number of the newest change.
    Commit(Commit),
    /// Enter these; the answer is their number.
    Number(Claims),
    /// Sweep some; the answer is how many rows went.
    Sweep { now: Timestamp, keep_changes_from: Timestamp },
}

/// What waits in the queue.
pub(super) enum Job {
    Write(Work, oneshot::Sender<Result<i64, StoreError>>),
    /// Look whether another process has committed.
    Look,
}

/// The caller's end of the queue.
pub(super) struct Queue(mpsc::Sender<Job>);

impl Queue {
    /// Hands work to the writer and waits until it is on disk.
    pub(super) async fn write(&self, work: Work) -> Result<i64, StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.0.send_timeout(Job::Write(work, answer), PATIENCE).await;
        sent.map_err(|_| StoreError::Unavailable("too many commits are waiting".into()))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer ended".into())))
    }

    /// Sweeps portion by portion, others' commits in between; answers how many rows went.
    pub(super) async fn sweep(
        &self,
        now: Timestamp,
        keep_changes_from: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let rows = self.write(Work::Sweep { now, keep_changes_from }).await?;
            gone += u64::try_from(rows).unwrap_or(0);
            if rows < i64::from(SWEPT_AT_ONCE) {
                return Ok(gone);
            }
        }
    }

    /// A sender that does not keep the writer alive.
    pub(super) fn downgrade(&self) -> mpsc::WeakSender<Job> {
        self.0.downgrade()
    }
}

/// The writer, on its own thread until every [`Queue`] is gone.
pub(super) struct Writer {
    path: PathBuf,
    statements: Arc<AtomicU64>,
    /// Gone after a failure: the next group opens a new one.
    session: Option<Session>,
    data_version: Option<i64>,
    jobs: mpsc::Receiver<Job>,
    hints: watch::Sender<u64>,
}

impl Writer {
    /// Starts the thread with a connection that is ready.
    pub(super) fn start(
        path: PathBuf,
        session: Session,
        statements: Arc<AtomicU64>,
        hints: watch::Sender<u64>,
    ) -> Result<Queue, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let session = Some(session);
        let writer = Self { path, statements, session, data_version: None, jobs, hints };
        std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::Unavailable(format!("no thread to write: {error}")))?;
        Ok(Queue(queue))
    }

    fn run(mut self) {
        let mut waiting = Vec::with_capacity(GROUP);
        while let Some(first) = self.jobs.blocking_recv() {
            self.take(first, &mut waiting);
            while waiting.len() < GROUP
                && let Ok(next) = self.jobs.try_recv()
            {
                self.take(next, &mut waiting);
            }
            if !waiting.is_empty() {
                self.serve(&mut waiting);
            }
        }
    }

    fn take(&mut self, job: Job, waiting: &mut Vec<Waiting>) {
        match job {
            Job::Write(work, answer) => waiting.push((work, answer)),
            Job::Look => self.look(),
        }
    }

    fn serve(&mut self, waiting: &mut Vec<Waiting>) {
        let outcome = self.write(waiting);
        match outcome {
            Ok(answers) => {
                if waiting.iter().zip(&answers).any(|((work, _), answer)| is_news(work, answer)) {
                    self.hints.send_modify(|hint| *hint += 1);
                }
                for ((_, caller), answer) in waiting.drain(..).zip(answers) {
                    let _ = caller.send(answer);
                }
            }
            Err(error) => self.fail(waiting, &error),
        }
    }

    fn write(&mut self, waiting: &[Waiting]) -> Result<Vec<Answer>, StoreError> {
        let session = self.take_session()?;
        // On failure the connection is dropped, which rolls back what it had begun.
        let answers = write_group(&session, waiting)?;
        self.session = Some(session);
        Ok(answers)
    }

    fn take_session(&mut self) -> Result<Session, StoreError> {
        self.session.take().map_or_else(|| Session::open(&self.path, &self.statements), Ok)
    }

    /// Tells everybody, also those who wait behind: each of them would only wait
    /// for the same lock or the same full disk again.
    fn fail(&mut self, waiting: &mut Vec<Waiting>, error: &StoreError) {
        tracing::error!(%error, "the database takes no commits");
        while let Ok(job) = self.jobs.try_recv() {
            self.take(job, waiting);
        }
        for (_, caller) in waiting.drain(..) {
            let _ = caller.send(Err(error.clone()));
        }
    }

    /// SQLite's `data_version` of this connection counts the others' commits only.
    /// A new connection begins with a number of its own, which looks like news and
    /// may be some.
    fn look(&mut self) {
        let Ok(session) = self.take_session() else { return };
        let Ok(version) = session.data_version() else { return };
        self.session = Some(session);
        if self.data_version != Some(version) {
            self.data_version = Some(version);
            self.hints.send_modify(|hint| *hint += 1);
        }
    }
}

type Answer = Result<i64, StoreError>;
type Waiting = (Work, oneshot::Sender<Answer>);

/// Writes a group in one transaction, each member in a savepoint, so that one
/// which is refused leaves the others alone.
fn write_group(session: &Session, group: &[Waiting]) -> Result<Vec<Answer>, StoreError> {
    session.execute("BEGIN IMMEDIATE", [])?;
    let mut answers = Vec::with_capacity(group.len());
    for (work, _) in group {
        session.execute("SAVEPOINT member", [])?;
        let answer = perform(session, work);
        match &answer {
            Ok(_) => {}
            // The transaction itself may be gone.
            Err(error @ StoreError::Unavailable(_)) => return Err(error.clone()),
            Err(_) => {
                session.execute("ROLLBACK TO member", [])?;
            }
        }
        session.execute("RELEASE member", [])?;
        answers.push(answer);
    }
    session.execute("COMMIT", [])?;
    // Behind the commit: what cannot be learned is no reason to lose what was written.
    if group.iter().any(|(work, _)| matches!(work, Work::Sweep { .. }))
        && let Err(error) = session.learn()
    {
        tracing::debug!(%error, "nothing was learned about the tables");
    }
    Ok(answers)
}

fn perform(session: &Session, work: &Work) -> Answer {
    match work {
        Work::Commit(commit) => write::write(session, commit),
        // One that somebody else entered meanwhile is found by looking again.
        Work::Number(one) => match claims::add(session, one)? {
            Some(number) => Ok(number),
            None => claims::find_number(session, one)?.ok_or_else(no_number),
        },
        Work::Sweep { now, keep_changes_from } => {
            let rows = token::sweep(session, *now, SWEPT_AT_ONCE)?
                + consent::sweep(session, *now, SWEPT_AT_ONCE)?
                + sign_in::sweep(session, *now, SWEPT_AT_ONCE)?
                + usage::sweep(session, *now, SWEPT_AT_ONCE)?
                + refused::sweep(session, *now, SWEPT_AT_ONCE)?
                + link::sweep(session, *now, SWEPT_AT_ONCE)?
                + notice::sweep(session, *now, SWEPT_AT_ONCE)?
                + key::sweep(session, *now)?
                + change::sweep(session, *keep_changes_from)?;
            Ok(i64::try_from(rows).unwrap_or(i64::MAX))
        }
    }
}

fn is_news(work: &Work, answer: &Answer) -> bool {
    match work {
        Work::Commit(commit) => answer.is_ok() && !columns::changes(commit).is_empty(),
        Work::Number(_) | Work::Sweep { .. } => false,
    }
}

fn no_number() -> StoreError {
    StoreError::Corrupt("claims came back without a number".into())
}

#[cfg(test)]
mod tests;
