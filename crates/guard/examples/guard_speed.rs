//! What the guard adds to a call whose token was seen before: `cargo run --release
//! -p portreeve-guard --example guard_speed`. Prints nanoseconds per call, the best
//! of five runs, through an empty service alone and through the guard before it.

use std::convert::Infallible;
use std::error::Error;
use std::hint::black_box;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::Full;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::format::Algorithm;
use portreeve_core::token::jwt::sign::{SigningKey, generate_pkcs8};
use portreeve_core::token::record::{AccessToken, Audience, TokenId};
use portreeve_guard::Guard;
use tower::{Layer, Service, service_fn};

const ISSUER: &str = "https://login.example.com";
const AUDIENCE: &str = "https://api.example.com/crew";
const ROUNDS: u32 = 100_000;
const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: Crew, version: '1'}
components:
  securitySchemes:
    oauth2: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {crew_read: Read}}}}
paths:
  /v1/crew/{id}:
    get:
      security: [{oauth2: [crew_read]}]
      responses: {'200': {description: One}}
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let private = generate_pkcs8(Algorithm::ES256).ok_or("no key")?;
    let key = SigningKey::from_pkcs8(Algorithm::ES256, private.expose()).ok_or("no key")?;
    let mut public = String::new();
    key.public().write(&mut public);
    let jwks = format!("{{\"keys\":[{public}]}}");
    let text = key.sign(&token()?, ISSUER)?;
    let bearer = HeaderValue::try_from(format!("Bearer {text}"))?;
    println!("a token of {} bytes", text.len());

    let empty = service_fn(|request: Request<Full<Bytes>>| async move {
        black_box(&request);
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let guard = Guard::builder(ISSUER, AUDIENCE, DOCUMENT).keys(&jwks).build().await?;
    let alone = measure(empty, &bearer)?;
    let guarded = measure(guard.layer(empty), &bearer)?;
    println!("{alone:>8} ns  the request and an empty service");
    println!("{guarded:>8} ns  the same behind the guard");
    println!("{:>8} ns  the guard", guarded.saturating_sub(alone));
    Ok(())
}

fn token() -> Result<AccessToken, Box<dyn Error>> {
    Ok(AccessToken {
        id: TokenId([7; 16]),
        family: None,
        client_id: ClientId::parse("prc_crewplanner")?,
        owner: Owner::Organization(OrganizationId::parse("org_nordhav")?),
        audience: Audience::new(AUDIENCE),
        scope: ScopeSet::parse("organization_read crew_read")?,
        organization: None,
        issued_at: Timestamp::from_unix(1_760_000_000),
        expires_at: Timestamp::from_unix(4_000_000_000),
    })
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn measure<S>(mut service: S, bearer: &HeaderValue) -> Result<u128, Box<dyn Error>>
where
    S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible>,
{
    let mut best = u128::MAX;
    for _ in 0..5 {
        let start = std::time::Instant::now();
        for _ in 0..ROUNDS {
            call(&mut service, bearer)?;
        }
        best = best.min(start.elapsed().as_nanos() / u128::from(ROUNDS));
    }
    Ok(best)
}

/// One call. A token that was seen before never waits, so one poll is enough.
fn call<S>(service: &mut S, bearer: &HeaderValue) -> Result<(), Box<dyn Error>>
where
    S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible>,
{
    let request = Request::get("/v1/crew/4711?limit=50")
        .header(header::AUTHORIZATION, bearer)
        .body(Full::default())?;
    let mut context = Context::from_waker(Waker::noop());
    let future = std::pin::pin!(service.call(request));
    match future.poll(&mut context) {
        Poll::Ready(Ok(response)) if response.status() == 200 => Ok(()),
        Poll::Ready(Ok(response)) => Err(format!("refused: {}", response.status()).into()),
        _ => Err("the call had to wait".into()),
    }
}
