//! `[mail]`: who writes the mails, and how they leave.

use std::path::{Path, PathBuf};

use portreeve_core::org::member::check_email;
use portreeve_core::org::organization::check_name;

use crate::config::section::{Section, path_in};
use crate::config::url;

/// How mails leave. Without the section none do, and the pages say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailConfig {
    /// Who writes them; there whenever `way` is.
    pub from: Option<From>,
    /// Where they go.
    pub way: Option<Way>,
}

/// Who a mail is from: `Tidewright <id@tidewright.example>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// What people see, if not the address.
    pub name: Option<String>,
    /// The address, ASCII and lower-case.
    pub address: String,
}

/// Where mails go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Each is a file in this folder.
    Folder(PathBuf),
    /// To a relay.
    Smtp(Smtp),
}

/// A relay that takes our mails (RFC 6409).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// A name or an address; one of IPv6 is in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// When TLS begins.
    pub tls: Tls,
    /// As whom we sign in there, and where the password is.
    pub user: Option<(String, Password)>,
    /// Certificates (PEM) of authorities that are trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
}

/// When TLS begins on a connection to a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// At once (RFC 8314 §3.3).
    AtOnce,
    /// After STARTTLS, without which nothing is sent (RFC 3207).
    AfterStartTls,
    /// Never: the relay is this machine.
    Never,
}

/// Where a relay's password is. It is read when the server starts, so that a check does
/// not need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// A file whose one line it is, such as a container's secret.
    File(PathBuf),
    /// The name of an environment variable.
    Variable(String),
}

impl MailConfig {
    pub(super) fn read(section: &mut Section<'_, '_>, folder: &Path) -> Self {
        let from = section.text("from", from);
        let relay = section.text("smtp", relay);
        let starttls = section.text("starttls", starttls);
        let file = section.text("smtp_password_file", path_in(folder)).map(Password::File);
        let variable = section.text("smtp_password_env", variable).map(Password::Variable);
        let ca_file = section.text("ca_file", path_in(folder));
        let into = section.text("folder", path_in(folder));
        if section.is_absent() {
            return Self::default();
        }
        check(section);
        let smtp = relay.and_then(|relay| relay.complete(section, starttls, file.or(variable)));
        let smtp = smtp.map(|smtp| Smtp { ca_file, ..smtp });
        Self { from, way: smtp.map(Way::Smtp).or(into.map(Way::Folder)) }
    }
}

/// What holds between the keys.
fn check(section: &mut Section<'_, '_>) {
    if !section.has("from") {
        section.missing("from", "Tidewright <id@tidewright.example>");
    }
    if section.has("smtp") == section.has("folder") {
        section.fault_of_all(
            "expected exactly one of smtp = \"smtps://user@mail.example.com\" and folder = \"mail\"",
        );
    }
    if section.has("smtp_password_file") && section.has("smtp_password_env") {
        section.fault("smtp_password_env", "expected either this or smtp_password_file, not both");
    }
    for key in ["starttls", "smtp_password_file", "smtp_password_env", "ca_file"] {
        if section.has(key) && !section.has("smtp") {
            section.fault(key, "there is no smtp for it");
        }
    }
}

/// A relay's URL, taken apart.
struct Relay {
    is_tls: bool,
    user: Option<String>,
    host: String,
    port: u16,
    is_loopback: bool,
}

impl Relay {
    fn complete(
        self,
        section: &mut Section<'_, '_>,
        starttls: Option<bool>,
        password: Option<Password>,
    ) -> Option<Smtp> {
        if self.is_tls && starttls.is_some() {
            section.fault("starttls", "smtps:// begins with TLS: leave this out");
        }
        if !self.is_tls && starttls == Some(false) && !self.is_loopback {
            section.fault(
                "starttls",
                "\"never\" is for a relay on this machine; on the way to another, anybody could read the links to new passwords",
            );
        }
        let has_password = section.has("smtp_password_file") || section.has("smtp_password_env");
        match (&self.user, has_password) {
            (Some(_), false) => section.fault(
                "smtp",
                "it names a user: write smtp_password_file = \"/run/secrets/smtp\", or smtp_password_env = \"PORTREEVE_SMTP_PASSWORD\"",
            ),
            (None, true) => section.fault(
                "smtp",
                "there is a password, and no user for it: write \"smtps://user@mail.example.com\"",
            ),
            _ => {}
        }
        let tls = match (self.is_tls, starttls) {
            (true, _) => Tls::AtOnce,
            (false, Some(false)) => Tls::Never,
            (false, _) => Tls::AfterStartTls,
        };
        if tls == Tls::Never && section.has("ca_file") {
            section.fault("ca_file", "there is no TLS in which a certificate could be shown");
        }
        let user = self.user.zip(password);
        Some(Smtp { host: self.host, port: self.port, tls, user, ca_file: None })
    }
}

fn from(text: &str) -> Result<From, String> {
    let wrong = || {
        "expected an address such as \"id@tidewright.example\" or \"Tidewright <id@tidewright.example>\"".to_owned()
    };
    let (name, address) = match text.trim().strip_suffix('>') {
        Some(named) => named.split_once('<').ok_or_else(wrong)?,
        None => ("", text),
    };
    let name = name.trim();
    // As RFC 5322 §3.4 quotes it.
    let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    let name = quoted.unwrap_or(name);
    let address = check_email(address).ok_or_else(wrong)?;
    if name.is_empty() {
        return Ok(From { name: None, address });
    }
    let name = check_name(name).filter(|name| !name.contains(['"', '\\', '<', '>']));
    Ok(From { name: Some(name.ok_or_else(wrong)?), address })
}

/// The text is not repeated in a message: it may hold a password.
fn relay(text: &str) -> Result<Relay, String> {
    let wrong = |what: &str| {
        Err(format!(
            "expected a URL such as \"smtps://user@mail.example.com:465\" or \"smtp://mail.example.com:587\"; {what}"
        ))
    };
    let (is_tls, rest) = match (text.strip_prefix("smtps://"), text.strip_prefix("smtp://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        _ => return wrong("it does not begin with smtps:// or smtp://"),
    };
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return wrong(
            "the password does not belong here: write smtp_password_file or smtp_password_env",
        );
    }
    let user = match user.map(decoded) {
        None => None,
        Some(Some(user)) if !user.is_empty() => Some(user),
        Some(_) => {
            return wrong("its user is empty, or has characters that must be written as %40");
        }
    };
    let at = match url::read(&format!("http://{place}")) {
        Ok(at) if at.path.is_empty() && !place.ends_with('/') => at,
        Ok(_) => return wrong("it has a path: leave that out"),
        Err(what) => return wrong(what),
    };
    let port = place.strip_prefix(&*at.host).and_then(|port| port.strip_prefix(':'));
    let usual = if is_tls { 465 } else { 587 };
    let port = port.and_then(|port| port.parse().ok()).unwrap_or(usual);
    let is_loopback = at.is_loopback();
    Ok(Relay { is_tls, user, host: at.host, port, is_loopback })
}

/// True: STARTTLS before anything else.
fn starttls(word: &str) -> Result<bool, String> {
    match word {
        "always" => Ok(true),
        "never" => Ok(false),
        _ => Err(format!("expected \"always\" or \"never\", found {word:?}")),
    }
}

fn variable(name: &str) -> Result<String, String> {
    let is_name = crate::config::master_key::is_variable_name(name);
    is_name.then(|| name.to_owned()).ok_or_else(|| {
        "expected the name of an environment variable, such as \"PORTREEVE_SMTP_PASSWORD\"; the password itself does not belong here".to_owned()
    })
}

/// A user as it stands in a URL (RFC 3986 §3.2.1): printable ASCII, `%40` for `@`.
fn decoded(user: &str) -> Option<String> {
    let mut bytes = user.bytes();
    let mut plain = String::with_capacity(user.len());
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let pair = [bytes.next()?, bytes.next()?];
                let digits = pair.map(|digit| char::from(digit).to_digit(16));
                let [Some(high), Some(low)] = digits else { return None };
                u8::try_from(high * 16 + low).ok()?
            }
            b'@' | b'/' => return None,
            byte => byte,
        };
        if !byte.is_ascii_graphic() {
            return None;
        }
        plain.push(char::from(byte));
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relays_are_taken_apart() {
        for (text, is_tls, user, host, port, is_loopback) in [
            ("smtps://mail.example.com", true, None, "mail.example.com", 465, false),
            ("smtp://mail.example.com", false, None, "mail.example.com", 587, false),
            ("smtp://[::1]:25", false, None, "[::1]", 25, true),
            ("smtp://localhost:1025", false, None, "localhost", 1025, true),
            (
                "smtps://id%40a.example@m.example:99",
                true,
                Some("id@a.example"),
                "m.example",
                99,
                false,
            ),
            ("smtps://a+b@m.example", true, Some("a+b"), "m.example", 465, false),
        ] {
            let found = relay(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            assert_eq!((found.is_tls, found.user.as_deref()), (is_tls, user), "{text}");
            assert_eq!((&*found.host, found.port), (host, port), "{text}");
            assert_eq!(found.is_loopback, is_loopback, "{text}");
        }
        for text in
            ["smtp://a:hunter2@m.example", "smtps://a:hunter2@", "hunter2", "smtp://h%unter2@m"]
        {
            let fault = relay(text).err().unwrap_or_else(|| panic!("{text}"));
            assert!(!fault.contains("unter2"), "{fault}");
        }
    }

    #[test]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        let read = |text| from(text).map(|from| (from.name.unwrap_or_default(), from.address));
        let is = |name: &str, address: &str| Ok((name.to_owned(), address.to_owned()));
        assert_eq!(read("id@tidewright.example"), is("", "id@tidewright.example"));
        assert_eq!(read("<ID@tidewright.example>"), is("", "id@tidewright.example"));
        assert_eq!(read(" Tide <id@t.example> "), is("Tide", "id@t.example"));
        assert_eq!(read("\"Løn, Inc.\" <id@t.example>"), is("Løn, Inc.", "id@t.example"));
        for wrong in [
            "",
            "Tide",
            "Tide <id>",
            "Tide <a@b>>",
            "a\nb <a@b.c>",
            "<<a@b.c>",
            "\"a\" b\" <a@b.c>",
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}: {:?}", read(wrong));
        }
    }
}
