//! The floor that Portreeve stands on: a bare axum handler with a fixed answer. With
//! a kilobyte to answer it is also the API behind the gate.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::fault::Fault;

/// About as long as a token reply.
const SHORT: &str = r#"{"access_token":"0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","token_type":"Bearer","expires_in":3600,"scope":"read"}"#;

/// Answers every request alike until the process ends: with a short JSON text, or
/// with so many `bytes`.
///
/// # Errors
/// When the address cannot be listened at.
pub(crate) fn serve(address: SocketAddr, bytes: Option<usize>) -> Result<(), Fault> {
    let body = bytes.map_or(Bytes::from_static(SHORT.as_bytes()), |count| vec![b'x'; count].into());
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await?.tap_io(|stream| {
            // Small answers must not wait for the peer's acknowledgement.
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, Router::new().fallback(answer)).await?)
    })
}
