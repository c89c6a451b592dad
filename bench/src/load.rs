//! The load: one thread, a few keep-alive connections, requests that were written
//! out beforehand. Every status is compared with the one that is expected.
//!
//! The thread does not sleep unless it is told to. To wake a sleeping one takes the kernel some microseconds,
//! and it books them on whoever sends the answer: the server that is measured, and the
//! more often the slower it is.

use std::cell::Cell;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::{LocalSet, yield_now};

use crate::answer;
use crate::clock::now;
use crate::fault::Fault;
use crate::histogram::Histogram;

/// Keep-alive connections.
const CONNECTIONS: usize = 32;
/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked of one server.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Whole requests, asked in turn.
    pub(crate) requests: Rc<[Vec<u8>]>,
    /// The status of every answer.
    pub(crate) status: u16,
    /// Whether it sleeps when there is nothing to do, so that a server on its own core
    /// can work.
    pub(crate) sleeps: bool,
}

/// When a load ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// After this time.
    Elapsed(Duration),
    /// After so many answers.
    Answered(u64),
}

/// What became of a load.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// From the first request to the last answer.
    pub(crate) elapsed: Duration,
    /// How long each answer took.
    pub(crate) latencies: Histogram,
}

impl Load {
    /// Asks as fast as answers come, or `per_second` times a second.
    ///
    /// # Errors
    /// When a connection breaks, an answer takes longer than 30 seconds, or has
    /// another status than the expected one.
    pub(crate) fn drive(&self, until: Until, per_second: Option<f64>) -> Result<Measured, Fault> {
        // Looks at the sockets after every eighth turn: one of them is always taken.
        let runtime = Builder::new_current_thread().enable_all().event_interval(8).build()?;
        if self.sleeps {
            return LocalSet::new().block_on(&runtime, self.run(until, per_second));
        }
        LocalSet::new().block_on(&runtime, async {
            tokio::select! {
                done = self.run(until, per_second) => done,
                never = stay_awake() => match never {},
            }
        })
    }

    async fn run(&self, until: Until, per_second: Option<f64>) -> Result<Measured, Fault> {
        let mut streams = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let turns = Rc::new(Turns::new(until, self.requests.len()));
        let between = per_second.map(|rate| Duration::from_secs_f64(CONNECTIONS as f64 / rate));
        let tasks: Vec<_> = (0_u32..)
            .zip(streams)
            .map(|(number, stream)| {
                let pace = between.map(|between| Pace {
                    next: turns.began + between * number / CONNECTIONS as u32,
                    between,
                });
                let connection = Connection { stream, received: Vec::with_capacity(16_384), pace };
                tokio::task::spawn_local(connection.run(self.clone(), Rc::clone(&turns)))
            })
            .collect();
        let mut latencies = Histogram::default();
        for task in tasks {
            latencies.add(&task.await??);
        }
        Ok(Measured { elapsed: turns.began.elapsed(), latencies })
    }
}

async fn stay_awake() -> Infallible {
    loop {
        yield_now().await;
    }
}

/// Whose turn it is, and when it ends. Shared by the connections of one thread.
struct Turns {
    began: Instant,
    end: Option<Instant>,
    left: Cell<u64>,
    next: Cell<usize>,
    requests: usize,
}

impl Turns {
    fn new(until: Until, requests: usize) -> Self {
        let began = now();
        let (end, left) = match until {
            Until::Elapsed(time) => (Some(began + time), u64::MAX),
            Until::Answered(count) => (None, count),
        };
        Self { began, end, left: Cell::new(left), next: Cell::new(0), requests }
    }

    /// The number of the request to ask now; `None` at the end.
    fn take(&self, now: Instant) -> Option<usize> {
        if self.left.get() == 0 || self.end.is_some_and(|end| now >= end) {
            return None;
        }
        self.left.set(self.left.get() - 1);
        let number = self.next.get();
        self.next.set((number + 1) % self.requests.max(1));
        Some(number)
    }
}

struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    pace: Option<Pace>,
}

/// When a connection asks next.
struct Pace {
    next: Instant,
    between: Duration,
}

impl Connection {
    async fn run(mut self, load: Load, turns: Rc<Turns>) -> Result<Histogram, Fault> {
        let mut latencies = Histogram::default();
        let mut asked = self.wait(now()).await;
        while let Some(number) = turns.take(asked) {
            let request = load.requests.get(number).ok_or("there is nothing to ask")?;
            self.stream.write_all(request).await?;
            let status = tokio::time::timeout(PATIENCE, self.answer()).await??;
            if status != load.status {
                let (expected, text) = (load.status, self.text());
                return Err(format!("{expected} was expected, this came:\n{text}").into());
            }
            self.received.clear();
            let answered = now();
            latencies.count(answered.duration_since(asked));
            asked = self.wait(answered).await;
        }
        Ok(latencies)
    }

    /// Waits for its time without sleeping: a timer is a millisecond coarse.
    async fn wait(&mut self, mut time: Instant) -> Instant {
        let Some(pace) = &mut self.pace else { return time };
        while time < pace.next {
            yield_now().await;
            time = now();
        }
        pace.next += pace.between;
        time
    }

    async fn answer(&mut self) -> Result<u16, Fault> {
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the server closed a connection that it was to keep".into());
            }
            if let Some(answer) = answer::read(&self.received)? {
                return Ok(answer.status);
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.received).into_owned()
    }
}
