//! The sample APIs on ports of their own, as a vendor's would be.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

use crate::demo::sample;

/// Where the sample APIs are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upstreams {
    /// Organizations and ships.
    pub(crate) vessel: SocketAddr,
    /// Who serves on board.
    pub(crate) crew: SocketAddr,
    /// Where ships may lie.
    pub(crate) berths: SocketAddr,
}

/// Starts them all, on any free ports of this machine. They end with the program.
///
/// # Errors
/// When there is no free port.
pub(crate) async fn start() -> anyhow::Result<Upstreams> {
    Ok(Upstreams {
        vessel: serve(sample::vessel()).await?,
        crew: serve(sample::crew()).await?,
        berths: serve(sample::berths()).await?,
    })
}

async fn serve(router: Router) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        // Never returns an error: axum waits failures to accept out.
        let _ = axum::serve(listener, router).await;
    });
    Ok(address)
}
