//! Between the framework's request and the core's.

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::header;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use portreeve_core::http_message::Request as Plain;
use portreeve_core::refusal::{Reason, Refusal};

/// The largest body that a protocol endpoint reads.
pub const LARGEST: usize = 64 * 1024;

/// Reads a request's body. One that says it is too large is not read at all.
///
/// # Errors
/// [`Reason::BodyTooLarge`], or [`Reason::RequestMalformed`] when it breaks off.
pub async fn read(request: Request) -> Result<(Parts, Bytes), Refusal> {
    let (parts, body) = request.into_parts();
    let announced = parts.headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        return Err(Reason::BodyTooLarge.into());
    }
    let body = whole(body).await?;
    Ok((parts, body))
}

async fn whole(body: Body) -> Result<Bytes, Refusal> {
    match Limited::new(body, LARGEST).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Reason::BodyTooLarge.into()),
        Err(_) => Err(Reason::RequestMalformed.into()),
    }
}

/// The core's view of a request that was read.
pub fn plain<'a>(parts: &'a Parts, body: &'a [u8]) -> Plain<'a> {
    Plain {
        method: &parts.method,
        path: parts.uri.path(),
        query: parts.uri.query(),
        headers: &parts.headers,
        body,
    }
}
