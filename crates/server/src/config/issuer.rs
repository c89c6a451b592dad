//! `issuer`: by what name tokens and metadata know this server.

use std::fmt;

use crate::config::url;

/// The issuer identifier (RFC 8414 §2): an `https` URL without path, query and
/// fragment; `http` only on this machine. (RFC 8414 would allow a path; every address
/// that we advertise would then depend on what a proxy cuts off.) Compared exactly, so it is kept as
/// it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: Box<str>,
    is_https: bool,
}

impl Issuer {
    /// Reads an issuer.
    ///
    /// # Errors
    /// What was expected and what is wrong, in one sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            |what: &str| format!("expected a URL such as \"https://id.example.com\"; {what}");
        let url = url::read(text).map_err(wrong)?;
        if text.ends_with('/') {
            return Err(wrong("it ends with a slash: leave that out"));
        }
        if !url.path.is_empty() {
            return Err(wrong("it has a path: give this server a host name of its own"));
        }
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(wrong("it has capital letters: write them small"));
        }
        if !url.is_https && !url.is_loopback() {
            return Err(wrong(
                "it has http and a host that is not this machine: write https, which a proxy in front ends",
            ));
        }
        Ok(Self { text: text.into(), is_https: url.is_https })
    }

    /// The issuer as it stands in `iss`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True when callers reach this server by TLS, which a proxy in front ends.
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// The address of a path of this server; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
