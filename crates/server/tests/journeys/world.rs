//! An installation for tests: two services, a small tree, clients whose secrets are
//! known, and an API behind the gate that says what it was told.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::{Entropy, MasterKey};
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_server::catalog::Catalog;
use portreeve_server::config::Config;
use portreeve_server::env::{Clock, Env, Parts};
use portreeve_server::flow::keys::make_missing;
use portreeve_server::guessing::Guessing;
use portreeve_server::listen::PeerAddress;
use portreeve_server::mail::Post;
use portreeve_server::observe::access_log::{AccessLog, Format};
use portreeve_server::observe::metrics::Metrics;
use portreeve_server::observe::{Doors, Observer};
use portreeve_server::request_id::RequestIds;
use portreeve_server::router::router;
use portreeve_server::upstream::proxy::Timeouts;
use portreeve_store::conformance::postgres_cluster;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::directory::Directory;
use serde_json::Value;
use tower::ServiceExt;

use crate::installed::{configuration, write_files};

/// 2026-11-21T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_262_400;
pub(crate) const SECRET: &str = "prs_a-secret-that-tests-know";

/// Which database a world stands on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

pub(crate) const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

/// A clock that moves when it is told to.
#[derive(Clone)]
pub(crate) struct Hand(Arc<AtomicU64>);

impl Hand {
    pub(crate) fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn unix_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.unix_millis() - u64::try_from(NOON).unwrap() * 1000)
    }
}

/// Randomness that is the same in every run and never twice the same.
pub(crate) struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let count = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            *byte = ((count ^ (count >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as u8;
        }
    }
}

/// What was written to the access log.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) struct World {
    pub(crate) env: Arc<Env>,
    pub(crate) clock: Hand,
    pub(crate) router: Router,
    lines: Lines,
    pub(crate) folder: tempfile::TempDir,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl World {
    pub(crate) async fn new(on: On) -> Self {
        let database = match on {
            On::Sqlite => "sqlite:test.db".to_owned(),
            On::Postgres => postgres_cluster::fresh_database().await,
        };
        let world = Self::node(&database, 1).await;
        world.enter_everybody().await;
        world
    }

    /// One node on this database, where nobody is entered. Each node has its own chance.
    pub(crate) async fn node(database: &str, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let upstream = echo().await;
        write_files(folder.path());
        let text = configuration(database, upstream);
        let config =
            Config::from_text(&text, folder.path()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let clock = Hand(Arc::new(AtomicU64::new(u64::try_from(NOON).unwrap() * 1000)));
        let lines = Lines::default();
        let env = Arc::new(environment(&config, &clock, &lines, seed).await);
        let delivery = env.mail.open(|_| None).unwrap();
        tokio::spawn(delivery.unwrap().run());
        Self { router: router(env.clone()), env, clock, lines, folder }
    }

    /// Time passes, and the node goes on hearing of every change.
    pub(crate) fn forward(&self, seconds: u64) {
        self.clock.forward(seconds);
        self.env.heard.now(self.env.clock.monotonic());
    }

    /// Sends a request as from 127.0.0.1.
    pub(crate) async fn send(&self, request: http::Request<Body>) -> Answer {
        self.send_from([127, 0, 0, 1], request).await
    }

    pub(crate) async fn send_from(
        &self,
        address: [u8; 4],
        mut request: http::Request<Body>,
    ) -> Answer {
        let peer = PeerAddress(SocketAddr::from((address, 50_000)));
        request.extensions_mut().insert(peer);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        // What is pressed is no text: nobody reads it.
        let text = match parts.headers.contains_key("content-encoding") {
            true => String::new(),
            false => String::from_utf8(bytes.to_vec()).unwrap(),
        };
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// A form to a path, with Basic credentials when an id is given.
    pub(crate) async fn post(&self, path: &str, client: Option<&str>, form: &str) -> Answer {
        self.send(post(path, client, form)).await
    }

    /// A token of the standard or the dualog dialect for a client.
    pub(crate) async fn token(&self, path: &str, client: &str, scope: &str) -> String {
        let form = format!("grant_type=client_credentials&scope={scope}");
        let answer = self.post(path, Some(client), &form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let mut request = http::Request::get(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn change_client(&self, id: &str, change: impl FnOnce(&mut Client)) {
        let known = self.env.directory.client(id).await.unwrap().unwrap();
        let mut client = known.client().clone();
        change(&mut client);
        self.commit(Write::ClientChanged(Box::new(client))).await;
    }

    pub(crate) async fn commit(&self, write: Write) {
        let fact = Fact::new(self.env.now(), &Actor::System, "test.changed", "test");
        self.env.directory.commit(Commit::one(write, fact)).await.unwrap();
    }

    /// The access log so far.
    pub(crate) fn log(&self) -> String {
        self.env.observer.log.flush(Duration::from_secs(2));
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) async fn enter_everybody(&self) {
        let organizations = [
            ("org_group", "4200", None),
            ("org_tankers", "4210", Some("org_group")),
            ("org_other", "5100", None),
        ];
        for (own, external, parent) in organizations {
            let parent = parent.map(organization);
            let now = self.env.now();
            let one = Organization::new(organization(own), own, Some(external), parent, now);
            self.commit(Write::OrganizationEntered(one.unwrap())).await;
        }
        let person = UserId::parse("usr_ada").unwrap();
        let user = User::new(person.clone(), "ada@example.com", "Ada", false, self.env.now());
        self.commit(Write::UserEntered(user.unwrap())).await;
        for place in ["org_tankers", "org_other"] {
            let membership = Membership {
                organization: organization(place),
                user: person.clone(),
                role: Role::Member,
            };
            self.commit(Write::MembershipSet(membership)).await;
        }
        let group = Owner::Organization(organization("org_group"));
        for (id, owner, audience, scopes) in [
            ("fleet", group.clone(), "https://ships.example.com", "ships_read ships_write"),
            ("bridge", group.clone(), "https://vendor.example.com", "organization_read crew_read"),
            (
                "ada-laptop",
                Owner::User(person),
                "https://vendor.example.com",
                "organization_read crew_read",
            ),
            ("licensee", group.clone(), "https://licensed.example.com", "ships_read"),
            ("fleet-rs256", group.clone(), "https://rs256.example.com", "ships_read"),
            ("12345678", group.clone(), "urn:address", "client_address client_email"),
            ("87654321", group.clone(), "urn:address", "client_address"),
            ("till", group, "urn:clouds", "clouds_read products_read"),
        ] {
            self.commit(Write::ClientRegistered(Box::new(client(
                self, id, owner, audience, scopes,
            ))))
            .await;
        }
    }
}

pub(crate) fn organization(id: &str) -> OrganizationId {
    OrganizationId::parse(id).unwrap()
}

pub(crate) fn post(path: &str, client: Option<&str>, form: &str) -> http::Request<Body> {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let mut request =
        http::Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    if let Some(client) = client {
        let pair = BASE64_STANDARD.encode(format!("{client}:{SECRET}"));
        request = request.header("authorization", format!("Basic {pair}"));
    }
    request.body(Body::from(form.to_owned())).unwrap()
}

pub(crate) fn client(
    world: &World,
    id: &str,
    owner: Owner,
    audience: &str,
    scopes: &str,
) -> Client {
    let now = world.env.now();
    let secret = ClientSecret {
        id: "first".into(),
        hash: world.env.hash_key.hash(SECRET.as_bytes()),
        created_at: now,
        expires_at: None,
        last_used_at: None,
        last_used_from: None,
        made_by: None,
        hint: Box::default(),
        recoverable: None,
    };
    Client {
        client_id: ClientId::parse(id).unwrap(),
        name: id.to_owned(),
        owner,
        audiences: vec![Audience::new(audience)],
        scopes: ScopeSet::parse(scopes).unwrap(),
        grants: vec![GrantType::ClientCredentials],
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        disabled: false,
        expires_at: None,
        not_before: Timestamp::EPOCH,
        token_ttl: None,
        secrets: vec![secret],
        created_at: now,
        version: 1,
    }
}

async fn environment(config: &Config, clock: &Hand, lines: &Lines, seed: u64) -> Env {
    let catalog = Catalog::load(config).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let master = MasterKey::from_bytes([7; 32]);
    let entropy = Seeded(AtomicU64::new(seed));
    let url = config.database.url().unwrap();
    let store = portreeve_store::open::open(url.expose()).await.unwrap();
    make_missing(&store, &catalog, &master, &entropy, clock.now()).await.unwrap();
    let directory = Directory::open(store, master.clone(), 1000, clock.now()).await.unwrap();
    let metrics = Metrics::new("test", clock.now());
    let log = AccessLog::start(lines.clone(), Format::Json, metrics.log_lines_dropped()).unwrap();
    let doors = Doors::new(&metrics, &catalog);
    let mail = Post::new(&config.mail, config.issuer.as_str(), metrics.mail());
    let observer = Observer { log, doors, metrics, ids: RequestIds::new(&entropy) };
    let parts = Parts {
        master,
        issuer: config.issuer.as_str().to_owned(),
        tokens_in_memory: 1000,
        guessing: Guessing::new(20, Ttl::from_seconds(60)),
        client_limits: config.limits.clients,
        trusted_proxies: config.trusted_proxies.clone(),
        timeouts: Timeouts {
            connect: Duration::from_millis(500),
            first_byte: Duration::from_millis(800),
            idle: Duration::from_secs(2),
        },
        keys: config.keys,
        ttl_override: None,
        mail,
        observer,
        clock: Box::new(clock.clone()),
        entropy: Box::new(entropy),
    };
    Env::new(directory, catalog, parts).unwrap()
}

/// An API that answers what it was asked and told; `/v1/slow` never answers, and
/// whoever asks for a tunnel gets one.
async fn echo() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(async |request: Request| {
        if request.headers().contains_key("upgrade") {
            return crate::tunnels::tunnel(request);
        }
        if request.uri().path() == "/v1/slow" {
            std::future::pending::<()>().await;
        }
        let told = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), Value::from(value.to_str().unwrap_or("?"))));
        let body = serde_json::json!({
            "method": request.method().as_str(),
            "target": request.uri().to_string(),
            "headers": told.collect::<serde_json::Map<_, _>>(),
        });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = StatusCode::OK;
        response
    });
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}
