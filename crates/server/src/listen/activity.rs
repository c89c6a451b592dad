//! What goes on on one connection, so that one on which nothing does is closed. An
//! HTTP/2 peer may ask once, answer our pings and hold its place for ever otherwise:
//! hyper limits the silence between requests in HTTP/1 only.
//!
//! The same look finds answers that an HTTP/2 peer does not take: while its window
//! is shut hyper does not poll the body, so no limit inside the body would notice,
//! and a connection to an API would be held for it.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::Version;
use http_body::{Body as _, Frame, SizeHint};

/// The requests of one connection.
#[derive(Default)]
pub(crate) struct Activity {
    begun: AtomicU64,
    ended: AtomicU64,
    lent: Mutex<Vec<Weak<Lent>>>,
}

impl Activity {
    /// A request came. It is open until what is returned is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Open {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(self))
    }

    /// Whether anything was ever asked.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed) > 0
    }

    /// Waits until nothing is open and nothing has begun or ended for `limit`, and
    /// gives up answers of which nothing was taken for as long. Both are noticed after
    /// once to twice the limit, so that a request never sets a timer.
    pub(crate) async fn rest(&self, limit: Duration) {
        let mut seen = self.counts();
        loop {
            tokio::time::sleep(limit).await;
            self.give_up_what_is_not_taken();
            let counts = self.counts();
            if counts == seen && counts.0 == counts.1 {
                return;
            }
            seen = counts;
        }
    }

    fn counts(&self) -> (u64, u64) {
        (self.begun.load(Ordering::Relaxed), self.ended.load(Ordering::Relaxed))
    }

    fn remember(&self, lent: &Arc<Lent>) {
        let mut all = self.lent();
        // Only before it would grow, so that this costs each answer next to nothing.
        if all.len() == all.capacity() {
            all.retain(|lent| lent.strong_count() > 0);
        }
        all.push(Arc::downgrade(lent));
    }

    fn give_up_what_is_not_taken(&self) {
        let all: Vec<Arc<Lent>> = self.lent().iter().filter_map(Weak::upgrade).collect();
        all.iter().for_each(|lent| lent.give_up_unless_taken());
    }

    fn lent(&self) -> MutexGuard<'_, Vec<Weak<Lent>>> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request whose answer is not through. Dropping it ends the request.
pub(crate) struct Open(Arc<Activity>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of an answer, which keeps its request open.
pub(crate) enum Answered {
    /// On HTTP/1, where the socket tells whether the peer takes it, or without content.
    Own { body: Body, _open: Option<Open> },
    /// On HTTP/2.
    Lent(Arc<Lent>),
}

impl Answered {
    /// The body of an answer to the request that is `open`.
    pub(crate) fn new(body: Body, open: Option<Open>, version: Version) -> Self {
        match open {
            Some(open) if version == Version::HTTP_2 && !body.is_end_stream() => {
                let activity = Arc::clone(&open.0);
                let lending = Lending { body: Some((body, open)), is_theirs: true, is_alive: true };
                let lent = Arc::new(Lent(Mutex::new(lending)));
                activity.remember(&lent);
                Self::Lent(lent)
            }
            open => Self::Own { body, _open: open },
        }
    }
}

impl http_body::Body for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut *self {
            Self::Own { body, .. } => Pin::new(body).poll_frame(cx),
            Self::Lent(lent) => lent.lending().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own { body, .. } => body.is_end_stream(),
            Self::Lent(lent) => {
                lent.lending().body.as_ref().is_some_and(|(body, _)| body.is_end_stream())
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own { body, .. } => body.size_hint(),
            Self::Lent(lent) => lent
                .lending()
                .body
                .as_ref()
                .map_or_else(SizeHint::new, |(body, _)| body.size_hint()),
        }
    }
}

/// A body that can be taken back.
pub(crate) struct Lent(Mutex<Lending>);

struct Lending {
    body: Option<(Body, Open)>,
    /// It is the peer's turn: what there was has been handed out.
    is_theirs: bool,
    /// Polled, or made, since the last look.
    is_alive: bool,
}

impl Lent {
    fn lending(&self) -> MutexGuard<'_, Lending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_up_unless_taken(&self) {
        let mut lending = self.lending();
        let is_alive = std::mem::take(&mut lending.is_alive);
        let given_up = if lending.is_theirs && !is_alive { lending.body.take() } else { None };
        drop(lending);
        if given_up.is_some() {
            tracing::debug!("an answer was given up: the peer takes nothing of it");
        }
    }
}

impl Lending {
    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some((body, _)) = &mut self.body else {
            let late = io::Error::new(io::ErrorKind::TimedOut, "the peer took nothing");
            return Poll::Ready(Some(Err(axum::Error::new(late))));
        };
        self.is_alive = true;
        let polled = Pin::new(body).poll_frame(cx);
        self.is_theirs = polled.is_ready();
        polled
    }
}
