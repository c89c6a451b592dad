//! What a PostgreSQL URL says, and what we add to it.

use std::net::IpAddr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::contract::error::StoreError;
use crate::postgres::tls::Tls;

/// How long one attempt to connect, one wait for a free connection or one
/// statement may take: together, a caller knows within two seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Connections of one process, where the URL names no other number. Point reads
/// are rare and short, so a few serve many callers.
const CONNECTIONS: usize = 8;

/// The server ends a transaction that its client has left open: a node that
/// vanished from the network must not hold the change log's lock.
const SERVER_OPTIONS: &str = "-c idle_in_transaction_session_timeout=3000";

/// Everything that is needed to connect.
#[derive(Clone)]
pub(super) struct Settings {
    /// Where, as whom, how patiently.
    pub(super) config: Config,
    /// Whom to trust there.
    pub(super) tls: Tls,
    /// How many connections at most, besides the one that listens.
    pub(super) connections: usize,
}

/// Reads a URL. Nothing of it goes into an error: a password with a character
/// that should have been escaped may turn up in any part of it.
pub(super) fn read(url: &str) -> Result<Settings, StoreError> {
    // The last one: a password may hold another.
    let (base, query) = url.rsplit_once('?').unwrap_or((url, ""));
    let (mut ssl_mode, mut root_file, mut connections) = (None, None, CONNECTIONS);
    let mut others = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", mode)) => ssl_mode = Some(mode),
            Some(("sslrootcert", path)) => root_file = Some(path),
            Some(("max_connections", number)) => {
                connections =
                    number.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
                        StoreError::Unavailable("max_connections in the URL is no number".into())
                    })?;
            }
            _ => others.push(parameter),
        }
    }
    let mut config: Config = format!("{base}?{}", others.join("&")).parse().map_err(|_| {
        StoreError::Unavailable(
            "the PostgreSQL URL cannot be read: write postgres://user:password@host:port/database, special characters of the password as %XX".into(),
        )
    })?;
    let encrypted = is_encrypted(ssl_mode, &config)?;
    config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
    add_patience(&mut config);
    let tls = if encrypted { Tls::new(root_file)? } else { Tls::none() };
    Ok(Settings { config, tls, connections })
}

/// Without a word about it, the way to another machine is encrypted and the way
/// within this one is not. There is no `prefer`: it protects from nobody.
fn is_encrypted(mode: Option<&str>, config: &Config) -> Result<bool, StoreError> {
    match mode {
        Some("disable") => Ok(false),
        Some("require" | "verify-ca" | "verify-full") => Ok(true),
        Some(_) => Err(StoreError::Unavailable(
            "sslmode in the URL must be disable, require or verify-full".into(),
        )),
        None => Ok(!config.get_hosts().iter().all(is_here)),
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Host::Unix(_) => true,
    }
}

fn add_patience(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    config.tcp_user_timeout(2 * PATIENCE);
    config.keepalives_idle(Duration::from_secs(10));
    if config.get_application_name().is_none() {
        config.application_name("portreeve");
    }
    let options = config
        .get_options()
        .map_or_else(|| SERVER_OPTIONS.to_owned(), |theirs| format!("{SERVER_OPTIONS} {theirs}"));
    config.options(options);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> SslMode {
        read(url).map(|settings| settings.config.get_ssl_mode()).unwrap()
    }

    #[test]
    fn the_way_to_another_machine_is_encrypted() {
        for url in [
            "postgres://p@127.0.0.1/d",
            "postgres://p@localhost:5433/d",
            "postgres:///d?host=/run/postgresql",
            "postgres://p@db.example/d?sslmode=disable",
        ] {
            assert_eq!(mode(url), SslMode::Disable, "{url}");
        }
        for url in [
            "postgres://p@db.example/d",
            "postgres://p@10.0.0.1,127.0.0.1/d",
            "postgres://p@127.0.0.1/d?sslmode=verify-full",
        ] {
            assert_eq!(mode(url), SslMode::Require, "{url}");
        }
    }

    #[test]
    fn our_own_parameters_are_read() {
        let settings =
            read("postgres://p@127.0.0.1/d?max_connections=3&connect_timeout=7").unwrap();
        assert_eq!(settings.connections, 3);
        assert_eq!(settings.config.get_connect_timeout(), Some(&Duration::from_secs(7)));
        assert_eq!(read("postgres://p@127.0.0.1/d").unwrap().connections, CONNECTIONS);
    }

    #[test]
    fn a_password_may_hold_a_question_mark() {
        for url in
            ["postgres://p:a?b@127.0.0.1/d", "postgres://p:a?b@127.0.0.1/d?max_connections=8"]
        {
            let settings = read(url).unwrap();
            assert_eq!(settings.config.get_password(), Some(&b"a?b"[..]), "{url}");
            assert_eq!(settings.connections, 8);
        }
    }

    #[test]
    fn errors_hold_nothing_of_the_url() {
        for url in [
            "postgres://p:hunter2@host:port/d",
            "postgres://p:hunter2@127.0.0.1/d?sslmode=hunter2",
            "postgres://p@127.0.0.1/d?hunter2=x",
            "postgres://p@127.0.0.1/d?max_connections=hunter2",
        ] {
            let text = read(url).err().expect(url).to_string();
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
