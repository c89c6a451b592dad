//! The outermost layer: accepting connections (HTTP/1.1, and HTTP/2 with prior
//! knowledge), limiting what one peer may hold, and ending well.
//!
//! Nothing here knows what a request means. Requests that HTTP itself forbids
//! end here (`door`); everything else goes to the router. TLS is not ended
//! here: a proxy in front does that.

mod activity;
mod caller;
mod door;
mod places;
mod stream;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

pub use crate::listen::caller::Caller;

use crate::config::trusted_proxies::TrustedProxies;
use crate::listen::activity::Activity;
use crate::listen::door::Door;
use crate::listen::places::Places;
use crate::listen::stream::PatientStream;

/// What one listener and one peer may hold.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open connections, tunnels included. More wait in the kernel's backlog.
    pub connections: usize,
    /// How many of them one address may hold, or one IPv6 network of 64 bits. More
    /// are closed at once.
    pub connections_per_address: usize,
    /// Who holds connections for others: these count among all only.
    pub trusted_proxies: TrustedProxies,
    /// How long the head of a request may take, counted from the connection's or
    /// the previous answer's end: an idle connection is closed after as long.
    pub header_read: Duration,
    /// How long a connection may lie with no request open; on HTTP/2 also how long a
    /// peer may take nothing of an answer. Noticed after once to twice as long.
    pub idle: Duration,
    /// The largest head of a request, in bytes; at least 8,192. More is a 431.
    pub header_bytes: u32,
    /// Requests at a time on one HTTP/2 connection.
    pub streams: u32,
    /// How long the rest of a request body may be awaited; what comes earns more
    /// at [`Self::body_bytes_per_second`].
    pub body_read: Duration,
    /// The slowest rate at which a body may come for long, in bytes a second.
    pub body_bytes_per_second: u32,
    /// How long a peer may take nothing of an answer that waits for it.
    pub write: Duration,
    /// How long requests in flight may still take after the stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 2_500,
            trusted_proxies: TrustedProxies::default(),
            header_read: Duration::from_secs(15),
            idle: Duration::from_secs(60),
            header_bytes: 32 * 1024,
            streams: 200,
            body_read: Duration::from_secs(15),
            body_bytes_per_second: 500,
            write: Duration::from_secs(30),
            drain: Duration::from_secs(5),
        }
    }
}

/// The address at the other end of the connection, in every request's
/// extensions. It is a proxy's address when there is one in front: see [`Caller`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// Accepts connections and answers their requests by `router` until `stop` is
/// done. Then accepts no more, gives requests in flight at most `limits.drain`
/// and cuts what is left.
///
/// Tunnels (RFC 9110 §7.8) are not waited for: they end with the process.
///
/// # Errors
/// When the listener has no local address. Failures to accept one connection,
/// such as too many open files, are logged and waited out.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let builder = http_builder(&limits);
    let room = Arc::new(Semaphore::new(limits.connections));
    let places = Places::new(limits.connections_per_address, limits.trusted_proxies.clone());
    let (stopping, stopped) = watch::channel(());
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, permit) = tokio::select! {
            () = &mut stop => break,
            next = next_connection(|| listener.accept(), &room) => next,
        };
        while open.try_join_next().is_some() {}
        let Some(place) = places.take(peer.ip(), permit) else { continue };
        // Small answers must not wait for the peer's acknowledgement.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(PatientStream::new(stream, limits.write, place));
        let activity = Arc::new(Activity::default());
        let door = Door::new(router.clone(), PeerAddress(peer), &limits, Arc::clone(&activity));
        let connection = builder.serve_connection_with_upgrades(io, door).into_owned();
        let (first, idle) = (limits.header_read, limits.idle);
        open.spawn(drive(connection, activity, first, idle, stopped.clone()));
    }
    drop((listener, stopping));
    let all_ended = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, all_ended).await.is_err() {
        tracing::warn!(connections = open.len(), "requests in flight were cut at the stop");
    }
    open.shutdown().await;
    Ok(())
}

/// Runs a connection to its end. One that has asked nothing after `first` is
/// dropped: hyper's own timer starts only once the HTTP version is known. One that
/// rests for `idle`, and each one at the stop (when `stopped` closes), takes no further
/// requests and ends with those that it has.
async fn drive<C: GracefulConnection>(
    connection: C,
    activity: Arc<Activity>,
    first: Duration,
    idle: Duration,
    mut stopped: watch::Receiver<()>,
) where
    C::Error: std::fmt::Display,
{
    let mut connection = pin!(connection);
    let silent = async {
        tokio::time::sleep(first).await;
        if activity.has_begun() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        end = &mut connection => return note_end(end),
        () = silent => return tracing::debug!("a connection asked nothing"),
        () = activity.rest(idle) => tracing::debug!("a connection rested for too long"),
        _ = stopped.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    // A peer that does not close either, or keeps streams open whose answers were
    // given up, is not waited for.
    tokio::select! {
        end = &mut connection => note_end(end),
        () = activity.rest(idle) => tracing::debug!("a connection did not end by itself"),
    }
}

fn note_end<E: std::fmt::Display>(end: Result<(), E>) {
    if let Err(error) = end {
        tracing::debug!(%error, "a connection ended abnormally");
    }
}

/// The next connection for which there is room. Never fails: a peer that is
/// already gone is skipped, and a lack of resources (too many open files, no
/// memory) is waited out, longer each time up to a second.
async fn next_connection<T, F>(
    accept: impl Fn() -> F,
    room: &Arc<Semaphore>,
) -> (T, SocketAddr, OwnedSemaphorePermit)
where
    F: Future<Output = io::Result<(T, SocketAddr)>>,
{
    let mut pause = Duration::from_millis(10);
    loop {
        // The semaphore is never closed; if it were, nothing could be accepted.
        let Ok(permit) = Arc::clone(room).acquire_owned().await else {
            std::future::pending().await
        };
        match accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) if is_of_one_peer(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections, waiting");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
        }
    }
}

fn is_of_one_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

fn http_builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_buf_size(limits.header_bytes.max(8192) as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.header_bytes)
        // CVE-2023-44487 and its kin: streams opened only to be reset.
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(100)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(limits.header_read);
    builder
}

#[cfg(test)]
mod tests;
