//! One line per request, written by a thread of its own.
//!
//! The request path formats the line into a buffer of its thread and appends it
//! to a shared one: no allocation once warm, and no system call but one wake-up
//! per batch. The writing thread takes the whole buffer at a time. When it is
//! stuck (a full disk, a terminal that is not read), lines are dropped and
//! counted rather than requests held up.

mod line;

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, mem, thread};

use prometheus_client::metrics::counter::Counter;

pub use crate::observe::access_log::line::{Format, Line};

/// Bytes that may wait for the writing thread.
const WAITING_BYTES: usize = 1024 * 1024;
/// How long the writing thread lets lines gather.
const GATHER: Duration = Duration::from_millis(50);
/// How long the end of a log waits for a writer that may be stuck.
const LAST_FLUSH: Duration = Duration::from_secs(2);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The access log. Dropping it writes what waits, for at most two seconds.
#[derive(Debug)]
pub struct AccessLog {
    shared: Arc<Shared>,
    format: Format,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Tells the writer that there is something to do.
    work: Condvar,
    /// Tells whoever flushes that a batch is out.
    done: Condvar,
    dropped: Counter,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<u8>,
    /// Bytes accepted and bytes dealt with since the start.
    accepted: u64,
    settled: u64,
    /// Lines dropped since the log last said so, and when the last line was.
    dropped: u64,
    last_millis: u64,
    is_writer_idle: bool,
    is_urgent: bool,
    is_closed: bool,
}

impl AccessLog {
    /// A log into `out` (standard output, a file). `dropped` counts the lines that
    /// found no room or could not be written.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        out: impl Write + Send + 'static,
        format: Format,
        dropped: Counter,
    ) -> io::Result<Self> {
        let state = Mutex::new(State::default());
        let shared =
            Arc::new(Shared { state, work: Condvar::new(), done: Condvar::new(), dropped });
        let writer = Writer { shared: Arc::clone(&shared), out, format };
        thread::Builder::new().name("access-log".to_owned()).spawn(|| writer.run())?;
        Ok(Self { shared, format })
    }

    /// Appends a line. Never blocks on the output.
    pub fn write(&self, line: &Line<'_>) {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.clear();
            line.format(self.format, scratch);
            self.push(scratch, line.unix_millis);
        });
    }

    /// Waits until every line written so far is out, at most `patience`. False
    /// when the writer did not manage.
    pub fn flush(&self, patience: Duration) -> bool {
        let mut state = self.shared.lock();
        let target = state.accepted;
        state.is_urgent = true;
        self.shared.work.notify_one();
        let waited =
            self.shared.done.wait_timeout_while(state, patience, |state| state.settled < target);
        waited.is_ok_and(|(_, timeout)| !timeout.timed_out())
    }

    /// Lines dropped since the start.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.get()
    }

    fn push(&self, bytes: &[u8], millis: u64) {
        let mut state = self.shared.lock();
        if state.waiting.len() + bytes.len() > WAITING_BYTES {
            state.dropped += 1;
            self.shared.dropped.inc();
            return;
        }
        state.waiting.extend_from_slice(bytes);
        state.accepted += bytes.len() as u64;
        state.last_millis = millis;
        if mem::take(&mut state.is_writer_idle) {
            drop(state);
            self.shared.work.notify_one();
        }
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.flush(LAST_FLUSH);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Writer<W> {
    shared: Arc<Shared>,
    out: W,
    format: Format,
}

impl<W: Write> Writer<W> {
    fn run(mut self) {
        let mut batch = Vec::new();
        while self.take(&mut batch) {
            let written = self.out.write_all(&batch).and_then(|()| self.out.flush());
            if let Err(error) = written {
                let lines = batch.iter().filter(|byte| **byte == b'\n').count() as u64;
                self.shared.dropped.inc_by(lines);
                tracing::error!(%error, lines, "the access log cannot be written");
            }
        }
    }

    /// Settles the last batch and swaps it for the next. False at the end.
    fn take(&self, batch: &mut Vec<u8>) -> bool {
        let mut state = self.shared.lock();
        state.settled = state.accepted - state.waiting.len() as u64;
        batch.clear();
        self.shared.done.notify_all();
        while state.waiting.is_empty() && state.dropped == 0 {
            if state.is_closed {
                return false;
            }
            state.is_urgent = false;
            state.is_writer_idle = true;
            state = self.shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.is_urgent && !state.is_closed {
            let gathered = self.shared.work.wait_timeout_while(state, GATHER, |s| !s.is_urgent);
            state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.is_writer_idle = false;
        mem::swap(&mut state.waiting, batch);
        let (dropped, millis) = (mem::take(&mut state.dropped), state.last_millis);
        drop(state);
        if dropped > 0 {
            line::format_dropped(self.format, dropped, millis, batch);
        }
        true
    }
}

#[cfg(test)]
mod tests;
