//! What the journeys of refresh tokens stand on: a licence, an application that a person
//! lets in, and connections whose refresh tokens are known.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use portreeve_core::connection::record::{Connection, FamilyId, Reach, RefreshToken};
use portreeve_core::connection::refresh_format;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_store::contract::commit::Write;
use tokio::task::JoinSet;

use crate::world::{Answer, World, organization};

/// The connection number `number` of `client` for Ada, with this refresh token.
pub(crate) struct Connected<'a> {
    pub(crate) number: u8,
    pub(crate) client: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) scopes: &'a str,
    pub(crate) chosen: Option<&'a str>,
    pub(crate) reach: Reach,
    pub(crate) refresh: &'a str,
    pub(crate) life: Option<Ttl>,
}

/// An application that Ada lets into all her clouds; 4210 was chosen.
pub(crate) const TILL: Connected<'static> = Connected {
    number: 1,
    client: "till",
    audience: "urn:clouds",
    scopes: "clouds_read products_read",
    chosen: Some("org_tankers"),
    reach: Reach::All,
    refresh: "0123456789abcdef0123456789abcdef",
    life: None,
};

/// A program that Ada lets act for her in one organization.
pub(crate) const FLEET: Connected<'static> = Connected {
    number: 2,
    client: "fleet",
    audience: "https://ships.example.com",
    scopes: "ships_read ships_write",
    chosen: Some("org_tankers"),
    reach: Reach::Chosen,
    refresh: "rt_the-first-of-its-line-that-tests-know",
    life: Some(Ttl::from_hours(24)),
};

pub(crate) fn family(number: u8) -> FamilyId {
    FamilyId([number; 16])
}

pub(crate) async fn connect(world: &World, it: &Connected<'_>) {
    let now = world.env.now();
    let connection = Connection {
        id: family(it.number),
        client_id: ClientId::parse(it.client).unwrap(),
        user: UserId::parse("usr_ada").unwrap(),
        organization: it.chosen.map(organization),
        reach: it.reach,
        audience: Audience::new(it.audience),
        scopes: ScopeSet::parse(it.scopes).unwrap(),
        created_at: now,
        last_used_at: None,
        ended_at: None,
    };
    let refresh = RefreshToken {
        hash: refresh_format::hash(it.refresh, &world.env.hash_key),
        connection: connection.id,
        issued_at: now,
        expires_at: it.life.map(|life| now.plus(life)),
        used_at: None,
    };
    world.commit(Write::ConnectionMade { connection, refresh }).await;
}

/// When the connection ended, as the store has it.
pub(crate) async fn ended(world: &World, number: u8) -> Option<Timestamp> {
    let found = world.env.directory.store().find_connection(&family(number)).await.unwrap();
    found.unwrap().ended_at
}

/// Ada leaves an organization.
pub(crate) async fn leave(world: &World, place: &str) {
    let user = UserId::parse("usr_ada").unwrap();
    world.commit(Write::MembershipEnded { organization: organization(place), user }).await;
}

/// An access token and the refresh token that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

pub(crate) fn pair(answer: &Answer) -> Pair {
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap_or_else(|| panic!("{name}: {json}"));
    Pair { access: text("access_token").to_owned(), refresh: text("refresh_token").to_owned() }
}

/// `POST /v2/signin/token` with `Authorization: User …`.
pub(crate) async fn sign_in(world: &World, refresh: &str, body: &str) -> Answer {
    let request = Request::post("/v2/signin/token")
        .header("authorization", format!("User {refresh}"))
        .header("content-type", "application/json; charset=UTF-8")
        .body(Body::from(body.to_owned()));
    world.send(request.unwrap()).await
}

/// Sends the same request so many times at once, on several threads.
pub(crate) async fn storm<F, R>(world: &Arc<World>, times: usize, send: F) -> Vec<Answer>
where
    F: Fn(Arc<World>) -> R,
    R: Future<Output = Answer> + Send + 'static,
{
    let mut all = JoinSet::new();
    for _ in 0..times {
        all.spawn(send(world.clone()));
    }
    all.join_all().await
}

/// All at once; how many were answered with 200 or 201, the others with 4xx.
pub(crate) fn won(answers: &[Answer]) -> usize {
    for answer in answers {
        assert!([200, 201, 400, 401].contains(&answer.status), "{answer:?}");
    }
    answers.iter().filter(|answer| answer.status < 300).count()
}
