//! Tunnels through the gate last no longer than the right to have one.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::Response;
use hyper_util::rt::TokioIo;
use portreeve_core::text_id::UserId;
use portreeve_server::listen::{Limits, serve};
use portreeve_store::contract::commit::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{On, World, organization};

/// The API's side: everything that comes is sent back.
pub(crate) fn tunnel(mut request: Request) -> Response<Body> {
    let caller = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let (mut read, mut write) = tokio::io::split(TokioIo::new(caller.await.unwrap()));
        tokio::io::copy(&mut read, &mut write).await
    });
    Response::builder()
        .status(101)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .body(Body::empty())
        .unwrap()
}

/// A tunnel through the gate of a world whose tokens have two seconds left, so that
/// the gate asks again every other second.
pub(crate) async fn open(world: &World) -> TcpStream {
    let token = world.token("/auth/connect/token", "ada-laptop", "organization_read").await;
    world.forward(86_400 - 2);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut caller = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    tokio::spawn(serve(listener, world.router.clone(), Limits::default(), std::future::pending()));
    let head = format!(
        "GET /api/vessel/v1/ships?organizationId=5100 HTTP/1.1\r\nHost: a.example\r\n\
         Authorization: Bearer {token}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    );
    caller.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(caller.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
    caller
}

/// Whether the tunnel carries for `seconds` from now.
pub(crate) async fn carries(caller: &mut TcpStream, seconds: u32) -> bool {
    for _ in 0..seconds * 10 {
        let mut byte = [0];
        if caller.write_all(b"x").await.is_err() || caller.read_exact(&mut byte).await.is_err() {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    true
}

#[tokio::test]
async fn a_tunnel_ends_when_its_token_expires() {
    let world = World::new(On::Sqlite).await;
    let mut caller = open(&world).await;
    assert!(carries(&mut caller, 3).await, "the clock stood still");
    world.forward(2);
    assert!(!carries(&mut caller, 4).await);
}

#[tokio::test]
async fn a_tunnel_ends_when_its_caller_may_no_longer_call() {
    let world = World::new(On::Sqlite).await;
    let mut caller = open(&world).await;
    world.change_client("ada-laptop", |client| client.disabled = true).await;
    assert!(!carries(&mut caller, 4).await);

    let world = World::new(On::Sqlite).await;
    let mut caller = open(&world).await;
    let user = UserId::parse("usr_ada").unwrap();
    world.commit(Write::MembershipEnded { organization: organization("org_other"), user }).await;
    assert!(!carries(&mut caller, 4).await, "the organization that it is about is out of reach");
}
