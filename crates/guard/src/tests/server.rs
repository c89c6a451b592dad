//! An authorization server of three endpoints, and the tokens that it could have made.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::format::Algorithm;
use portreeve_core::token::jwt::sign::{SigningKey, generate_pkcs8};
use portreeve_core::token::record::{AccessToken, Audience, TokenId};

use super::{AUDIENCE, Hands};

pub(super) struct Server {
    pub(super) issuer: String,
    /// What the three endpoints answer: status and body.
    pub(super) metadata: RwLock<(u16, String)>,
    pub(super) jwks: RwLock<(u16, String)>,
    pub(super) introspection: RwLock<(u16, String)>,
    pub(super) jwks_reads: AtomicU64,
    pub(super) questions: AtomicU64,
    /// The last question: `Authorization` and body.
    pub(super) asked: RwLock<(String, String)>,
}

pub(super) fn key() -> SigningKey {
    let private = generate_pkcs8(Algorithm::ES256).unwrap();
    SigningKey::from_pkcs8(Algorithm::ES256, private.expose()).unwrap()
}

pub(super) fn jwks(keys: &[&SigningKey]) -> String {
    let written = keys.iter().map(|key| {
        let mut text = String::new();
        key.public().write(&mut text);
        text
    });
    format!("{{\"keys\":[{}]}}", written.collect::<Vec<_>>().join(","))
}

/// A token for an hour with the scope `crew_read`.
pub(super) fn token() -> AccessToken {
    AccessToken {
        id: TokenId([7; 16]),
        family: None,
        client_id: ClientId::parse("prc_crewplanner").unwrap(),
        owner: Owner::Organization(OrganizationId::parse("org_nordhav").unwrap()),
        audience: Audience::new(AUDIENCE),
        scope: ScopeSet::parse("crew_read").unwrap(),
        organization: None,
        issued_at: Timestamp::from_unix(Hands::START),
        expires_at: Timestamp::from_unix(Hands::START + 3600),
    }
}

impl Server {
    /// A running server with one key.
    pub(super) async fn start(key: &SigningKey) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = format!(
            r#"{{"issuer":"{issuer}","jwks_uri":"{issuer}/jwks","introspection_endpoint":"{issuer}/introspect"}}"#
        );
        let server = Arc::new(Self {
            issuer,
            metadata: RwLock::new((200, metadata)),
            jwks: RwLock::new((200, jwks(&[key]))),
            introspection: RwLock::new((200, r#"{"active":false}"#.to_owned())),
            jwks_reads: AtomicU64::new(0),
            questions: AtomicU64::new(0),
            asked: RwLock::default(),
        });
        let shared = server.clone();
        let app = Router::new().fallback(move |request: Request| {
            let server = shared.clone();
            async move { server.answer(request).await }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        server
    }

    pub(super) fn publish(&self, keys: &[&SigningKey]) {
        *self.jwks.write().unwrap() = (200, jwks(keys));
    }

    pub(super) fn says(&self, status: u16, body: &str) {
        *self.introspection.write().unwrap() = (status, body.to_owned());
    }

    pub(super) fn jwks_reads(&self) -> u64 {
        self.jwks_reads.load(Ordering::SeqCst)
    }

    pub(super) fn questions(&self) -> u64 {
        self.questions.load(Ordering::SeqCst)
    }

    pub(super) fn mint(&self, key: &SigningKey, token: &AccessToken) -> String {
        key.sign(token, &self.issuer).unwrap()
    }

    async fn answer(&self, request: Request) -> Response {
        let (status, body) = match request.uri().path() {
            "/.well-known/oauth-authorization-server" => self.metadata.read().unwrap().clone(),
            "/jwks" => {
                self.jwks_reads.fetch_add(1, Ordering::SeqCst);
                self.jwks.read().unwrap().clone()
            }
            "/introspect" => self.introspect(request).await,
            _ => (404, String::new()),
        };
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response.headers_mut().insert("cache-control", "public, max-age=300".parse().unwrap());
        response
    }

    async fn introspect(&self, request: Request) -> (u16, String) {
        self.questions.fetch_add(1, Ordering::SeqCst);
        let authorization = request.headers().get("authorization").unwrap();
        let authorization = authorization.to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(request.into_body(), 100_000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        *self.asked.write().unwrap() = (authorization, body);
        // Long enough for others to come meanwhile.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        self.introspection.read().unwrap().clone()
    }
}
