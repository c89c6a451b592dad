use std::path::{Path, PathBuf};

use portreeve_core::time::Ttl;
use portreeve_core::token::format::{Algorithm, Alphabet, TokenFormat};

use crate::catalog::Catalog;
use crate::config::database::Database;
use crate::config::fault::ConfigFault;
use crate::config::log::LogFormat;
use crate::config::mail::{Password, Tls, Way};
use crate::config::master_key::MasterKeySource;
use crate::config::trusted_proxies::TrustedProxies;
use crate::config::{Config, FILE_NAME, init_files, service, token};

const WHOLE: &str = r##"issuer   = "https://id.example.com"
listen   = "[::]:8443"
trusted_proxies = ["10.0.0.0/8", "::1"]
database = "postgres://portreeve:hunter2@db.example.com/portreeve"
dialects = "/etc/portreeve/dialects"
[master_key]
env = "PORTREEVE_MASTER_KEY"
[keys]
rotate_every = "30d"
publish_ahead = "2h"
[limits]
connections = 20_000
clients_per_person = 20
drain = "0s"
upstream_idle = "5m"
[guessing]
attempts = 5
per = "10m"
[log]
format = "text"
[mail]
from = "Tidewright <id@tidewright.example>"
smtp = "smtp://id%40tidewright.example@mail.example.com"
smtp_password_file = "smtp.password"
[branding]
name = "Tidewright"
accent = "#0b5a7c"
logo = "logo.svg"
links = { help = "https://www.example.com/help" }
support = "mailto:help@example.com"
[[service]]
name      = "vessel"
title     = "Vessels"
openapi   = "vessel.yaml"
upstream  = "https://vessel.internal/v2/"
path      = "/api/vessel"
audience  = "urn:example:api"
dialect   = "dualog"
token     = { format = "sealed", prefix = "at_", alphabet = "hex" }
token_ttl = "24h"
[[service]]
name      = "crew"
title     = "Crews"
openapi   = "crew.yaml"
upstream  = "http://127.0.0.1:9002"
path      = "/api/crew"
audience  = "https://crew.example.com"
token     = { format = "jwt", algorithm = "RS256" }
"##;

fn read(text: &str) -> Result<Config, Vec<ConfigFault>> {
    Config::from_text(text, Path::new("/srv"))
}

#[test]
fn every_key_is_read() {
    let config = read(WHOLE).unwrap();
    assert_eq!(config.file, Path::new("/srv/portreeve.toml"));
    assert_eq!(config.issuer.url("/oauth2/token"), "https://id.example.com/oauth2/token");
    assert!(config.issuer.is_https());
    assert_eq!(config.listen.to_string(), "[::]:8443");
    assert_eq!(config.trusted_proxies, TrustedProxies::of(&["10.0.0.0/8", "::1"]));
    assert_eq!(config.dialects.as_deref(), Some(Path::new("/etc/portreeve/dialects")));
    assert_eq!(config.master_key, MasterKeySource::Variable("PORTREEVE_MASTER_KEY".into()));
    assert_eq!(config.keys.rotate_every, Ttl::from_hours(30 * 24));
    assert_eq!(config.keys.publish_ahead, Ttl::from_hours(2));
    assert_eq!(config.limits.connections, 20_000);
    assert_eq!(config.limits.connections_per_address, 5_000, "a quarter of them");
    assert_eq!(config.limits.drain, Ttl::ZERO);
    assert_eq!(config.limits.upstream_idle, Ttl::from_seconds(300));
    assert_eq!(config.limits.clients_in_memory, 100_000);
    let clients = config.limits.clients;
    assert_eq!((clients.per_organization, clients.per_person), (10_000, 20));
    assert_eq!((config.guessing.attempts, config.guessing.per.as_seconds()), (5, 600));
    assert_eq!(config.log, LogFormat::Text);
    let from = config.mail.from.unwrap();
    assert_eq!(
        (from.name.as_deref(), &*from.address),
        (Some("Tidewright"), "id@tidewright.example")
    );
    let Some(Way::Smtp(relay)) = config.mail.way else { panic!("{:?}", config.mail.way) };
    assert_eq!(
        (&*relay.host, relay.port, relay.tls),
        ("mail.example.com", 587, Tls::AfterStartTls)
    );
    let password = Password::File(PathBuf::from("/srv/smtp.password"));
    assert_eq!(relay.user, Some(("id@tidewright.example".to_owned(), password)));

    let branding = config.branding;
    assert_eq!(branding.name.as_deref(), Some("Tidewright"));
    assert_eq!(branding.accent.unwrap().0.to_string(), "#0b5a7c");
    assert_eq!(branding.logo.as_deref(), Some(Path::new("/srv/logo.svg")));
    assert_eq!(branding.links.help.as_deref(), Some("https://www.example.com/help"));
    assert_eq!(branding.support.as_deref(), Some("mailto:help@example.com"));

    let [vessel, crew] = &config.services[..] else { panic!("{:?}", config.services) };
    assert_eq!((&*vessel.name, &*vessel.title), ("vessel", "Vessels"));
    assert_eq!(vessel.openapi, Path::new("/srv/vessel.yaml"));
    assert_eq!(vessel.upstream, "https://vessel.internal/v2/");
    assert_eq!(vessel.path, "/api/vessel");
    assert_eq!(vessel.audience.as_str(), "urn:example:api");
    assert_eq!(vessel.dialect, "dualog");
    let sealed = TokenFormat::Sealed { prefix: "at_".into(), alphabet: Alphabet::Hex };
    assert_eq!(vessel.token, Some(sealed));
    assert_eq!(vessel.token_ttl, Some(Ttl::from_hours(24)));
    assert_eq!(vessel.lines.of("dialect"), Some(38));
    assert_eq!(vessel.lines.of("absent"), Some(31));

    assert_eq!(crew.token, Some(TokenFormat::Jwt(Algorithm::RS256)));
    assert_eq!((&*crew.dialect, crew.token_ttl), ("standard", None));
}

#[test]
fn a_relays_authorities_are_a_file() {
    let with = |more: &str| read(&WHOLE.replace("[branding]", &[more, "[branding]"].concat()));
    let ca_file = |config: Config| match config.mail.way {
        Some(Way::Smtp(relay)) => relay.ca_file,
        other => panic!("{other:?}"),
    };
    let named = ca_file(with("ca_file = \"ca.pem\"\n").unwrap());
    assert_eq!(named.as_deref(), Some(Path::new("/srv/ca.pem")));
    assert_eq!(ca_file(with("").unwrap()), None);
}

#[test]
fn a_databases_password_is_not_shown() {
    let config = read(WHOLE).unwrap();
    let url = config.database.url().unwrap();
    assert_eq!(url.expose(), "postgres://portreeve:hunter2@db.example.com/portreeve");
    assert!(!format!("{config:?}").contains("hunter2"));
    for wrong in ["mysql://portreeve:hunter2@db.example.com", "Postgres://x:hunter2@y"] {
        let message = Database::parse(wrong, Path::new("")).unwrap_err();
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_database_is_found_by_path_url_or_file() {
    let folder = tempfile::tempdir().unwrap();
    let named_in = |content: &str| {
        std::fs::write(folder.path().join("url"), content).unwrap();
        Database::NamedIn(folder.path().join("url"))
    };
    let url = |database: Database| database.url().map(|url| url.expose().clone());
    let sqlite = |text: &str| url(Database::parse(text, Path::new("/srv")).unwrap()).unwrap();
    assert_eq!(sqlite("sqlite:a.db"), "sqlite:/srv/a.db");
    assert_eq!(sqlite("sqlite:///var/a.db"), "sqlite:/var/a.db");
    assert_eq!(sqlite("sqlite:/var/a.db"), "sqlite:/var/a.db");

    assert_eq!(url(named_in("postgresql://u@h/d\n")).unwrap(), "postgresql://u@h/d");
    let relative = format!("sqlite:{}/a.db", folder.path().display());
    assert_eq!(url(named_in("sqlite:a.db\n")).unwrap(), relative);

    let file = folder.path().join("url");
    let fault = url(named_in("hunter2\n")).unwrap_err();
    let expected = "expected \"sqlite:portreeve.db\" or \"postgres://user@host/database\"";
    assert_eq!(fault.to_string(), format!("{}:1: {expected}", file.display()));
    let fault = url(Database::NamedIn(folder.path().join("absent"))).unwrap_err();
    assert!(fault.message.starts_with("the database's URL cannot be read: "), "{fault}");
}

#[test]
fn a_file_that_is_not_there_is_a_fault() {
    let faults = Config::read(Path::new("/nowhere/portreeve.toml")).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(
        faults[0].to_string(),
        "/nowhere/portreeve.toml: the configuration cannot be read: No such file or directory (os error 2); name another with --config, or write one with \"portreeve init\""
    );
}

#[test]
fn what_init_writes_passes_the_check() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in init_files() {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let config = Config::read(&folder.path().join(FILE_NAME)).unwrap();
    let catalog = Catalog::load(&config).unwrap();
    assert_eq!(catalog.all_scopes().as_str(), "ships_read ships_write");
}

/// Every line `# key = value` of the template is what holds without it.
#[test]
fn the_template_tells_the_defaults() {
    let [(_, template), _] = init_files();
    let is_setting = |line: &str| {
        let name = line.strip_prefix("# ").and_then(|line| line.split_once(" = "));
        name.is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    };
    let settings = template.lines().filter(|line| is_setting(line)).count();
    let uncommented: Vec<&str> = template
        .lines()
        .map(|line| if is_setting(line) { line.trim_start_matches("# ") } else { line })
        .collect();
    assert_eq!(settings, 20);

    let mut silent = read(template).unwrap();
    let mut spoken = read(&uncommented.join("\n")).unwrap();
    // Only where the keys stand may differ.
    spoken.lines = silent.lines.clone();
    for (spoken, silent) in spoken.services.iter_mut().zip(&mut silent.services) {
        spoken.lines = silent.lines.clone();
        // What holds for a service whose dialect says nothing of tokens.
        silent.token.get_or_insert(token::DEFAULT);
        silent.token_ttl.get_or_insert(service::DEFAULT_TTL);
    }
    assert_eq!(spoken, silent);
    assert_eq!(silent.database, Database::Sqlite(PathBuf::from("/srv/portreeve.db")));
    assert_eq!(silent.master_key, MasterKeySource::File(PathBuf::from("/srv/master.key")));
}

mod mistakes;
