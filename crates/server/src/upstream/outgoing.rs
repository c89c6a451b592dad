//! A request body on its way to the API: passed on piece by piece, watched so
//! that a slow upload is not taken for a slow API, and without trailers.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// What is known of a body's passage.
#[derive(Debug, Default)]
pub(crate) struct Passage {
    moved: AtomicBool,
    broken: AtomicBool,
}

impl Passage {
    /// Whether a piece has passed since this was last asked.
    pub(crate) fn has_moved(&self) -> bool {
        self.moved.swap(false, Ordering::Relaxed)
    }

    /// Whether the caller's side failed: not the API's fault.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

/// See the head of this file.
pub(crate) struct Outgoing {
    body: Body,
    passage: Arc<Passage>,
}

impl Outgoing {
    /// The body, and where to see how it passes.
    pub(crate) fn new(body: Body) -> (Self, Arc<Passage>) {
        let passage = Arc::new(Passage::default());
        (Self { body, passage: Arc::clone(&passage) }, passage)
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        loop {
            let polled = Pin::new(&mut self.body).poll_frame(cx);
            match &polled {
                // Some servers read trailers as headers, so the names that are
                // the gate's alone could come in by this way.
                Poll::Ready(Some(Ok(frame))) if !frame.is_data() => continue,
                Poll::Ready(Some(Ok(_))) => self.passage.moved.store(true, Ordering::Relaxed),
                Poll::Ready(Some(Err(_))) => self.passage.broken.store(true, Ordering::Relaxed),
                Poll::Ready(None) | Poll::Pending => {}
            }
            return polled;
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http::HeaderMap;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    #[tokio::test]
    async fn data_passes_and_trailers_do_not() {
        let mut forged = HeaderMap::new();
        forged.insert("portreeve-client", "forged".parse().unwrap());
        let frames =
            [Ok::<_, axum::Error>(Frame::data("body".into())), Ok(Frame::trailers(forged))];
        let (outgoing, passage) = Outgoing::new(Body::new(StreamBody::new(stream::iter(frames))));
        let all = outgoing.collect().await.unwrap();
        assert!(all.trailers().is_none());
        assert_eq!(all.to_bytes(), "body");
        assert!(passage.has_moved() && !passage.has_moved() && !passage.is_broken());
    }
}
