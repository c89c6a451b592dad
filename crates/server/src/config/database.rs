//! `database` and `database_file`: where everything is kept.

use std::path::{Path, PathBuf};

use portreeve_core::secret::Secret;

use crate::config::fault::ConfigFault;
use crate::config::section::{Section, path_in};

const EXPECTED: &str = "expected \"sqlite:portreeve.db\" or \"postgres://user@host/database\"";

/// Where the database is, or which file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL; it may hold a password.
    Postgres(Secret<String>),
    /// A file whose one line is the URL, such as a container's secret. It is read
    /// when the database is opened, so that a check does not need the secret.
    NamedIn(PathBuf),
}

impl Database {
    /// Reads a URL. An SQLite path that is relative is so to `folder`.
    ///
    /// # Errors
    /// What was expected. The URL is not repeated: it may hold a password.
    pub fn parse(url: &str, folder: &Path) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Secret::new(url.to_owned())));
        }
        let path = url.strip_prefix("sqlite:").ok_or(EXPECTED)?;
        match path.strip_prefix("//").unwrap_or(path) {
            "" | ":memory:" => Err(format!("{EXPECTED}; this one names no file")),
            path => Ok(Self::Sqlite(folder.join(path))),
        }
    }

    /// The URL to open: `sqlite:/path/file.db` or `postgres://…`.
    ///
    /// # Errors
    /// When the file that should name it cannot be read or holds something else.
    pub fn url(&self) -> Result<Secret<String>, ConfigFault> {
        match self {
            Self::Sqlite(path) => sqlite_url(path),
            Self::Postgres(url) => Ok(url.clone()),
            Self::NamedIn(file) => url_in(file),
        }
    }

    pub(super) fn read(section: &mut Section<'_, '_>, folder: &Path) -> Option<Self> {
        let url = section.text("database", |url| Self::parse(url, folder));
        let file = section.text("database_file", path_in(folder)).map(Self::NamedIn);
        match (section.has("database"), section.has("database_file")) {
            (true, true) => {
                section.fault("database_file", "expected either this or database, not both");
            }
            (false, false) => {
                section.missing("database", "sqlite:portreeve.db");
            }
            _ => {}
        }
        url.or(file)
    }
}

fn sqlite_url(path: &Path) -> Result<Secret<String>, ConfigFault> {
    let text = path.to_str().ok_or_else(|| ConfigFault {
        file: path.to_owned(),
        line: None,
        message: "the database's path must be UTF-8; move it".to_owned(),
    })?;
    Ok(Secret::new(format!("sqlite:{text}")))
}

fn url_in(file: &Path) -> Result<Secret<String>, ConfigFault> {
    let fault = |line, message| ConfigFault { file: file.to_owned(), line, message };
    let text = std::fs::read_to_string(file)
        .map(Secret::new)
        .map_err(|error| fault(None, format!("the database's URL cannot be read: {error}")))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    match Database::parse(text.expose().trim(), folder) {
        Ok(Database::Sqlite(path)) => sqlite_url(&path),
        Ok(_) => Ok(Secret::new(text.expose().trim().to_owned())),
        Err(message) => Err(fault(Some(1), message)),
    }
}
