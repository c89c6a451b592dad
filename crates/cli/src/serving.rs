//! A port, and a server on it: the same for `serve` and the demo.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use portreeve_server::config::Config;
use portreeve_server::env::Env;
use portreeve_server::installation;
use tokio::net::TcpListener;

/// Takes a port.
///
/// # Errors
/// Why not, as far as the system says: most often somebody has it already.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener
        .with_context(|| format!("cannot listen on {address}; choose another port with --listen"))
}

/// Serves until `stop` is done.
///
/// # Errors
/// When the listener is broken, or the data folder takes no control socket.
pub(crate) async fn serve(
    env: Arc<Env>,
    config: &Config,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let folder = installation::data_folder(config);
    let served = installation::run(env, config, listener, stop).await;
    served.with_context(|| format!("the server cannot run in {}", folder.display()))
}
