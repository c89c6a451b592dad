//! Notices what any node commits: a connection that listens, and does so again
//! after every failure.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use crate::contract::error::StoreError;
use crate::postgres::connections::{connect, within};
use crate::postgres::settings::{PATIENCE, Settings};
use crate::postgres::tls::Encrypted;

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often the silent connection is asked whether it still lives.
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// What is known of the newest change. Numbers become visible in order, so a
/// number says that everything up to it can be read.
pub(super) struct Hints {
    newest: AtomicI64,
    sender: watch::Sender<u64>,
}

impl Hints {
    /// Nothing is known yet.
    pub(super) fn new() -> Self {
        Self { newest: AtomicI64::new(0), sender: watch::Sender::new(0) }
    }

    /// Whoever wants to be woken.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.sender.subscribe()
    }

    /// Wakes everybody unless this number, or a newer one, has done so before:
    /// our own commit comes back as a notification.
    pub(super) fn heard(&self, number: i64) {
        if self.newest.fetch_max(number, Ordering::SeqCst) < number {
            self.wake();
        }
    }

    fn forget(&self) {
        self.newest.store(0, Ordering::SeqCst);
        self.wake();
    }

    fn wake(&self) {
        self.sender.send_modify(|hint| *hint += 1);
    }
}

/// Listens for ever.
pub(super) async fn listen(settings: Settings, hints: Arc<Hints>) {
    let mut pause = SHORTEST_PAUSE;
    loop {
        if let Err(error) = follow(&settings, &hints, &mut pause).await {
            tracing::warn!(%error, "the connection that hears of changes is gone");
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn follow(
    settings: &Settings,
    hints: &Hints,
    pause: &mut Duration,
) -> Result<(), StoreError> {
    let (client, connection) = connect(settings, PATIENCE).await?;
    *pause = SHORTEST_PAUSE;
    match select(pin!(hear(connection, hints)), pin!(stay(&client, hints))).await {
        Either::Left(((), _)) => Err(StoreError::Unavailable("the connection ended".into())),
        Either::Right((outcome, _)) => outcome,
    }
}

async fn hear(mut connection: Connection<Socket, Encrypted<Socket>>, hints: &Hints) {
    let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
    while let Some(Ok(message)) = messages.next().await {
        if let AsyncMessage::Notification(one) = message {
            match one.payload().parse() {
                Ok(number) => hints.heard(number),
                Err(_) => hints.wake(),
            }
        }
    }
}

/// Begins to listen, then asks now and then whether the connection still lives:
/// a network that swallows everything says nothing by itself.
async fn stay(client: &Client, hints: &Hints) -> Result<(), StoreError> {
    within(PATIENCE, client.batch_execute("LISTEN portreeve_change")).await?;
    // What was committed before, nobody has told us.
    hints.forget();
    loop {
        sleep(CHECK_EVERY).await;
        within(PATIENCE, client.batch_execute("")).await?;
    }
}
