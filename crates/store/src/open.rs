//! Which backend a URL means. Nobody else knows that there are two.

use std::path::Path;
use std::sync::Arc;

use crate::contract::SharedStore;
use crate::contract::error::StoreError;
use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;

/// What a database's URL says.
enum Place<'a> {
    File(&'a Path),
    Postgres,
}

/// Opens the database and brings its schema up to date.
///
/// `url` is a path, `sqlite:/path/file.db`, or `postgres://user@host/database`
/// with the parameters of [`PostgresStore::open`]. Must be called within a
/// Tokio runtime.
///
/// # Errors
/// [`StoreError::Unavailable`] when the URL makes no sense or nobody answers
/// there; [`StoreError::Corrupt`] when the schema is newer than this program or
/// not ours. No text ever holds the URL: it may hold a password.
pub async fn open(url: &str) -> Result<SharedStore, StoreError> {
    match place(url)? {
        Place::File(path) => Ok(Arc::new(SqliteStore::open(path).await?)),
        Place::Postgres => Ok(Arc::new(PostgresStore::open(url).await?)),
    }
}

fn place(url: &str) -> Result<Place<'_>, StoreError> {
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest)) if !scheme.contains(['/', '\\', '.']) => (scheme, rest),
        _ => ("sqlite", url),
    };
    match scheme {
        "postgres" | "postgresql" => Ok(Place::Postgres),
        "sqlite" => match rest.strip_prefix("//").unwrap_or(rest) {
            "" | ":memory:" => Err(StoreError::Unavailable(
                "the URL names no file: write sqlite:/path/file.db".into(),
            )),
            path => Ok(Place::File(Path::new(path))),
        },
        _ => Err(StoreError::Unavailable(
            "the URL is of no database that we know: write sqlite:/path/file.db or postgres://user@host/database".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: &str) {
        let found = match place(url) {
            Ok(Place::File(path)) => path.display().to_string(),
            Ok(Place::Postgres) => "postgres".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(found.starts_with(expected), "{url}: {found}");
    }

    #[test]
    fn a_url_names_a_file_or_a_server() {
        check("data/portreeve.db", "data/portreeve.db");
        check("./odd:name.db", "./odd:name.db");
        check("sqlite:/srv/portreeve.db", "/srv/portreeve.db");
        check("sqlite:///srv/portreeve.db", "/srv/portreeve.db");
        check("sqlite:portreeve.db", "portreeve.db");
        check("postgres://p@db/portreeve", "postgres");
        check("postgresql://p@db/portreeve", "postgres");
    }

    #[test]
    fn anything_else_is_refused_and_not_repeated() {
        for url in ["mysql://p:hunter2@db/x", "", "sqlite:", "sqlite::memory:", "hunter2:x"] {
            check(url, "the database is unavailable: the URL");
            assert!(!place(url).err().unwrap().to_string().contains("hunter2"));
        }
    }
}
