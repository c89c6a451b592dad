//! `portreeve.toml`, read and checked: one file per section.
//!
//! Everything that can be told from the file alone is told here, all mistakes at
//! once, each with its line; the files of the folder `services` count as parts of it.
//! Other files that it names are opened by [`crate::catalog`], the environment and the
//! clock by nobody here.

pub mod administration;
mod agreement;
pub mod branding;
pub mod database;
pub mod fault;
pub(crate) mod folder;
pub mod guessing;
pub mod issuer;
pub mod keys;
pub mod limits;
pub mod log;
pub mod mail;
pub mod master_key;
mod section;
pub mod service;
pub mod services;
pub mod token;
pub mod trusted_proxies;
mod url;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use crate::config::administration::Administration;
use crate::config::branding::BrandingConfig;
use crate::config::database::Database;
use crate::config::fault::{ConfigFault, Faults, Lines};
use crate::config::guessing::Guessing;
use crate::config::issuer::Issuer;
use crate::config::keys::Keys;
use crate::config::limits::Limits;
use crate::config::log::LogFormat;
use crate::config::mail::MailConfig;
use crate::config::master_key::MasterKeySource;
use crate::config::section::{Section, path_in};
use crate::config::service::ServiceConfig;
use crate::config::services::Drafts;
use crate::config::trusted_proxies::TrustedProxies;

/// What the file is called when nobody says otherwise.
pub const FILE_NAME: &str = "portreeve.toml";

/// A configuration without mistakes. Relative paths are already joined with the
/// folder of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The file that it was read from.
    pub file: PathBuf,
    /// By what name tokens and metadata know this server.
    pub issuer: Issuer,
    /// Where connections are accepted.
    pub listen: SocketAddr,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Where everything is kept.
    pub database: Database,
    /// A folder with further dialects.
    pub dialects: Option<PathBuf>,
    /// Where the master key is.
    pub master_key: MasterKeySource,
    /// When keys change.
    pub keys: Keys,
    /// What one node holds.
    pub limits: Limits,
    /// How often a wrong secret may be shown.
    pub guessing: Guessing,
    /// How log lines look.
    pub log: LogFormat,
    /// How mails leave.
    pub mail: MailConfig,
    /// What customers see of the vendor.
    pub branding: BrandingConfig,
    /// Whether the administration API answers.
    pub administration: Administration,
    /// A folder with a file for each further service.
    pub services_folder: Option<PathBuf>,
    /// The APIs: those of the file, then those of the folder.
    pub services: Vec<ServiceConfig>,
    /// Where the keys at the top of the file stand.
    pub lines: Lines,
}

impl Config {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Every mistake in it, by line; or that it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Vec<ConfigFault>> {
        Self::read_with(path, &Drafts::new())
    }

    /// The same, as if these files of the folder `services` held these texts.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn read_with(path: &Path, drafts: &Drafts) -> Result<Self, Vec<ConfigFault>> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!(
                "the configuration cannot be read: {error}; name another with --config, or write one with \"portreeve init\""
            );
            vec![ConfigFault { file: path.to_owned(), line: None, message }]
        })?;
        read(&text, path, drafts)
    }

    /// Reads a configuration that is as if `portreeve.toml` in `folder` held `text`.
    ///
    /// # Errors
    /// Every mistake in it, by line.
    pub fn from_text(text: &str, folder: &Path) -> Result<Self, Vec<ConfigFault>> {
        read(text, &folder.join(FILE_NAME), &Drafts::new())
    }

    /// A mistake that shows later, at a line of this file.
    pub fn fault(&self, line: Option<usize>, message: String) -> ConfigFault {
        ConfigFault { file: self.file.clone(), line, message }
    }
}

/// What `portreeve init` writes: names and texts. It passes `portreeve check`.
pub const fn init_files() -> [(&'static str, &'static str); 2] {
    [
        (FILE_NAME, include_str!("init/portreeve.toml")),
        ("ships.yaml", include_str!("init/ships.yaml")),
    ]
}

fn read(text: &str, file: &Path, drafts: &Drafts) -> Result<Config, Vec<ConfigFault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults = Faults::new(file, text);
    faults.note_broken(&errors);
    // What follows a broken line may be read wrongly, so nothing is said about it.
    if !errors.is_empty() {
        return Err(faults.into_sorted());
    }
    let config =
        section::read_file(table.get_ref(), &mut faults, |top| read_top(top, file, drafts));
    match config {
        Some(config) if faults.len() == 0 => Ok(config),
        _ => Err(faults.into_sorted()),
    }
}

fn read_top(top: &mut Section<'_, '_>, file: &Path, drafts: &Drafts) -> Option<Config> {
    let folder = file.parent().unwrap_or(Path::new(""));
    // Every key is asked for before the first `?`, so that every mistake shows.
    let issuer = top.required_text("issuer", "https://id.example.com", Issuer::parse);
    let listen = top.required_text("listen", "127.0.0.1:8080", address);
    let trusted_proxies = TrustedProxies::read(top);
    let database = Database::read(top, folder);
    let dialects = top.text("dialects", path_in(folder));
    let services_folder = top.text("services", path_in(folder));
    let master_key = top.section("master_key", |keys| MasterKeySource::read(keys, folder));
    let keys = top.section("keys", Keys::read);
    let limits = top.section("limits", Limits::read);
    let guessing = top.section("guessing", Guessing::read);
    let log = top.section("log", LogFormat::read);
    let mail = top.section("mail", |mail| MailConfig::read(mail, folder));
    let branding = top.section("branding", |keys| BrandingConfig::read(keys, folder));
    let administration = top.section("administration", Administration::read);
    let mut services = top.sections("service", |service| ServiceConfig::read(service, folder));
    if let Some(folder) = &services_folder {
        services.extend(services::read(folder, drafts, top));
    }
    agreement::check(&services, top);
    administration.check(&services, top);
    Some(Config {
        file: file.to_owned(),
        issuer: issuer?,
        listen: listen?,
        trusted_proxies,
        database: database?,
        dialects,
        master_key: master_key?,
        keys,
        limits,
        guessing,
        log,
        mail,
        branding,
        administration,
        services_folder,
        services,
        lines: top.lines(),
    })
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("expected an address and a port such as \"127.0.0.1:8080\" or \"[::]:8080\", found {text:?}")
    })
}

#[cfg(test)]
mod tests;
