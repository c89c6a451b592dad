//! A connection's socket, with two duties more: it fails when the peer takes
//! nothing for too long, and it gives its place back when it is closed.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::listen::places::Place;
use crate::patience::Patience;

/// See the head of this file. Lives as long as the socket, also after an
/// upgrade, so that a tunnel keeps its place.
pub(crate) struct PatientStream {
    stream: TcpStream,
    patience: Patience,
    _place: Place,
}

impl PatientStream {
    /// A socket whose peer may take nothing for `write` at a time.
    pub(crate) const fn new(stream: TcpStream, write: Duration, place: Place) -> Self {
        Self { stream, patience: Patience::new(write), _place: place }
    }

    fn judge<T>(&mut self, cx: &mut Context<'_>, write: Poll<T>) -> Poll<Option<T>> {
        if let Poll::Ready(done) = write {
            self.patience.renew();
            return Poll::Ready(Some(done));
        }
        self.patience.poll_over(cx).map(|()| None)
    }
}

fn outcome(write: Option<io::Result<usize>>) -> io::Result<usize> {
    write.unwrap_or_else(|| Err(io::Error::new(io::ErrorKind::TimedOut, "the peer takes nothing")))
}

impl AsyncRead for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.judge(cx, write).map(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.judge(cx, write).map(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
