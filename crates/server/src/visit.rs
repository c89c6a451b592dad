//! One request from its arrival to its answer: measured, counted, logged once.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use portreeve_core::dialect::address::Address;
use portreeve_core::dialect::refusals::Around;
use portreeve_core::http_message::Reply;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Timestamp;
use portreeve_core::usage::gathered::{Place, name_of};
use portreeve_core::usage::{RefusedCall, kept};
use portreeve_store::directory::KnownClient;

use crate::env::Env;
use crate::listen::{Caller, PeerAddress};
use crate::observe::NamedDoor;
use crate::observe::access_log::Line;
use crate::request_id::{self, RequestId};

/// A request that is being answered.
pub struct Visit<'e> {
    env: &'e Env,
    door: &'e NamedDoor,
    /// The request's id.
    pub id: RequestId,
    /// The client, once it is known.
    pub client: Option<Arc<KnownClient>>,
    method: Method,
    uri: Uri,
    host: Option<HeaderValue>,
    caller: Option<Caller>,
    unix_millis: u64,
    began: Duration,
}

impl<'e> Visit<'e> {
    /// Notes the arrival.
    pub fn begin(env: &'e Env, door: &'e NamedDoor, request: &Request) -> Self {
        let peer = request.extensions().get::<PeerAddress>();
        let caller = peer.map(|peer| Caller::of(*peer, request.headers(), &env.trusted_proxies));
        Self {
            env,
            door,
            id: env.observer.ids.next(),
            client: None,
            method: request.method().clone(),
            uri: request.uri().clone(),
            host: request.headers().get(header::HOST).cloned(),
            caller,
            unix_millis: env.clock.unix_millis(),
            began: env.clock.monotonic(),
        }
    }

    /// The address of whoever calls, be it through proxies that are trusted.
    pub fn peer(&self) -> IpAddr {
        self.caller.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), Caller::address)
    }

    /// Counts a call of the client's that passed the gate of the service with this number.
    pub fn count_passed(&self, service: usize) {
        if let Some(client) = &self.client {
            self.env.usage.passed(client, service, self.at());
        }
    }

    /// Counts a refusal of the client's, if it is known which client it is.
    pub fn count_refused(&self, place: Place, refusal: &Refusal) {
        let Some(client) = &self.client else { return };
        let sample = || RefusedCall {
            request_id: self.id.as_str().into(),
            at: self.at(),
            client_id: client.client_id.clone(),
            service: name_of(place, self.env.usage.places()),
            reason: refusal.reason.slug().into(),
            about: kept(refusal.about.as_deref().unwrap_or_default()),
            call: kept(&format!("{} {}", self.method, self.uri.path())),
            peer: self.caller.map(|caller| caller.address().to_canonical()),
        };
        self.env.usage.refused(client, place, refusal.reason, self.at(), sample);
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_unix(self.unix_ms() / 1000)
    }

    /// What a refusal may say about the request, and its moment in milliseconds.
    pub fn around<'a>(&'a self, scope: Option<&'a str>, allow: &'a str) -> Around<'a> {
        let (request_id, unix_ms) = (self.id.as_str(), self.unix_ms());
        Around { request_id, address: self.address(), unix_ms, scope, allow }
    }

    /// When the request arrived: milliseconds since 1970.
    pub fn unix_ms(&self) -> i64 {
        i64::try_from(self.unix_millis).unwrap_or(i64::MAX)
    }

    /// How the request was addressed. The scheme is the issuer's: what stands before
    /// this server may speak another with us.
    fn address(&self) -> Address<'_> {
        let issuer = &self.env.endpoints.issuer;
        let (scheme, rest) = issuer.split_once("://").unwrap_or(("https", issuer));
        let named = self.host.as_ref().and_then(|host| host.to_str().ok());
        let asked = self.uri.authority().map(Authority::as_str).or(named);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
        let asked = asked.filter(|host| !host.is_empty() && host.bytes().all(plain));
        Address {
            method: self.method.as_str(),
            scheme,
            authority: asked.unwrap_or(rest.split('/').next().unwrap_or_default()),
            path: self.uri.path(),
            query: self.uri.query(),
        }
    }

    /// Answers with a reply of the core's.
    pub fn answer(self, reply: Reply, outcome: Result<(), Reason>) -> Response {
        let mut response = Response::new(Body::from(reply.body));
        *response.status_mut() =
            StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().extend(reply.headers);
        self.end(response, outcome)
    }

    /// Answers with JSON, or another text, that is the same for everybody.
    pub fn text(self, kind: &'static str, text: String) -> Response {
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        self.end(response, Ok(()))
    }

    /// Counts and logs the request, and puts its id on the answer.
    pub fn end(self, mut response: Response, outcome: Result<(), Reason>) -> Response {
        let name = HeaderName::from_static(request_id::HEADER);
        response.headers_mut().insert(name, self.id.into());
        let took = self.env.clock.monotonic().saturating_sub(self.began);
        self.door.door.count(outcome, took);
        self.env.observer.log.write(&Line {
            unix_millis: self.unix_millis,
            id: self.id.as_str(),
            method: self.method.as_str(),
            path: self.uri.path(),
            status: response.status().as_u16(),
            client: self.client.as_ref().map(|client| client.client_id.as_str()),
            door: &self.door.name,
            outcome,
            micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            caller: self.caller,
        });
        response
    }
}
