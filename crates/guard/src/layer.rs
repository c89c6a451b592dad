//! The guard as a layer before any tower service: axum's router, or another.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use portreeve_core::dialect::address::Address;
use portreeve_core::dialect::refusals::Around;
use portreeve_core::http_message::Reply;
use portreeve_core::refusal::{Reason, Refusal};
use tower_layer::Layer;
use tower_service::Service;

use crate::guard::{Call, Guard, Rules};

/// A service behind a [`Guard`].
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    guard: Guard,
    inner: S,
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { guard: self.clone(), inner }
    }
}

impl<S, B, R> Service<Request<B>> for Guarded<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: From<Bytes>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let guard = self.guard.clone();
        // The one that was asked whether it is ready must be the one that is called.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        Box::pin(async move {
            match guard.0.decide(Call::of(&request)).await {
                Ok(caller) => {
                    if let Some(caller) = caller {
                        request.extensions_mut().insert(caller);
                    }
                    inner.call(request).await
                }
                Err(refusal) => Ok(refuse(&guard.0, Call::of(&request), &refusal)),
            }
        })
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("issuer", &self.0.issuer)
            .field("audience", &self.0.audience)
            .finish_non_exhaustive()
    }
}

/// The refusal as the gate would answer it: RFC 6750 §3 unless the dialect differs.
fn refuse<R: From<Bytes>>(rules: &Rules, call: Call<'_>, refusal: &Refusal) -> Response<R> {
    tracing::debug!(%refusal, "a call was refused");
    let table = &rules.dialect.resource.refusals;
    let scope = refusal.about.as_deref().filter(|_| refusal.reason == Reason::ScopeInsufficient);
    let allow = match refusal.reason {
        Reason::OperationMethod => rules.allowed_methods(call),
        _ => String::new(),
    };
    let around = Around {
        request_id: request_id(call),
        address: address(rules, call),
        unix_ms: rules.clock.now().as_unix().saturating_mul(1000),
        scope,
        allow: &allow,
    };
    response(table.write(refusal, &around))
}

/// How the call was addressed. The scheme is the issuer's: what stands before the API
/// may speak another with it.
fn address<'c>(rules: &'c Rules, call: Call<'c>) -> Address<'c> {
    let named = call.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
    let authority = call.uri.authority().map(http::uri::Authority::as_str).or(named);
    Address {
        method: call.method.as_str(),
        scheme: rules.issuer.split_once("://").map_or("https", |(scheme, _)| scheme),
        authority: authority.unwrap_or_default(),
        path: call.uri.path(),
        query: call.uri.query(),
    }
}

fn response<R: From<Bytes>>(reply: Reply) -> Response<R> {
    let mut response = Response::new(R::from(Bytes::from(reply.body)));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().extend(reply.headers);
    response
}

/// The id that whoever stands before the API gave the request; `-` without one.
fn request_id(call: Call<'_>) -> &str {
    let header = call.headers.get("x-request-id").and_then(|value| value.to_str().ok());
    header.filter(|id| !id.is_empty() && id.len() <= 128).unwrap_or("-")
}
