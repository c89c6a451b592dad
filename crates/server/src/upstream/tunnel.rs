//! Bytes in both directions after an upgrade (RFC 9110 §7.8), neither read nor
//! framed, until one side breaks off, both have ended, nothing passes for too long or
//! the caller may no longer have it.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Joins the two connections once both have gone over. Runs on its own, until `refused`
/// is done at the latest.
pub(crate) fn join(
    client: OnUpgrade,
    upstream: OnUpgrade,
    silence: Duration,
    refused: BoxFuture<'static, ()>,
) {
    tokio::spawn(async move {
        let Ok((client, upstream)) = futures_util::future::try_join(client, upstream).await else {
            return;
        };
        carry(TokioIo::new(client), TokioIo::new(upstream), silence, refused).await;
    });
}

/// The limits stand around the whole copy: once one side has ended, nobody polls it.
async fn carry(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    upstream: impl AsyncRead + AsyncWrite + Unpin,
    silence: Duration,
    refused: BoxFuture<'static, ()>,
) {
    let has_passed = AtomicBool::new(false);
    let mut upstream = Watched { inner: upstream, has_passed: &has_passed };
    tokio::select! {
        end = tokio::io::copy_bidirectional(&mut client, &mut upstream) => {
            if let Err(error) = end {
                tracing::debug!(%error, "a tunnel broke off");
            }
        }
        () = silent(&has_passed, silence) => tracing::debug!("a tunnel was silent"),
        () = refused => tracing::debug!("a tunnel's caller may no longer call"),
    }
}

/// Silence is noticed after once to twice its limit, so passing bytes never sets a
/// timer.
async fn silent(has_passed: &AtomicBool, silence: Duration) {
    loop {
        tokio::time::sleep(silence).await;
        if !has_passed.swap(false, Ordering::Relaxed) {
            return;
        }
    }
}

/// One side of a tunnel, which sees what passes in both directions.
struct Watched<'p, T> {
    inner: T,
    has_passed: &'p AtomicBool,
}

impl<T> Watched<'_, T> {
    fn note<R>(&self, moved: Poll<R>) -> Poll<R> {
        if moved.is_ready() {
            self.has_passed.store(true, Ordering::Relaxed);
        }
        moved
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<'_, T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.note(read)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<'_, T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.note(write)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::{join, pending};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::Instant;

    use super::*;

    const SILENCE: Duration = Duration::from_secs(60);

    /// Plays both ends of a tunnel; says for how many silences it stood.
    async fn stood<F: Future<Output = (DuplexStream, DuplexStream)>>(
        refused: BoxFuture<'static, ()>,
        play: impl FnOnce(DuplexStream, DuplexStream) -> F,
    ) -> f64 {
        let ((caller, ours), (theirs, api)) = (duplex(64), duplex(64));
        let began = Instant::now();
        let carried = carry(ours, theirs, SILENCE, refused).map(|()| began.elapsed());
        let (_held, stood) = join(play(caller, api), carried).await;
        stood.as_secs_f64() / SILENCE.as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_a_tunnel_and_traffic_keeps_it() {
        for to_caller in [true, false] {
            let silences = stood(pending().boxed(), async |mut caller, mut api| {
                let mut byte = [0];
                for _ in 0..5 {
                    tokio::time::sleep(SILENCE - Duration::from_secs(1)).await;
                    let mut ends = [&mut caller, &mut api];
                    ends.rotate_left(usize::from(to_caller));
                    let [from, to] = ends;
                    from.write_all(b"x").await.unwrap();
                    to.read_exact(&mut byte).await.unwrap();
                }
                (caller, api)
            });
            let silences = silences.await;
            assert!((5.5..=7.0).contains(&silences), "{silences}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_a_tunnel_of_which_one_side_has_ended() {
        for api_ends in [true, false] {
            let silences = stood(pending().boxed(), async |mut caller, mut api| {
                let ends = if api_ends { &mut api } else { &mut caller };
                ends.shutdown().await.unwrap();
                (caller, api)
            });
            let silences = silences.await;
            assert!(silences <= 2.0, "{silences}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_a_tunnel_in_the_middle_of_its_traffic() {
        let refused = tokio::time::sleep(Duration::from_secs(3)).boxed();
        let silences = stood(refused, async |mut caller, mut api| {
            let mut byte = [0];
            while api.write_all(b"x").await.is_ok() && caller.read_exact(&mut byte).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            (caller, api)
        });
        assert!(silences.await < 0.1);
    }
}
