//! Bytes in both directions after an upgrade (RFC 9110 §7.8), neither read nor
//! framed, until one side ends or both are silent for too long.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Joins the two connections once both have gone over. Runs on its own.
pub(crate) fn join(client: OnUpgrade, upstream: OnUpgrade, silence: Duration) {
    tokio::spawn(async move {
        let Ok((client, upstream)) = futures_util::future::try_join(client, upstream).await else {
            return;
        };
        let mut client = TokioIo::new(client);
        let mut upstream = Watched::new(TokioIo::new(upstream), silence);
        if let Err(error) = tokio::io::copy_bidirectional(&mut client, &mut upstream).await {
            tracing::debug!(%error, "a tunnel ended");
        }
    });
}

/// One side of a tunnel, which sees what passes in both directions. Silence is
/// noticed after once to twice its limit, so passing bytes never sets a timer.
struct Watched<T> {
    inner: T,
    silence: Duration,
    has_passed: bool,
    timer: Pin<Box<Sleep>>,
}

impl<T> Watched<T> {
    fn new(inner: T, silence: Duration) -> Self {
        let timer = Box::pin(tokio::time::sleep(silence));
        Self { inner, silence, has_passed: false, timer }
    }

    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while self.timer.as_mut().poll(cx).is_ready() {
            if !std::mem::take(&mut self.has_passed) {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the tunnel was silent"));
            }
            self.timer.as_mut().reset(Instant::now() + self.silence);
        }
        Ok(())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.has_passed |= read.is_ready();
        match self.check(cx) {
            Ok(()) => read,
            Err(silent) => Poll::Ready(Err(silent)),
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.has_passed |= write.is_ready();
        write
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_ends_a_tunnel_and_traffic_keeps_it() {
        let (mut api, ours) = duplex(64);
        let mut watched = Watched::new(ours, Duration::from_secs(60));
        let mut byte = [0];
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_secs(50)).await;
            api.write_all(b"x").await.unwrap();
            watched.read_exact(&mut byte).await.unwrap();
        }
        let error = watched.read_exact(&mut byte).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
