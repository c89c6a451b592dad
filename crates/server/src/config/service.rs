//! `[[service]]`, or a file of the folder `services`: one API of the vendor each.

use std::path::{Path, PathBuf};

use portreeve_core::dialect::issue::LONGEST_LIFE;
use portreeve_core::service::Service;
use portreeve_core::time::Ttl;
use portreeve_core::token::format::TokenFormat;
use portreeve_core::token::record::Audience;

use crate::config::fault::{ConfigFault, Lines};
use crate::config::section::{Section, path_in};
use crate::config::{token, url};

/// The first segments of Portreeve's own paths, which no service may cover.
pub const OWN_SEGMENTS: [&str; 10] = [
    "oauth2",
    ".well-known",
    "healthz",
    "readyz",
    "metrics",
    "connect",
    "sign-in",
    "sign-out",
    "connections",
    "assets",
];

/// How long access tokens live for which neither service nor dialect says anything.
pub const DEFAULT_TTL: Ttl = Ttl::from_hours(1);

/// One API, as it is configured. Nothing of it has been looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// A short name, unique among the services.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its OpenAPI document.
    pub openapi: PathBuf,
    /// An `http` or `https` URL; its path, if any, goes before every request's.
    pub upstream: String,
    /// Where it is mounted: `/api/vessel`, without a trailing slash.
    pub path: String,
    /// What tokens must be for.
    pub audience: Audience,
    /// The name of its dialect.
    pub dialect: String,
    /// What its access tokens look like; if nothing is said, as its dialect has it.
    pub token: Option<TokenFormat>,
    /// How long its access tokens live; if nothing is said, as its dialect has it.
    pub token_ttl: Option<Ttl>,
    /// The file in which it stands.
    pub file: PathBuf,
    /// Where its keys stand in the file.
    pub lines: Lines,
}

impl ServiceConfig {
    pub(super) fn read(section: &mut Section<'_, '_>, folder: &Path) -> Option<Self> {
        let lives = Ttl::from_seconds(1)..=LONGEST_LIFE;
        // Every key is asked for before the first `?`, so that every mistake shows.
        let name = section.required_text("name", "vessel", name);
        let title = section.required_text("title", "Vessels", title);
        let openapi = section.required_text("openapi", "vessel.yaml", path_in(folder));
        let upstream = section.required_text("upstream", "http://127.0.0.1:9001", upstream);
        let path = section.required_text("path", "/api/vessel", path);
        let audience = section.required_text("audience", "https://api.example.com", audience);
        let dialect = section.text("dialect", |name| Ok(name.to_owned()));
        let token = section.section("token", token::read);
        let has_ttl = section.has("token_ttl");
        let token_ttl = section.duration("token_ttl", DEFAULT_TTL, &lives);
        Some(Self {
            name: name?,
            title: title?,
            openapi: openapi?,
            upstream: upstream?,
            path: path?,
            audience: audience?,
            dialect: dialect.unwrap_or_else(|| "standard".to_owned()),
            token,
            token_ttl: has_ttl.then_some(token_ttl),
            file: section.file().to_owned(),
            lines: section.lines(),
        })
    }

    /// A mistake that shows later, at one of its keys.
    pub fn fault(&self, key: &str, message: String) -> ConfigFault {
        ConfigFault { file: self.file.clone(), line: self.lines.of(key), message }
    }
}

fn name(text: &str) -> Result<String, String> {
    Service::is_name(text).then(|| text.to_owned()).ok_or_else(|| Service::NAMES.to_owned())
}

fn title(text: &str) -> Result<String, String> {
    let fits = !text.trim().is_empty() && text.len() <= 100 && !text.contains(char::is_control);
    let expected = "expected what people call the API, in one line of at most 100 bytes";
    fits.then(|| text.to_owned()).ok_or_else(|| expected.to_owned())
}

fn upstream(text: &str) -> Result<String, String> {
    let wrong = |what| format!("expected a URL such as \"http://127.0.0.1:9001\"; {what}");
    url::read(text).map(|_| text.to_owned()).map_err(wrong)
}

fn path(text: &str) -> Result<String, String> {
    if !url::is_plain_path(text) {
        return Err(
            "expected a path such as \"/api/vessel\": a leading slash and no trailing one, \
             segments of letters, digits, \"-\", \"_\", \".\", \"~\""
                .to_owned(),
        );
    }
    let first = text.split('/').nth(1).unwrap_or_default();
    if OWN_SEGMENTS.contains(&first) {
        return Err(format!(
            "\"/{first}\" is Portreeve's own; choose another, such as \"/api/vessel\""
        ));
    }
    Ok(text.to_owned())
}

/// An absolute URI without fragment (RFC 8707 §2).
fn audience(text: &str) -> Result<Audience, String> {
    let scheme_byte = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    let is_absolute = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(scheme_byte)
            && !rest.is_empty()
    });
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"\\<>^`{|}#".contains(&b);
    if is_absolute && text.len() <= 255 && text.bytes().all(plain) {
        return Ok(Audience::new(text));
    }
    Err("expected an absolute URI such as \"https://api.example.com\", without \"#\", at most 255 characters".to_owned())
}
