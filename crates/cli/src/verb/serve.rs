//! `portreeve serve`: the server, until it is asked to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use portreeve_server::installation::Options;
use tracing::Level;

use crate::verb::Context;
use crate::{installed, logging, say, serving, stop};

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
    let listener = serving::listen(asked.listen.unwrap_or(config.listen)).await?;
    let env = Arc::new(installed::open(&config, Options::default()).await?);
    let address = listener.local_addr()?;
    say::note(&format!("portreeve: {} listens on {address}", config.issuer));
    serving::serve(env, &config, listener, stop).await
}
