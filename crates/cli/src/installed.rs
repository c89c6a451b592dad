//! Which installation a verb is about, opened as the server opens it.

use std::path::PathBuf;

use clap::Args;
use portreeve_core::audit::Actor;
use portreeve_server::config::fault::ConfigFault;
use portreeve_server::config::{Config, FILE_NAME};
use portreeve_server::env::Env;
use portreeve_server::installation::{self, InstallationError, LogTarget, Options};
use portreeve_server::{control, flow::change::ChangeError};

/// Where the installation is.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Place {
    /// The configuration file [default: portreeve.toml in the current folder]
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "data")]
    pub(crate) config: Option<PathBuf>,
    /// The folder that holds portreeve.toml
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

impl Place {
    /// The configuration file.
    pub(crate) fn file(&self) -> PathBuf {
        match (&self.config, &self.data) {
            (Some(file), _) => file.clone(),
            (None, Some(folder)) => folder.join(FILE_NAME),
            (None, None) => PathBuf::from(FILE_NAME),
        }
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// Every mistake in it, one per line.
    pub(crate) fn read(&self) -> anyhow::Result<Config> {
        Config::read(&self.file()).map_err(|faults| listed(&faults))
    }

    /// Opens the installation beside a server that may run.
    ///
    /// # Errors
    /// Which step failed and what to do about it.
    pub(crate) async fn open(&self) -> anyhow::Result<Installed> {
        let config = self.read()?;
        let options = Options { log: LogTarget::Nowhere, ..Options::default() };
        let env = open(&config, options).await?;
        Ok(Installed { env, config })
    }
}

/// An installation that is open for one verb.
pub(crate) struct Installed {
    /// What the flows need.
    pub(crate) env: Env,
    /// Its configuration.
    pub(crate) config: Config,
}

/// Who makes the changes of this program.
pub(crate) const ACTOR: Actor = Actor::CommandLine;

impl Installed {
    /// Makes a change and waits until a server that runs here knows of it.
    ///
    /// # Errors
    /// What the change says.
    pub(crate) async fn change<T>(
        &self,
        change: impl Future<Output = Result<T, ChangeError>>,
    ) -> anyhow::Result<T> {
        let done = change.await?;
        self.tell().await;
        Ok(done)
    }

    /// Waits until a server that runs here knows of everything. Without one there is
    /// nobody to tell.
    pub(crate) async fn tell(&self) {
        control::tell(installation::data_folder(&self.config)).await;
    }
}

/// Opens an installation.
///
/// # Errors
/// Which step failed, every mistake of a configuration on a line of its own.
pub(crate) async fn open(config: &Config, options: Options) -> anyhow::Result<Env> {
    match installation::open(config, options).await {
        Ok(env) => Ok(env),
        Err(InstallationError::Config(faults)) => Err(listed(&faults)),
        Err(error) => Err(error.into()),
    }
}

fn listed(faults: &[ConfigFault]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("the configuration is not right\n{}", lines.join("\n"))
}
