//! Waiting that ends: a wait with a limit, and a body that is only waited for
//! so long. A peer that stops in the middle must not hold a connection for ever.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// How long the next sign of life is awaited. Only time spent waiting counts:
/// a pause on our own side (backpressure) costs the peer nothing.
pub(crate) struct Patience {
    limit: Duration,
    left: Duration,
    waiting: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// A fresh wait of `limit`. Costs nothing until something has to be awaited.
    pub(crate) const fn new(limit: Duration) -> Self {
        Self { limit, left: limit, waiting: false, timer: None }
    }

    /// To be called when what is awaited is pending: ready when patience is over.
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.left;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(left)));
        if !self.waiting {
            timer.as_mut().reset(Instant::now() + left);
            self.waiting = true;
        }
        timer.as_mut().poll(cx)
    }

    /// What was awaited came: the next wait has the whole limit again.
    pub(crate) const fn renew(&mut self) {
        self.waiting = false;
        self.left = self.limit;
    }

    /// A part of what was awaited came, worth `credit`: the wait so far is taken
    /// off, the credit is added, and never more than the limit is left.
    pub(crate) fn earn(&mut self, credit: Duration) {
        if let Some(timer) = self.timer.as_ref().filter(|_| self.waiting) {
            self.left = timer.deadline().saturating_duration_since(Instant::now());
        }
        self.waiting = false;
        self.left = self.left.saturating_add(credit).min(self.limit);
    }
}

/// A body that fails with [`io::ErrorKind::TimedOut`] when its sender is too slow.
pub(crate) struct PatientBody<B> {
    inner: B,
    patience: Patience,
    bytes_per_second: Option<u32>,
}

impl<B> PatientBody<B> {
    /// A body whose sender may be silent for `limit` at a time.
    pub(crate) const fn silent_for(inner: B, limit: Duration) -> Self {
        Self { inner, patience: Patience::new(limit), bytes_per_second: None }
    }

    /// A body whose sender has `limit` and what it earns by sending at least
    /// `bytes_per_second`: one byte now and then is not enough.
    pub(crate) const fn at_least(inner: B, bytes_per_second: u32, limit: Duration) -> Self {
        Self { inner, patience: Patience::new(limit), bytes_per_second: Some(bytes_per_second) }
    }

    fn came(&mut self, frame: &Frame<Bytes>) {
        let Some(rate) = self.bytes_per_second else { return self.patience.renew() };
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.patience.earn(Duration::from_secs_f64(f64::from(bytes) / f64::from(rate.max(1))));
    }
}

impl<B> Body for PatientBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.came(&frame);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => Poll::Ready(end.map(|frame| frame.map_err(Into::into))),
            Poll::Pending => {
                ready!(self.patience.poll_over(cx));
                let slow = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
                Poll::Ready(Some(Err(slow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_fn;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    fn trickle(
        pause: Duration,
        piece: usize,
    ) -> impl Body<Data = Bytes, Error = io::Error> + Unpin {
        let pieces = futures_util::stream::unfold(0, move |sent| async move {
            tokio::time::sleep(pause).await;
            (sent < 20).then(|| (Ok(Frame::data(Bytes::from(vec![b'x'; piece]))), sent + 1))
        });
        StreamBody::new(Box::pin(pieces))
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_cut_and_a_steady_sender_is_not() {
        let limit = Duration::from_secs(15);
        let slow = PatientBody::at_least(trickle(Duration::from_secs(10), 1), 500, limit);
        let fast = PatientBody::at_least(trickle(Duration::from_secs(10), 5000), 500, limit);
        assert!(slow.collect().await.is_err());
        assert_eq!(fast.collect().await.map(|all| all.to_bytes().len()).unwrap(), 100_000);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_measured_between_pieces() {
        let limit = Duration::from_secs(15);
        let alive = PatientBody::silent_for(trickle(Duration::from_secs(14), 1), limit);
        let dead = PatientBody::silent_for(trickle(Duration::from_secs(16), 1), limit);
        assert!(alive.collect().await.is_ok());
        assert!(dead.collect().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_of_ours_costs_the_peer_nothing() {
        let mut patience = Patience::new(Duration::from_secs(2));
        for _ in 0..3 {
            assert!(poll_fn(|cx| Poll::Ready(patience.poll_over(cx).is_pending())).await);
            patience.earn(Duration::ZERO);
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        poll_fn(|cx| patience.poll_over(cx)).await;
    }
}
