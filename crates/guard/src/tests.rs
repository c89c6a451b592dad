//! The guard before a small API, against an authorization server on loopback whose
//! tokens are real.

mod introspecting;
mod server;
mod verifying;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::{Extension, Router};
use http::{HeaderMap, Request, StatusCode};
use portreeve_core::time::Timestamp;
use tower::ServiceExt as _;

use crate::builder::Builder;
use crate::caller::Caller;
use crate::clock::Clock;
use crate::guard::Guard;

const AUDIENCE: &str = "https://api.example.com/crew";

/// Crew with an organization in the query.
const CREW: &str = "
openapi: 3.1.0
info: {title: Crew, version: '1'}
x-organization: {in: query, name: organizationId}
components:
  securitySchemes:
    oauth2:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: /oauth2/token
          scopes: {crew_read: Read, crew_import: Write}
security: [{oauth2: [crew_read]}]
paths:
  /v1/crew:
    get:
      operationId: listCrew
      parameters: [{name: organizationId, in: query}]
      responses: {'200': {description: The crew}}
    post:
      operationId: addCrew
      security: [{oauth2: [crew_import]}]
      parameters: [{name: organizationId, in: query, required: true}]
      responses: {'201': {description: Added}}
  /v1/crew/{id}:
    get:
      operationId: findCrew
      security: [{oauth2: [crew_import]}]
      responses: {'200': {description: One}}
  /health:
    get:
      operationId: health
      security: []
      responses: {'200': {description: Well}}
";

/// A clock that moves when told. Both its times begin at the real start.
struct Hands {
    seconds: AtomicU64,
}

impl Hands {
    const START: i64 = 1_790_000_000;

    fn new() -> Arc<Self> {
        Arc::new(Self { seconds: AtomicU64::new(0) })
    }

    fn advance(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.seconds.load(Ordering::SeqCst)).unwrap();
        Timestamp::from_unix(Self::START + passed)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.seconds.load(Ordering::SeqCst))
    }
}

fn builder(issuer: &str, clock: &Arc<Hands>) -> Builder {
    Guard::builder(issuer, AUDIENCE, CREW).clock(clock.clone())
}

/// What came back from a call.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn challenge(&self) -> &str {
        self.headers.get("www-authenticate").map_or("", |value| value.to_str().unwrap())
    }
}

/// The API itself answers with what it knows of its caller.
async fn told(caller: Option<Extension<Caller>>) -> String {
    match caller {
        Some(Extension(caller)) => format!("{caller:?}"),
        None => "nobody".to_owned(),
    }
}

async fn call(guard: &Guard, method: &str, path: &str, token: Option<&str>) -> Answer {
    let app = Router::new().fallback(told).layer(guard.clone());
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 100_000).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

async fn status(guard: &Guard, method: &str, path: &str, token: &str) -> u16 {
    call(guard, method, path, Some(token)).await.status.as_u16()
}
