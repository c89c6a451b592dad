//! Waits until a server answers.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often is asked.
const PAUSE: Duration = Duration::from_millis(5);

/// Done when `/readyz` says yes.
///
/// # Errors
/// When it has not within half a minute.
pub(crate) async fn wait(address: SocketAddr) -> anyhow::Result<()> {
    let answered = async {
        while !is_ready(address).await.unwrap_or(false) {
            sleep(PAUSE).await;
        }
    };
    timeout(PATIENCE, answered).await.context("the server was started but does not answer")
}

async fn is_ready(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}
