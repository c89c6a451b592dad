//! `portreeve demo`: everything in [`crate::demo`].

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use portreeve_core::time::Ttl;

use crate::demo::Wish;
use crate::verb::Context;

/// Where the demo keeps its data when nobody says otherwise.
const FOLDER: &str = "./portreeve-demo";

/// Arguments of `demo`. `--data DIR` is the folder that it makes.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Where to accept connections; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where to keep everything: postgres://user@host/database, or sqlite: and a path
    /// within the data folder
    #[arg(long, value_name = "URL", default_value = "sqlite:portreeve.db")]
    database: String,
    /// The life of every access token, to try expiry
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    token_ttl: Option<u32>,
}

pub(super) async fn run(asked: Demo, context: &Context) -> anyhow::Result<()> {
    if context.place.config.is_some() {
        bail!("the demo writes its own configuration; name its folder with --data DIR");
    }
    let wish = Wish {
        folder: context.place.data.clone().unwrap_or_else(|| PathBuf::from(FOLDER)),
        listen: asked.listen,
        database: asked.database,
        token_ttl: asked.token_ttl.map(Ttl::from_seconds),
        voice: context.voice,
    };
    crate::demo::run(wish).await
}
