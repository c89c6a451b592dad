//! The sample APIs on ports of their own, as a vendor's would be, and a customer's
//! application.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use portreeve_server::env::SystemClock;
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
    /// Cargoes and currencies.
    pub(crate) voyages: SocketAddr,
    /// Localities.
    pub(crate) addresses: SocketAddr,
    /// Shops and what they sell.
    pub(crate) clouds: SocketAddr,
    /// No API: a program that people let in.
    pub(crate) application: SocketAddr,
}

/// Starts them all, on any free ports of this machine; the application where it was
/// the last time, if that port is free. They end with the program.
///
/// # Errors
/// When there is no free port.
pub(crate) async fn start(application: Option<u16>) -> anyhow::Result<Upstreams> {
    let clock = Arc::new(SystemClock::start());
    Ok(Upstreams {
        vessel: serve(sample::vessel(), listen(0).await?)?,
        crew: serve(sample::crew(), listen(0).await?)?,
        berths: serve(sample::berths(), listen(0).await?)?,
        voyages: serve(sample::voyages(clock), listen(0).await?)?,
        addresses: serve(sample::addresses(), listen(0).await?)?,
        clouds: serve(sample::clouds(), listen(0).await?)?,
        application: serve(sample::application(), listen_again(application).await?)?,
    })
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

async fn listen_again(port: Option<u16>) -> std::io::Result<TcpListener> {
    match listen(port.unwrap_or(0)).await {
        Err(_) => listen(0).await,
        listener => listener,
    }
}

fn serve(router: Router, listener: TcpListener) -> std::io::Result<SocketAddr> {
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        // Never returns an error: axum waits failures to accept out.
        let _ = axum::serve(listener, router).await;
    });
    Ok(address)
}
