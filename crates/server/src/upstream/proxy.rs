//! Carrying a request to the API behind the gate and the answer back.
//!
//! Bodies stream in both directions with backpressure; nothing is held whole and
//! nothing is decided here. A request is sent once: it is repeated only when a
//! pooled connection turned out to be closed before a byte of it was written.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http::{Version, header};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use portreeve_core::refusal::Reason;

use crate::listen::PeerAddress;
use crate::patience::PatientBody;
use crate::upstream::hop_by_hop;
use crate::upstream::outgoing::{Outgoing, Passage};
use crate::upstream::tunnel;

/// How long an API may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until the TCP connection stands.
    pub connect: Duration,
    /// From the last piece of the request until the head of the answer.
    pub first_byte: Duration,
    /// How long a connection may lie silent: between two pieces of an answer, in
    /// a tunnel, or unused.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(60),
        }
    }
}

/// Why an address cannot be an upstream's.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The address is not of the expected form.
    #[error("write the upstream as http://host:port or https://host/path, found \"{0}\"")]
    Address(String),
    /// TLS cannot be set up at all.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

type Pool = Client<HttpsConnector<HttpConnector>, Outgoing>;

/// One API behind the gate, with its pool of connections. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Upstream {
    pool: Pool,
    /// Upgrades exist in HTTP/1.1 only, so they never go by HTTP/2.
    upgrade_pool: Pool,
    scheme: Scheme,
    authority: Authority,
    base_path: Box<str>,
    host: HeaderValue,
    timeouts: Timeouts,
    forwarded_proto: HeaderValue,
}

impl Upstream {
    /// The API at `base_url`: `http` or `https`, host, port, and a path that goes
    /// before every request's. HTTP/2 is spoken where `https` agrees on it (ALPN);
    /// certificates are checked against Mozilla's roots. Connects only on demand.
    ///
    /// # Errors
    /// When `base_url` has another scheme, a user, a query, or is no URL.
    pub fn new(base_url: &str, timeouts: Timeouts) -> Result<Self, UpstreamError> {
        let wrong = || UpstreamError::Address(base_url.to_owned());
        let parts = base_url.parse::<Uri>().map_err(|_| wrong())?.into_parts();
        let scheme = parts.scheme.ok_or_else(wrong)?;
        let authority = parts.authority.ok_or_else(wrong)?;
        let path = parts.path_and_query.unwrap_or(PathAndQuery::from_static("/"));
        let is_known = scheme == Scheme::HTTP || scheme == Scheme::HTTPS;
        if !is_known || authority.as_str().contains('@') || base_url.contains(['?', '#']) {
            return Err(wrong());
        }
        Ok(Self {
            pool: pool(timeouts, true)?,
            upgrade_pool: pool(timeouts, false)?,
            host: HeaderValue::from_str(authority.as_str()).map_err(|_| wrong())?,
            scheme,
            authority,
            base_path: path.path().trim_end_matches('/').into(),
            timeouts,
            forwarded_proto: HeaderValue::from_static("http"),
        })
    }

    /// Says `X-Forwarded-Proto: https` to the API in place of `http`: a proxy in front
    /// of Portreeve ends TLS.
    #[must_use]
    pub fn behind_https(mut self) -> Self {
        self.forwarded_proto = HeaderValue::from_static("https");
        self
    }

    /// Sends the request to `path_and_query` (below the base path) with the
    /// headers of `set` in place of any of the same name, and returns the answer
    /// as soon as its head is there. An upgrade to `websocket` that the API
    /// accepts (101) becomes a tunnel once the caller has the answer, and ends when
    /// `refused` is done; without it, a tunnel is at nobody's mercy but the two ends'.
    ///
    /// The body of an answer that breaks off ends in an error, never as if it
    /// were whole.
    ///
    /// # Errors
    /// [`Reason::UpstreamUnreachable`] when there is no connection or no HTTP
    /// answer, [`Reason::UpstreamSlow`] when its head does not come in time,
    /// [`Reason::RequestMalformed`] when the caller's body breaks off or the
    /// request cannot be forwarded (`CONNECT`, a path without `/`).
    pub async fn forward(
        &self,
        mut request: Request<Body>,
        path_and_query: &str,
        set: &[(HeaderName, HeaderValue)],
        refused: Option<BoxFuture<'static, ()>>,
    ) -> Result<Response<Body>, Reason> {
        let upgrade = hop_by_hop::asked_upgrade(request.version(), request.headers());
        let client = upgrade.is_some().then(|| hyper::upgrade::on(&mut request));
        let (mut parts, body) = request.into_parts();
        let uri = self.uri(&parts.method, path_and_query)?;
        self.rewrite(&mut parts, upgrade, set);
        let (body, passage) = Outgoing::new(body);
        let mut outgoing = Request::new(body);
        *outgoing.method_mut() = parts.method;
        *outgoing.uri_mut() = uri;
        *outgoing.headers_mut() = parts.headers;
        let pool = if client.is_some() { &self.upgrade_pool } else { &self.pool };
        let answer = self.answer(pool, outgoing, &passage).await?;
        let refused = refused.unwrap_or_else(|| pending().boxed());
        self.returned(answer, client.map(|client| (client, refused)))
    }

    fn uri(&self, method: &Method, path_and_query: &str) -> Result<Uri, Reason> {
        if method == Method::CONNECT || !path_and_query.starts_with('/') {
            return Err(Reason::RequestMalformed);
        }
        let target = if self.base_path.is_empty() {
            PathAndQuery::try_from(path_and_query)
        } else {
            PathAndQuery::try_from(format!("{}{path_and_query}", self.base_path))
        };
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target.map_err(|_| Reason::RequestMalformed)?)
            .build()
            .map_err(|_| Reason::RequestMalformed)
    }

    fn rewrite(
        &self,
        parts: &mut Parts,
        upgrade: Option<HeaderValue>,
        set: &[(HeaderName, HeaderValue)],
    ) {
        let headers = &mut parts.headers;
        hop_by_hop::strip_connection(headers);
        hop_by_hop::strip_identity(headers);
        // The token was for the gate.
        headers.remove(header::AUTHORIZATION);
        // We read the body whatever the API says, so there is nothing to expect.
        headers.remove(header::EXPECT);
        let named = parts.uri.authority();
        let named = named.and_then(|named| HeaderValue::from_str(named.as_str()).ok());
        let host = headers.insert(header::HOST, self.host.clone()).or(named);
        if let Some(host) = host {
            headers.insert("x-forwarded-host", host);
        }
        headers.insert("x-forwarded-proto", self.forwarded_proto.clone());
        if let Some(peer) = parts.extensions.get::<PeerAddress>()
            && let Ok(address) = HeaderValue::from_str(&peer.0.ip().to_string())
        {
            headers.insert("x-forwarded-for", address);
        }
        if let Some(protocol) = upgrade {
            insert_upgrade(headers, protocol);
        }
        for (name, value) in set {
            headers.insert(name, value.clone());
        }
    }

    async fn answer(
        &self,
        pool: &Pool,
        request: Request<Outgoing>,
        passage: &Arc<Passage>,
    ) -> Result<Response<Incoming>, Reason> {
        let mut answer = pin!(pool.request(request));
        loop {
            match tokio::time::timeout(self.timeouts.first_byte, &mut answer).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(_)) if passage.is_broken() => return Err(Reason::RequestMalformed),
                Ok(Err(error)) => {
                    tracing::warn!(upstream = %self.authority, %error, "no answer");
                    return Err(Reason::UpstreamUnreachable);
                }
                // A large upload may take longer than an answer.
                Err(_) if passage.has_moved() => {}
                Err(_) => return Err(Reason::UpstreamSlow),
            }
        }
    }

    fn returned(
        &self,
        mut answer: Response<Incoming>,
        client: Option<(OnUpgrade, BoxFuture<'static, ()>)>,
    ) -> Result<Response<Body>, Reason> {
        let upgrade = hop_by_hop::asked_upgrade(answer.version(), answer.headers());
        hop_by_hop::strip_connection(answer.headers_mut());
        hop_by_hop::strip_from_answer(answer.headers_mut());
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            // A 101 that nobody asked for, or to something else, is no answer.
            let (Some((client, refused)), Some(protocol)) = (client, upgrade) else {
                return Err(Reason::UpstreamUnreachable);
            };
            insert_upgrade(answer.headers_mut(), protocol);
            let api = hyper::upgrade::on(&mut answer);
            tunnel::join(client, api, self.timeouts.idle, refused);
            return Ok(answer.map(|_| Body::empty()));
        }
        // The answer goes out in the caller's version, not in the API's.
        *answer.version_mut() = Version::HTTP_11;
        let idle = self.timeouts.idle;
        Ok(answer.map(|body| Body::new(PatientBody::silent_for(body, idle))))
    }
}

fn insert_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, protocol);
}

fn pool(timeouts: Timeouts, with_http2: bool) -> Result<Pool, UpstreamError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(timeouts.connect));
    let tls = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::aws_lc_rs::default_provider())?
        .https_or_http();
    let connector = if with_http2 {
        tls.enable_all_versions().wrap_connector(tcp)
    } else {
        tls.enable_http1().wrap_connector(tcp)
    };
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(timeouts.idle)
        .pool_max_idle_per_host(256)
        .build(connector))
}

#[cfg(test)]
mod tests;
