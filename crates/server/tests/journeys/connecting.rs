//! What the journeys of the connector stand on: an application that is registered, a
//! person who may let it in, and the steps that both take.

use aws_lc_rs::hmac;
use http::Request;
use portreeve_core::audit::Actor;
use portreeve_core::client::change::NewClient;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::token::record::Audience;
use portreeve_server::flow::clients;
use portreeve_store::contract::{ConnectionsOf, Page};

use crate::browser::{Browser, PASSWORD, encode, field, field_in, give_password};
use crate::world::{Answer, On, World, organization};

pub(crate) const ADA: &str = "ada@example.com";
pub(crate) const BACK: &str = "https://orders.plateline.example/back?from=portreeve";
pub(crate) const V1: &str = "/client/connect";
pub(crate) const V2: &str = "/client/connect/v2";
pub(crate) const STATE: &str = "\"><script>alert(1)</script>&x=ü";

/// A world with an application that may connect, and a person who may let it in.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) secret: String,
}

impl Stage {
    pub(crate) async fn new(on: On) -> Self {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let asked = NewClient {
            client_id: Some(ClientId::parse("plateline").unwrap()),
            name: "Plateline <Orders>".to_owned(),
            owner: Owner::Organization(organization("org_other")),
            audiences: vec![Audience::new("urn:clouds")],
            scopes: ScopeSet::parse("clouds_read products_read").unwrap(),
            introspects: Vec::new(),
            redirect_uris: vec![BACK.to_owned()],
            networks: Vec::new(),
            token_ttl: None,
            secret_expires_at: None,
            expires_at: None,
        };
        let (_, secret) = clients::register(&world.env, asked, &Actor::System).await.unwrap();
        Self { secret: secret.expose().clone(), world }
    }

    pub(crate) fn v1(&self) -> Vec<(&'static str, String)> {
        vec![
            ("client_id", "plateline".to_owned()),
            ("client_secret", self.secret.clone()),
            ("scope", "*".to_owned()),
            ("redirect_uri", BACK.to_owned()),
            ("state", STATE.to_owned()),
        ]
    }

    pub(crate) fn v2(&self) -> Vec<(&'static str, String)> {
        let timestamp = self.world.env.now().as_unix().to_string();
        let signature = signed(&self.secret, &timestamp);
        vec![
            ("client_id", "plateline".to_owned()),
            ("timestamp", timestamp),
            ("signature", signature),
            ("scope", "*".to_owned()),
            ("redirect_uri", BACK.to_owned()),
            ("state", STATE.to_owned()),
        ]
    }

    /// Arrives at the v2 entry from the application's page; answers the address of ours.
    pub(crate) async fn enter(&self, browser: &Browser<'_>) -> String {
        let answer = enter_v2(browser, &self.v2()).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.header("location").to_owned()
    }

    /// Signs in at the page; answers the page that asks.
    pub(crate) async fn sign_in(&self, browser: &Browser<'_>, page: &str) -> Answer {
        let form = browser.get(page).await;
        assert!(form.text.contains("Sign in"), "{form:?}");
        let (token, flow) = (field(&form, "form_token"), field(&form, "flow"));
        let fields =
            [("form_token", &*token), ("flow", &flow), ("email", ADA), ("password", PASSWORD)];
        let answer = browser.post("/connect/sign-in", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, page), "{answer:?}");
        let asks = browser.get(page).await;
        assert_eq!(asks.status, 200, "{asks:?}");
        asks
    }

    /// How many connections there are.
    pub(crate) async fn connections(&self) -> usize {
        self.granted().await.len()
    }

    /// What was granted with each connection.
    pub(crate) async fn granted(&self) -> Vec<ScopeSet> {
        let page = Page { after: None, limit: 100 };
        let store = self.world.env.directory.store();
        let listed = store.list_connections(ConnectionsOf::All, &page).await.unwrap();
        listed.into_iter().map(|one| one.scopes).collect()
    }
}

pub(crate) fn signed(secret: &str, timestamp: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, timestamp.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

pub(crate) async fn enter_v1(browser: &Browser<'_>, fields: &[(&'static str, String)]) -> Answer {
    browser.get(&format!("{V1}?{}", encode(&borrowed(fields)))).await
}

/// As a browser does from the application's own site.
pub(crate) async fn enter_v2(browser: &Browser<'_>, fields: &[(&'static str, String)]) -> Answer {
    let from = [("sec-fetch-site", "cross-site"), ("origin", "https://orders.plateline.example")];
    browser.post_as(V2, &borrowed(fields), &from).await
}

pub(crate) fn without(
    mut fields: Vec<(&'static str, String)>,
    name: &str,
) -> Vec<(&'static str, String)> {
    fields.retain(|(one, _)| *one != name);
    fields
}

pub(crate) fn with(
    mut fields: Vec<(&'static str, String)>,
    name: &str,
    value: &str,
) -> Vec<(&'static str, String)> {
    for (one, old) in &mut fields {
        if *one == name {
            value.clone_into(old);
        }
    }
    fields
}

pub(crate) async fn answer(
    browser: &Browser<'_>,
    page: &Answer,
    answer: &str,
    cloud: &str,
) -> Answer {
    let (token, flow) = (field_in(page, "action=\"/connect\"", "form_token"), field(page, "flow"));
    let fields =
        [("form_token", &*token), ("flow", &flow), ("organization", cloud), ("answer", answer)];
    browser.post("/connect", &fields).await
}

/// The parameters of the way back.
pub(crate) fn came_back(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 303, "{answer:?}");
    let query = answer.header("location").strip_prefix(&format!("{BACK}&")).unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The application signs in with what it was given.
pub(crate) async fn sign_in_with(stage: &Stage, token: &str, cloud: &str) -> Answer {
    let request = Request::post("/v2/signin/token")
        .header("content-type", "application/json")
        .header("authorization", format!("User {token}"))
        .body(axum::body::Body::from(format!("{{\"_cloudId\":{cloud}}}")));
    stage.world.send(request.unwrap()).await
}
