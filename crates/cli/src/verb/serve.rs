//! `portreeve serve`: the server, until it is asked to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use portreeve_server::installation::{self, Options};
use tokio::net::TcpListener;
use tracing::Level;

use crate::verb::Context;
use crate::{installed, logging, say, stop};

/// Arguments of `serve`.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Where to accept connections, in place of what the configuration says
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(asked: Serve, context: &Context) -> anyhow::Result<()> {
    let config = context.place.read()?;
    logging::start(config.log, Level::INFO);
    let stop = stop::asked()?;
    let listener = listen(asked.listen.unwrap_or(config.listen)).await?;
    let env = Arc::new(installed::open(&config, Options::default()).await?);
    let address = listener.local_addr()?;
    say::note(&format!("portreeve: {} listens on {address}", config.issuer));
    Ok(installation::run(env, &config, listener, stop).await?)
}

/// Takes a port.
///
/// # Errors
/// Who has it already, as far as the system says.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; choose another port with --listen"))
}
