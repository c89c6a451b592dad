//! How a source of tokens is described, and what can be wrong with that.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};

use crate::cache::{Cache, Purpose};
use crate::clock;
use crate::exchange::Exchange;
use crate::form;
use crate::source::TokenSource;

/// How long an answer may take unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Describes a [`TokenSource`]; begun with [`TokenSource::builder`].
#[derive(Clone)]
#[must_use]
pub struct Builder {
    token_url: String,
    client_id: String,
    client_secret: String,
    scope: Option<String>,
    audience: Option<String>,
    secret_in_form: bool,
    plain_http: bool,
    cache_file: Option<PathBuf>,
    timeout: Duration,
}

/// What is wrong with the description of a source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The token URL is no URL that can be called.
    #[error(
        "the token URL cannot be called: it looks like https://login.example.com/oauth2/token, \
         without user name or password"
    )]
    Url,
    /// The secret would travel in the clear.
    #[error(
        "{0} would send the secret in the clear: use https, or call allow_plain_http if this \
         network is yours alone"
    )]
    PlainHttp(String),
    /// Id or secret are empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The folder of the cache file is not there.
    #[error("the token cannot be kept in {0}: there is no such folder")]
    CacheFolder(PathBuf),
    /// The TLS library refused to start.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
}

impl Builder {
    pub(crate) fn new(token_url: &str, client_id: &str, client_secret: &str) -> Self {
        Self {
            token_url: token_url.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            scope: None,
            audience: None,
            secret_in_form: false,
            plain_http: false,
            cache_file: None,
            timeout: TIMEOUT,
        }
    }

    /// The scopes to ask for, separated by one space (RFC 6749 §3.3). Without this,
    /// the server grants what it grants by default.
    pub fn scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.to_owned());
        self
    }

    /// The API that the token is for, sent as `audience`.
    pub fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(audience.to_owned());
        self
    }

    /// Sends id and secret in the form and not as `Authorization: Basic` (RFC 6749
    /// §2.3.1), for servers that read them only there.
    pub fn secret_in_form(mut self) -> Self {
        self.secret_in_form = true;
        self
    }

    /// Allows a token URL with `http://` that is not on this machine. Whoever sees
    /// that traffic has the secret.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Keeps the token in this file too, readable by this user only, so that the
    /// program's next run can use it. The folder must be there. One file serves one
    /// client and scope: whoever asks for something else overwrites it. A file that
    /// cannot be read or written is no error: the token is then asked for anew.
    pub fn cache_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_file = Some(path.into());
        self
    }

    /// How long the server may take for a whole answer; 10 seconds unless set.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The source. Nothing is sent yet.
    ///
    /// # Errors
    /// [`BuildError`] says what to mend.
    pub fn build(self) -> Result<TokenSource, BuildError> {
        let uri = self.checked_url()?;
        for (text, name) in
            [(&self.client_id, "the client id"), (&self.client_secret, "the client secret")]
        {
            if text.is_empty() {
                return Err(BuildError::Empty(name));
            }
        }
        let basic = self.basic();
        let secret =
            [self.client_secret.clone(), form::encoded(&self.client_secret), basic.clone()];
        let authorization = if self.secret_in_form { None } else { Some(sensitive(&basic)?) };
        let exchange = Exchange::new(uri, authorization, self.form(), self.timeout)
            .map_err(BuildError::Tls)?;
        let cache = self.cache()?;
        Ok(TokenSource::new(exchange, cache, secret.into(), clock::system()))
    }

    fn checked_url(&self) -> Result<Uri, BuildError> {
        let uri: Uri = self.token_url.parse().map_err(|_| BuildError::Url)?;
        let authority = uri.authority().ok_or(BuildError::Url)?;
        // Errors name the URL, so a password in it would end up in logs.
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(BuildError::Url);
        }
        match uri.scheme_str() {
            Some("https") => Ok(uri),
            Some("http") if self.plain_http || is_loopback(authority.host()) => Ok(uri),
            Some("http") => Err(BuildError::PlainHttp(self.token_url.clone())),
            _ => Err(BuildError::Url),
        }
    }

    /// RFC 6749 §2.3.1: each form-encoded, then joined, then base64.
    fn basic(&self) -> String {
        let pair =
            format!("{}:{}", form::encoded(&self.client_id), form::encoded(&self.client_secret));
        BASE64_STANDARD.encode(pair)
    }

    fn form(&self) -> String {
        let mut text = String::new();
        form::append(&mut text, "grant_type", "client_credentials");
        if self.secret_in_form {
            form::append(&mut text, "client_id", &self.client_id);
            form::append(&mut text, "client_secret", &self.client_secret);
        }
        for (name, value) in [("scope", &self.scope), ("audience", &self.audience)] {
            if let Some(value) = value {
                form::append(&mut text, name, value);
            }
        }
        text
    }

    fn cache(self) -> Result<Option<Cache>, BuildError> {
        let Some(path) = self.cache_file else { return Ok(None) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if path.file_name().is_none() || folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(BuildError::CacheFolder(path));
        }
        let purpose = Purpose {
            token_url: self.token_url,
            client_id: self.client_id,
            scope: self.scope,
            audience: self.audience,
        };
        Ok(Some(Cache::new(path, purpose)))
    }
}

fn sensitive(basic: &str) -> Result<HeaderValue, BuildError> {
    // Base64 always fits a header.
    let mut value = HeaderValue::try_from(format!("Basic {basic}")).map_err(|_| BuildError::Url)?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(url: &str) -> Option<BuildError> {
        Builder::new(url, "id", "secret").build().err()
    }

    #[test]
    fn the_secret_does_not_travel_in_the_clear() {
        for good in [
            "https://login.example.com/oauth2/token",
            "http://127.0.0.1:8080/oauth2/token",
            "http://[::1]:8080/oauth2/token",
            "http://localhost/oauth2/token",
        ] {
            assert_eq!(build(good), None, "{good}");
        }
        for plain in ["http://login.example.com/t", "http://127.0.0.1.example.com/t"] {
            assert_eq!(build(plain), Some(BuildError::PlainHttp(plain.into())));
            assert!(Builder::new(plain, "id", "secret").allow_plain_http().build().is_ok());
        }
        for wrong in
            ["", "login.example.com", "/t", "ftp://example.com/t", "https://id:pw@example.com/t"]
        {
            assert_eq!(build(wrong), Some(BuildError::Url), "{wrong}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let empty = Builder::new("https://example.com/t", "id", "").build().err();
        assert_eq!(empty, Some(BuildError::Empty("the client secret")));
        let nowhere =
            Builder::new("https://example.com/t", "id", "s").cache_file("/no/such/t.json");
        assert!(matches!(nowhere.build(), Err(BuildError::CacheFolder(_))));
    }

    #[test]
    fn id_and_secret_are_encoded_before_base64() {
        let builder = Builder::new("https://example.com/t", "a:b", "s/e c%");
        assert_eq!(BASE64_STANDARD.decode(builder.basic()).unwrap(), b"a%3Ab:s%2Fe+c%25");
        assert!(sensitive(&builder.basic()).unwrap().is_sensitive());
        assert_eq!(
            builder.secret_in_form().scope("x y").form(),
            "grant_type=client_credentials&client_id=a%3Ab&client_secret=s%2Fe+c%25&scope=x+y"
        );
    }
}
