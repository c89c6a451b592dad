//! Small documents over HTTP/1.1 and TLS. The client crate has its like; neither
//! may import the other, and a floor below knows no I/O.

use std::error::Error as StdError;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::aws_lc_rs;

/// How long an answer may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// How long an idle connection is kept: shorter than servers keep theirs.
const IDLE: Duration = Duration::from_secs(20);

/// Connections to the authorization server.
pub(crate) struct Fetch {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    plain_http: bool,
}

/// An answer, whole.
pub(crate) struct Fetched {
    pub(crate) status: u16,
    /// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1), in seconds.
    pub(crate) max_age: Option<u64>,
    pub(crate) body: Bytes,
}

impl Fetch {
    /// `plain_http` allows `http://` also beyond this machine. The error is the TLS
    /// library's own words.
    pub(crate) fn new(plain_http: bool) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(aws_lc_rs::default_provider())
            .map_err(|error| error.to_string())?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self { client, plain_http })
    }

    /// A URL that may be called: `https`, or `http` on this machine or where allowed.
    /// The error says what is wrong with it.
    pub(crate) fn url(&self, text: &str) -> Result<Uri, String> {
        let wrong = || format!("\"{text}\" is no URL that can be called");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        match uri.scheme_str() {
            Some("https") => Ok(uri),
            Some("http") if self.plain_http || is_loopback(host) => Ok(uri),
            Some("http") => Err(format!(
                "{text} could be forged on the way: use https, or call allow_plain_http if this \
                 network is yours alone"
            )),
            _ => Err(wrong()),
        }
    }

    /// Reads a document. The error is the network's reason; redirects are not followed.
    pub(crate) async fn read(&self, uri: &Uri) -> Result<Fetched, String> {
        let request = Request::get(uri.clone()).body(Full::default());
        self.send(request.map_err(|error| error.to_string())?).await
    }

    /// Posts a form. The error is the network's reason; redirects are not followed.
    pub(crate) async fn post(
        &self,
        uri: &Uri,
        authorization: &HeaderValue,
        form: String,
    ) -> Result<Fetched, String> {
        let request = Request::post(uri.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, authorization)
            .body(Full::new(form.into()));
        self.send(request.map_err(|error| error.to_string())?).await
    }

    async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<Fetched, String> {
        let accept = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::ACCEPT, accept);
        let answer = async {
            let response = self.client.request(request).await.map_err(|error| causes(&error))?;
            let control = response.headers().get(header::CACHE_CONTROL);
            let max_age = control.and_then(|value| max_age(value.to_str().ok()?));
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), LONGEST).collect().await;
            let body = body.map_err(|error| causes(&*error))?.to_bytes();
            Ok(Fetched { status, max_age, body })
        };
        let late = |_| format!("no answer within {} s", TIMEOUT.as_secs());
        tokio::time::timeout(TIMEOUT, answer).await.map_err(late)?
    }
}

/// The text, form-encoded (RFC 6749 Appendix B).
pub(crate) fn form_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn max_age(control: &str) -> Option<u64> {
    control.split(',').find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// An error and what lies beneath it: the network's reason stands last.
fn causes(error: &dyn StdError) -> String {
    let mut told = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        beneath = cause.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_where_nobody_forges_them() {
        let fetch = Fetch::new(false).unwrap();
        for good in ["https://login.example.com", "http://127.0.0.1:8080/a", "http://[::1]/"] {
            assert!(fetch.url(good).is_ok(), "{good}");
        }
        for bad in ["http://login.example.com", "/jwks", "", "file:///etc/passwd", "ftp://a/b"] {
            assert!(fetch.url(bad).is_err(), "{bad}");
        }
        assert!(Fetch::new(true).unwrap().url("http://login.example.com").is_ok());
    }

    #[test]
    fn max_age_is_found_among_other_words() {
        assert_eq!(max_age("public, max-age=300"), Some(300));
        assert_eq!(max_age("max-age=0, must-revalidate"), Some(0));
        assert_eq!(max_age("no-store"), None);
        assert_eq!(max_age("s-maxage=5"), None);
    }

    #[test]
    fn what_is_no_plain_letter_is_escaped() {
        assert_eq!(form_encoded("a.b-c_d*+/ é"), "a.b-c_d*%2B%2F%20%C3%A9");
    }
}
