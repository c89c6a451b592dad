//! The demo: a server like any other, in a folder of its own, with APIs to guard and
//! people, organizations and clients to try it with. Nothing in the server knows that
//! it is one.

mod config;
mod folder;
mod kept;
mod ready;
mod report;
mod sample;
mod tour;
mod upstreams;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use axum::http::Uri;
use portreeve_core::time::Ttl;
use portreeve_server::config::log::LogFormat;
use portreeve_server::config::{Config, FILE_NAME};
use portreeve_server::control;
use portreeve_server::installation::{LogTarget, Options};
use tracing::Level;

use crate::demo::folder::Folder;
use crate::demo::report::Report;
use crate::demo::sample::BACK;
use crate::demo::upstreams::Upstreams;
use crate::demo::world::APPLICATION;
use crate::installed::open;
use crate::say::{self, Voice};
use crate::{logging, serving, stop};

/// What was asked for.
pub(crate) struct Wish {
    /// Where everything is kept; made if it is not there.
    pub(crate) folder: PathBuf,
    /// Where to accept connections.
    pub(crate) listen: SocketAddr,
    /// The database's URL.
    pub(crate) database: String,
    /// The life of every access token, if not its service's.
    pub(crate) token_ttl: Option<Ttl>,
    /// How to print what to try.
    pub(crate) voice: Voice,
}

/// Runs the demo until it is asked to stop.
///
/// # Errors
/// What is in the way, such as a port that is taken.
pub(crate) async fn run(wish: Wish) -> anyhow::Result<()> {
    logging::start(LogFormat::Text, Level::WARN);
    let stop = stop::asked()?;
    let folder = Folder::make(&wish.folder)?;
    if control::tell(folder.path()).await {
        bail!("a server runs in {folder} already; stop it, or choose another folder with --data");
    }
    if !wish.listen.ip().is_loopback() {
        bail!("the demo is for this machine only; write --listen 127.0.0.1:{}", wish.listen.port());
    }
    let listener = serving::listen(wish.listen).await?;
    let address = listener.local_addr()?;
    let kept = folder.kept();
    let last = kept.redirect_uris.get(APPLICATION).and_then(|uri| uri.parse::<Uri>().ok());
    let upstreams = upstreams::start(last.and_then(|uri| uri.port_u16())).await?;
    let config = configure(&wish, &folder, address, &upstreams)?;
    let log = if wish.voice.json { LogTarget::Nowhere } else { LogTarget::Stdout };
    let env = Arc::new(open(&config, Options { ttl_override: wish.token_ttl, log }).await?);
    let back = format!("http://{}{BACK}", upstreams.application);
    let world = world::enter(&env, &kept, back).await?;
    let report = Report::new(&env, &world);
    folder.withdraw_report()?;
    let announced = announce(address, &folder, &report, wish.voice);
    let served = serving::serve(env, &config, listener, stop);
    tokio::try_join!(served, announced)?;
    Ok(())
}

/// Writes the configuration and the documents that it names, and reads it back as the
/// server would.
fn configure(
    wish: &Wish,
    folder: &Folder,
    address: SocketAddr,
    upstreams: &Upstreams,
) -> anyhow::Result<Config> {
    for (name, document) in config::DOCUMENTS {
        folder.write(name, document)?;
    }
    folder.write(FILE_NAME, &config::text(address, &wish.database, upstreams)?)?;
    Config::read(&folder.file(FILE_NAME)).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(lines.join("\n"))
    })
}

/// Once the server answers: writes the report and says what to try.
async fn announce(
    address: SocketAddr,
    folder: &Folder,
    report: &Report,
    voice: Voice,
) -> anyhow::Result<()> {
    ready::wait(address).await?;
    folder.write_report(report)?;
    match voice.show(report, || tour::text(report, folder)) {
        // Whoever started us does not listen; the server goes on.
        Err(error) if say::is_closed_pipe(&error) => Ok(()),
        said => said,
    }
}
