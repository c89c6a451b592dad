//! From a configuration to a server that answers: opens what must be open, in
//! order, and says which step failed.

mod master_key;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portreeve_core::secret::Entropy;
use portreeve_core::time::Ttl;
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::Directory;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::catalog::Catalog;
use crate::config::Config;
use crate::config::fault::ConfigFault;
use crate::config::log::LogFormat;
use crate::control;
use crate::env::{Clock, Env, Parts, SystemClock, SystemEntropy};
use crate::flow::keys::{KeyFailure, make_missing, schedule};
use crate::guessing::Guessing;
use crate::installation::master_key::MasterKeyError;
use crate::listen::{self, Limits};
use crate::mail::Post;
use crate::observe::access_log::{AccessLog, Format};
use crate::observe::metrics::Metrics;
use crate::observe::{Doors, Observer};
use crate::request_id::RequestIds;
use crate::router::router;
use crate::tasks;
use crate::upstream::proxy::Timeouts;

/// How long mails that wait may still take at a stop.
const LAST_MAILS: Duration = Duration::from_secs(5);

/// What the configuration does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Overrides the life of every access token.
    pub ttl_override: Option<Ttl>,
    /// Where the access log goes.
    pub log: LogTarget,
}

/// Where the access log goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogTarget {
    /// Standard output.
    #[default]
    Stdout,
    /// Nowhere: a command that answers no requests.
    Nowhere,
}

/// Why an installation did not open.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The configuration, or a file that it names: every mistake.
    #[error("{}", listed(.0))]
    Config(Vec<ConfigFault>),
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing keys.
    #[error("the keys cannot be made: {0}")]
    Keys(#[from] KeyFailure),
    /// The access log's thread.
    #[error("the access log cannot be started: {0}")]
    Log(#[from] io::Error),
    /// An upstream that is no address.
    #[error("{0}")]
    Upstream(String),
}

fn listed(faults: &[ConfigFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Opens everything but the network.
///
/// # Errors
/// [`InstallationError`] says which step failed and what to do about it.
pub async fn open(config: &Config, options: Options) -> Result<Env, InstallationError> {
    let (clock, entropy) = (SystemClock::start(), SystemEntropy);
    let catalog = Catalog::load(config).map_err(InstallationError::Config)?;
    let url = config.database.url().map_err(|fault| InstallationError::Config(vec![fault]))?;
    let master = master_key::read(&config.master_key, &entropy)?;
    // The crypto library takes 40 ms of computing to gather its first randomness: it may
    // do so while we wait for the database.
    let gathered = spawn_blocking(move || entropy.fill(&mut [0]));
    let store = portreeve_store::open::open(url.expose()).await;
    // Whatever happened there happens again, and is told, when a key is made.
    let _ = gathered.await;
    let store = store?;
    make_missing(&store, &catalog, &master, &entropy, clock.now()).await?;
    let in_memory = usize::try_from(config.limits.clients_in_memory).unwrap_or(usize::MAX);
    let directory = Directory::open(store, master.clone(), in_memory, clock.now()).await?;
    let observer = observer(config, options.log, &catalog, &clock)?;
    let mail = Post::new(&config.mail, config.issuer.as_str(), observer.metrics.mail());
    let parts = Parts {
        master,
        issuer: config.issuer.as_str().to_owned(),
        tokens_in_memory: usize::try_from(config.limits.tokens_in_memory).unwrap_or(usize::MAX),
        guessing: Guessing::new(config.guessing.attempts, config.guessing.per),
        client_limits: config.limits.clients,
        trusted_proxies: config.trusted_proxies.clone(),
        timeouts: timeouts(config),
        keys: config.keys,
        ttl_override: options.ttl_override,
        mail,
        observer,
        clock: Box::new(clock),
        entropy: Box::new(entropy),
    };
    Env::new(directory, catalog, parts).map_err(InstallationError::Upstream)
}

/// Serves until `stop` is done, then drains and writes what is still in memory.
///
/// # Errors
/// When the listener is broken, or the data folder takes no control socket, or has
/// another server's, or mails cannot be sent as the configuration says.
pub async fn run(
    env: Arc<Env>,
    config: &Config,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let delivery = env.mail.open(crate::env::variable).map_err(io::Error::other)?;
    let control = control::open(data_folder(config)).await?;
    let mut tasks = tasks::start(&env, schedule(&env));
    tasks.spawn(async move {
        if let Some(delivery) = delivery {
            delivery.run().await;
        }
    });
    tasks.spawn(control::answer(control, Arc::clone(&env)));
    let served = listen::serve(listener, router(Arc::clone(&env)), limits(config), stop).await;
    // Before it is closed: afterwards it may be another server's.
    let _ = std::fs::remove_file(control::socket_path(data_folder(config)));
    env.mail.drain(LAST_MAILS).await;
    tasks.shutdown().await;
    tasks::housekeeping::flush(&env).await;
    env.observer.log.flush(Duration::from_secs(2));
    served
}

/// The folder of the configuration: the control socket is there.
pub fn data_folder(config: &Config) -> &Path {
    config.file.parent().unwrap_or(Path::new("."))
}

fn observer(
    config: &Config,
    target: LogTarget,
    catalog: &Catalog,
    clock: &SystemClock,
) -> Result<Observer, io::Error> {
    let metrics = Metrics::new(env!("CARGO_PKG_VERSION"), clock.now());
    let format = match config.log {
        LogFormat::Json => Format::Json,
        LogFormat::Text => Format::Text,
    };
    let dropped = metrics.log_lines_dropped();
    let log = match target {
        LogTarget::Stdout => AccessLog::start(io::stdout(), format, dropped)?,
        LogTarget::Nowhere => AccessLog::start(io::sink(), format, dropped)?,
    };
    let doors = Doors::new(&metrics, catalog);
    Ok(Observer { log, doors, metrics, ids: RequestIds::new(&SystemEntropy) })
}

fn timeouts(config: &Config) -> Timeouts {
    let seconds = |ttl: Ttl| Duration::from_secs(ttl.as_seconds().into());
    Timeouts {
        connect: seconds(config.limits.upstream_connect),
        first_byte: seconds(config.limits.upstream_first_byte),
        idle: seconds(config.limits.upstream_idle),
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        connections: usize::try_from(config.limits.connections).unwrap_or(usize::MAX),
        connections_per_address: usize::try_from(config.limits.connections_per_address)
            .unwrap_or(usize::MAX),
        trusted_proxies: config.trusted_proxies.clone(),
        drain: Duration::from_secs(config.limits.drain.as_seconds().into()),
        ..Limits::default()
    }
}
