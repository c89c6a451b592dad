//! What happens to a request before the router sees it and after it fails:
//! HTTP's own rules about `Host`, the peer's address, a limit on slow bodies,
//! and a 500 in place of a panic.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::future::RouteFuture;
use futures_util::FutureExt;
use futures_util::future::{CatchUnwind, Either, Map, Ready};
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use http_body::Body as _;
use hyper::body::Incoming;
use portreeve_core::refusal::Reason;

use crate::listen::activity::{Activity, Answered, Open};
use crate::listen::{Limits, PeerAddress};
use crate::patience::PatientBody;

/// One connection's way into the router.
pub(crate) struct Door {
    router: Router,
    peer: PeerAddress,
    body_read: Duration,
    body_bytes_per_second: u32,
    activity: Arc<Activity>,
}

impl Door {
    /// A door for the connection from `peer`. `activity` hears of every request.
    pub(crate) const fn new(
        router: Router,
        peer: PeerAddress,
        limits: &Limits,
        activity: Arc<Activity>,
    ) -> Self {
        let (body_read, body_bytes_per_second) = (limits.body_read, limits.body_bytes_per_second);
        Self { router, peer, body_read, body_bytes_per_second, activity }
    }

    fn patient(&self, body: Incoming) -> Body {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(PatientBody::at_least(body, self.body_bytes_per_second, self.body_read))
    }
}

type Outcome = Result<Response<Body>, Infallible>;
type Caught = Result<Outcome, Box<dyn Any + Send>>;
type Routed = CatchUnwind<AssertUnwindSafe<RouteFuture<Infallible>>>;
type Way = Either<Ready<Outcome>, Map<Routed, fn(Caught) -> Outcome>>;

/// A request on its way, open until its answer is through.
pub(crate) struct Answer {
    way: Way,
    open: Option<Open>,
    version: Version,
}

impl Future for Answer {
    type Output = Result<Response<Answered>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(response) = ready!(Pin::new(&mut self.way).poll(cx));
        let (open, version) = (self.open.take(), self.version);
        Poll::Ready(Ok(response.map(|body| Answered::new(body, open, version))))
    }
}

impl hyper::service::Service<Request<Incoming>> for Door {
    type Response = Response<Answered>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, request: Request<Incoming>) -> Answer {
        let (open, version) = (Some(self.activity.begin()), request.version());
        Answer { way: self.way(request), open, version }
    }
}

impl Door {
    fn way(&self, request: Request<Incoming>) -> Way {
        if !is_host_sound(&request) {
            return Either::Left(futures_util::future::ready(Ok(malformed(request.version()))));
        }
        let mut request = request.map(|body| self.patient(body));
        request.extensions_mut().insert(self.peer);
        let routed = tower::Service::call(&mut self.router.clone(), request);
        // The router holds no state that a half-done handler could leave broken:
        // shared state is behind atomics, or locks that survive poisoning.
        let routed = AssertUnwindSafe(routed).catch_unwind();
        Either::Right(routed.map(or_server_error as fn(Caught) -> Outcome))
    }
}

/// RFC 9112 §3.2: exactly one `Host` of a plausible form on HTTP/1.1, and never
/// two that differ. A target in absolute form (RFC 9112 §3.2.2) and `:authority`
/// (RFC 9113 §8.3.1) must name the same host: whoever reads the other one than
/// we do would be talking about another place.
fn is_host_sound<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let authority = request.uri().authority();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() != Version::HTTP_11,
        (Some(_), Some(_)) => false,
        (Some(host), None) => {
            is_host(host.as_bytes())
                && authority.is_none_or(|named| {
                    host.as_bytes().eq_ignore_ascii_case(named.as_str().as_bytes())
                })
        }
    }
}

/// RFC 9110 §7.2 and RFC 3986 §3.2.2, as far as one look at each byte tells.
fn is_host(text: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+;=".contains(byte);
    !text.is_empty() && text.iter().all(fits)
}

fn or_server_error(caught: Caught) -> Outcome {
    caught.unwrap_or_else(|_| {
        // The panic hook has printed where; what it held may be a secret.
        tracing::error!("a request panicked and was answered with 500");
        Ok(plain(Reason::ServerError))
    })
}

fn malformed(version: Version) -> Response<Body> {
    let mut response = plain(Reason::RequestMalformed);
    if version != Version::HTTP_2 {
        // What follows on this connection cannot be trusted either.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A refusal before any dialect is known: RFC 6749 §5.2's shape. Codes and public
/// texts hold no character that JSON escapes (the refusal table tests that).
fn plain(reason: Reason) -> Response<Body> {
    let row = reason.row();
    let text = format!(r#"{{"error":"{}","error_description":"{}"}}"#, row.code.as_str(), row.text);
    let mut response = Response::new(Body::from(text));
    *response.status_mut() =
        StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(version: Version, uri: &str, hosts: &[&str], sound: bool) {
        let mut request = Request::builder().version(version).uri(uri);
        for host in hosts {
            request = request.header("host", *host);
        }
        let request = request.body(()).unwrap();
        assert_eq!(is_host_sound(&request), sound, "{version:?} {uri} {hosts:?}");
    }

    #[test]
    fn one_host_of_a_plausible_form() {
        let (one, zero, two) = (Version::HTTP_11, Version::HTTP_10, Version::HTTP_2);
        check(one, "/", &["a.example:8080"], true);
        check(one, "/", &["[::1]:80"], true);
        check(one, "/", &[], false);
        check(one, "/", &[""], false);
        check(one, "/", &["a.example", "a.example"], false);
        check(one, "/", &["a.example, b.example"], false);
        check(one, "/", &["user@a.example"], false);
        check(one, "/", &["a.example/path"], false);
        check(one, "http://A.example/", &["a.example"], true);
        check(one, "http://a.example/", &["b.example"], false);
        check(zero, "/", &[], true);
        check(zero, "/", &["a.example", "b.example"], false);
        check(two, "http://a.example/", &[], true);
        check(two, "http://a.example/", &["b.example"], false);
    }
}
