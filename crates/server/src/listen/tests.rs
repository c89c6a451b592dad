use std::sync::Mutex;
use std::sync::atomic::Ordering;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use http::{Request, Response, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::client::conn::http2::{SendRequest, handshake};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::*;
use crate::loopback::Server;

const GET: &str = "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";

fn short() -> Limits {
    let (header_read, body_read) = (Duration::from_millis(200), Duration::from_millis(200));
    let (write, drain) = (Duration::from_millis(300), Duration::from_millis(300));
    Limits { header_read, body_read, write, drain, ..Limits::default() }
}

fn router() -> Router {
    let length = |body: Result<Bytes, _>| async move {
        body.map_or_else(
            |_: axum::extract::rejection::BytesRejection| "broken".to_owned(),
            |b| b.len().to_string(),
        )
    };
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route(
            "/peer",
            get(|Extension(peer): Extension<PeerAddress>| async move { peer.0.to_string() }),
        )
        .route("/length", post(length))
        .route("/panic", get(panicking))
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(150)).await;
                "slow but sure"
            }),
        )
        .route("/stuck", get(std::future::pending::<()>))
}

async fn panicking() -> &'static str {
    panic!("a bug")
}

async fn http2(server: &Server) -> SendRequest<Body> {
    let io = TokioIo::new(server.connect().await.0);
    let (sender, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn request(path: &str) -> Request<Body> {
    Request::builder().uri(format!("http://a.example{path}")).body(Body::empty()).unwrap()
}

async fn text(response: Response<hyper::body::Incoming>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn a_connection_is_kept_and_knows_its_peer() {
    let server = Server::start(router(), Limits::default()).await;
    let mut raw = server.connect().await;
    let own = raw.0.local_addr().unwrap().to_string();
    for _ in 0..3 {
        raw.send("GET /peer HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
        assert!(raw.until(&own).await.starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn http2_is_spoken_with_prior_knowledge() {
    let server = Server::start(router(), Limits::default()).await;
    let mut sender = http2(&server).await;
    let response = sender.send_request(request("/")).await.unwrap();
    assert_eq!((response.version(), response.status()), (Version::HTTP_2, StatusCode::OK));
    assert_eq!(text(response).await, "hello");
}

#[tokio::test]
async fn a_request_without_one_host_is_malformed() {
    let server = Server::start(router(), Limits::default()).await;
    for head in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example\r\nHost: a.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example\r\nhost: b.example\r\n\r\n",
        "GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    ] {
        let answer = server.ask(&format!("{head}{GET}")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains(r#"{"error":"invalid_request","error_description":""#), "{answer}");
        assert!(!answer.contains("hello"), "what follows is not read: {answer}");
    }
    assert!(server.ask("GET / HTTP/1.0\r\n\r\n").await.ends_with("hello"));
}

#[tokio::test]
async fn lengths_that_disagree_are_refused() {
    let server = Server::start(router(), Limits::default()).await;
    let head = "POST /length HTTP/1.1\r\nHost: a.example\r\n";
    for fields in [
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "Content-Length: -5\r\n\r\nabcdef",
        "Content-Length: 5, 6\r\n\r\nabcdef",
        "Transfer-Encoding: gzip\r\n\r\nabcdef",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ] {
        let answer = server.ask(&format!("{head}{fields}")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{fields}: {answer}");
    }
    let answer = server.ask(&format!("{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n")).await;
    assert!(answer.contains("broken"), "{answer}");
}

/// RFC 9112 §6.1: read by the transfer coding alone, and the connection closed,
/// so that what a length-believing proxy took for a body is never a request.
#[tokio::test]
async fn a_length_beside_a_transfer_coding_smuggles_nothing() {
    let server = Server::start(router(), Limits::default()).await;
    for fields in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    ] {
        let smuggled = "GET /peer HTTP/1.1\r\nHost: a.example\r\n\r\n";
        let head = format!("POST /length HTTP/1.1\r\nHost: a.example\r\n{fields}\r\n");
        let answer = server.ask(&format!("{head}0\r\n\r\n{smuggled}")).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn a_large_head_is_refused() {
    let server = Server::start(router(), Limits::default()).await;
    let large = format!("GET / HTTP/1.1\r\nHost: a.example\r\nX: {}\r\n\r\n", "x".repeat(33_000));
    assert!(server.ask(&large).await.starts_with("HTTP/1.1 431 "));
    let many = format!("GET / HTTP/1.1\r\nHost: a.example\r\n{}\r\n", "X: y\r\n".repeat(101));
    assert!(server.ask(&many).await.starts_with("HTTP/1.1 431 "));
    let mut large = request("/");
    large.headers_mut().insert("x", "x".repeat(33_000).parse().unwrap());
    // The peer's limit is known from its settings only after a first answer.
    let mut sender = http2(&server).await;
    let refused = sender.send_request(large).await;
    assert!(refused.is_err() || refused.is_ok_and(|answer| answer.status() == 431));
    assert_eq!(sender.send_request(request("/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn whoever_does_not_finish_a_head_is_cut() {
    let server = Server::start(router(), short()).await;
    for start in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: a"] {
        let mut raw = server.connect().await;
        raw.send(start).await;
        let read = tokio::time::timeout(Duration::from_secs(2), raw.rest()).await;
        assert!(!read.expect("cut in time").contains("hello"), "{start:?}");
    }
    assert!(server.ask(GET).await.ends_with("hello"));
}

#[tokio::test]
async fn whoever_does_not_finish_a_body_is_cut() {
    let server = Server::start(router(), short()).await;
    let mut raw = server.connect().await;
    raw.send("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc").await;
    let answer = tokio::time::timeout(Duration::from_secs(2), raw.rest()).await;
    assert!(answer.expect("cut in time").contains("broken"));
}

/// An answer without end, and what is told when nobody holds it any more.
fn endless() -> (Router, Arc<Notify>) {
    struct Held(Arc<Notify>);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let gone = Arc::new(Notify::new());
    let held = Arc::new(Mutex::new(Some(Held(Arc::clone(&gone)))));
    let endless = get(move || {
        let held = held.lock().unwrap().take();
        let piece = move |()| {
            let _ = &held;
            Ok::<_, io::Error>(Bytes::from_static(&[b'x'; 65_536]))
        };
        let pieces = futures_util::StreamExt::map(futures_util::stream::repeat(()), piece);
        async move { Body::from_stream(pieces) }
    });
    (router().route("/endless", endless), gone)
}

#[tokio::test]
async fn whoever_does_not_read_an_answer_is_cut() {
    let (router, gone) = endless();
    let server = Server::start(router, short()).await;
    let mut raw = server.connect().await;
    raw.send(&GET.replacen("GET /", "GET /endless", 1)).await;
    tokio::time::timeout(Duration::from_secs(5), gone.notified()).await.expect("cut in time");
}

/// While the window is shut nothing polls the body, so no limit inside it would end it.
#[tokio::test]
async fn whoever_takes_nothing_on_http2_is_cut_and_its_sibling_is_not() {
    for window in [0, 16_384] {
        let (router, gone) = endless();
        let idle = Duration::from_millis(200);
        let server = Server::start(router, Limits { idle, ..Limits::default() }).await;
        let io = TokioIo::new(server.connect().await.0);
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (mut sender, connection) =
            builder.initial_stream_window_size(window).handshake(io).await.unwrap();
        let mut closed = tokio::spawn(connection);
        let stuck = sender.send_request(request("/endless")).await.unwrap();
        let in_time = async {
            loop {
                let head = sender.send_request(request("/slow")).await.unwrap();
                assert_eq!(head.status(), StatusCode::OK, "window {window}");
                let told = gone.notified();
                if tokio::time::timeout(Duration::from_millis(10), told).await.is_ok() {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(5), in_time).await.expect("given up in time");
        assert!(!closed.is_finished(), "the connection was in use");
        let end = tokio::time::timeout(Duration::from_secs(5), &mut closed).await;
        assert!(end.is_ok(), "a stream that is left open holds no place");
        drop(stuck);
    }
}

#[tokio::test]
async fn an_http2_connection_that_rests_is_closed() {
    let idle = Duration::from_millis(60);
    let server = Server::start(router(), Limits { idle, ..Limits::default() }).await;
    let io = TokioIo::new(server.connect().await.0);
    let (mut sender, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
    let closed = tokio::spawn(connection);
    for _ in 0..3 {
        // Longer than the connection may rest: but it does not rest.
        let answer = sender.send_request(request("/slow")).await.unwrap();
        assert_eq!(text(answer).await, "slow but sure");
    }
    let end = tokio::time::timeout(Duration::from_secs(2), closed).await;
    assert!(end.expect("closed in time").unwrap().is_ok(), "and in good order");
}

#[tokio::test]
async fn one_address_does_not_take_every_place() {
    let limits = Limits { connections_per_address: 2, ..Limits::default() };
    let server = Server::start(router(), limits).await;
    let mut held = [server.connect().await, server.connect().await];
    for raw in &mut held {
        raw.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
        raw.until("hello").await;
    }
    assert_eq!(server.connect().await.rest().await, "", "closed without an answer");
    let elsewhere = tokio::net::TcpSocket::new_v4().unwrap();
    elsewhere.bind(([127, 0, 0, 2], 0).into()).unwrap();
    let mut other = crate::loopback::Raw(elsewhere.connect(server.address).await.unwrap());
    other.send(GET).await;
    assert!(other.rest().await.ends_with("hello"));
    drop(held);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.ask(GET).await.ends_with("hello"), "places come back");
}

#[tokio::test]
async fn a_panic_is_a_500_and_its_siblings_live() {
    let server = Server::start(router(), Limits::default()).await;
    let mut sender = http2(&server).await;
    let sibling = sender.send_request(request("/slow"));
    let response = sender.send_request(request("/panic")).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(response).await.contains(r#""error":"server_error""#));
    assert_eq!(text(sibling.await.unwrap()).await, "slow but sure");
    let mut raw = server.connect().await;
    raw.send("GET /panic HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    raw.send(GET).await;
    let answer = raw.rest().await;
    assert!(answer.starts_with("HTTP/1.1 500 ") && answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn a_stop_lets_requests_in_flight_end() {
    let mut server = Server::start(router(), Limits::default()).await;
    let (mut idle, mut busy) = (server.connect().await, server.connect().await);
    busy.send("GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    idle.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    idle.until("hello").await;
    server.stop();
    assert!(busy.rest().await.ends_with("slow but sure"));
    assert_eq!(idle.rest().await, "");
    server.ended().await;
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let mut server = Server::start(router(), short()).await;
    let mut raw = server.connect().await;
    raw.send("GET /stuck HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.stop();
    server.ended().await;
    assert_eq!(raw.rest().await, "");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let server = Server::start(router(), Limits { connections: 1, ..Limits::default() }).await;
    let mut first = server.connect().await;
    first.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    first.until("hello").await;
    let mut second = server.connect().await;
    second.send(GET).await;
    let early = tokio::time::timeout(Duration::from_millis(200), second.until("hello")).await;
    assert!(early.is_err(), "there is no place yet");
    drop(first);
    assert!(second.rest().await.ends_with("hello"));
}

/// Accepts like a process that has no file descriptor left for its first `failures`
/// tries, and says how long that took and how often it was tried.
async fn accepted_after(failures: usize, error: fn() -> io::Error) -> (Duration, usize) {
    let room = Arc::new(Semaphore::new(1));
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let accept = || {
        let tried = tries.fetch_add(1, Ordering::Relaxed);
        let peer = ((), SocketAddr::from(([127, 0, 0, 1], 9)));
        std::future::ready(if tried < failures { Err(error()) } else { Ok(peer) })
    };
    let began = tokio::time::Instant::now();
    let ((), _, _permit) = next_connection(accept, &room).await;
    assert_eq!(room.available_permits(), 0, "one place is taken, not one for each try");
    (began.elapsed(), tries.into_inner())
}

#[tokio::test(start_paused = true)]
async fn a_lack_of_file_descriptors_is_waited_out() {
    const EMFILE: fn() -> io::Error = || io::Error::from_raw_os_error(24);
    assert_eq!(EMFILE().to_string(), "Too many open files (os error 24)");
    let (took, tries) = accepted_after(60, EMFILE).await;
    // 10 ms, doubled to a second and no further: it neither spins nor falls asleep.
    let expected = Duration::from_millis(10 + 20 + 40 + 80 + 160 + 320 + 640 + 53 * 1000);
    assert!(took >= expected && took < expected + Duration::from_millis(100), "{took:?}");
    assert_eq!(tries, 61);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_gone_costs_the_next_one_nothing() {
    let (took, tries) = accepted_after(5, || io::ErrorKind::ConnectionAborted.into()).await;
    assert_eq!((took, tries), (Duration::ZERO, 6));
}
