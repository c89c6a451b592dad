//! Bodies and tunnels on their way through the gate.

use axum::routing::post;
use futures_util::StreamExt;
use futures_util::future::join;
use tokio::io::AsyncReadExt;

use super::*;

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

const POST: &str = "POST / HTTP/1.1\r\nHost: gate.example\r\nConnection: close\r\n";
const ASK_WEBSOCKET: &str = "GET /chat HTTP/1.1\r\nHost: gate.example\r\n\
                             Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\
                      Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n";

#[tokio::test]
async fn an_answer_passes_piece_by_piece() {
    let (listener, gate) = puppet().await;
    let mut caller = gate.connect().await;
    caller.send(&get("/", "")).await;
    let mut api = accepted(&listener).await;
    api.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    for piece in ["first", "second", "third"] {
        api.send(&chunk(piece)).await;
        caller.until(&chunk(piece)).await; // before the next one is sent
    }
    api.send("0\r\n\r\n").await;
    assert_eq!(caller.rest().await, "0\r\n\r\n");
}

#[tokio::test]
async fn a_request_body_passes_piece_by_piece_and_without_trailers() {
    let (listener, gate) = puppet().await;
    let mut caller = gate.connect().await;
    caller.send(&format!("{POST}Trailer: portreeve-client\r\n")).await;
    caller.send("Transfer-Encoding: chunked\r\n\r\n").await;
    caller.send(&chunk("first")).await;
    let mut api = accepted(&listener).await;
    api.until(&chunk("first")).await;
    caller.send(&chunk("second")).await;
    api.until(&chunk("second")).await;
    caller.send("0\r\nPortreeve-Client: forged\r\n\r\n").await;
    assert_eq!(api.until("0\r\n\r\n").await, "0\r\n\r\n");
    api.send("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert!(caller.rest().await.starts_with("HTTP/1.1 204 "));
}

#[tokio::test]
async fn twenty_megabytes_pass_both_ways() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 320;
    let echo = post(|request: Asked| async { Response::new(request.into_body()) });
    let api = Server::start(Router::new().route("/", echo), Limits::default()).await;
    let gate = gate_to(&format!("http://{}", api.address)).await;
    let caller = gate.connect().await;
    let (mut read, mut write) = caller.0.into_split();
    let upload = async move {
        let head = format!("{POST}Content-Length: {}\r\n\r\n", PIECE * PIECES);
        write.write_all(head.as_bytes()).await.unwrap();
        for at in 0..PIECES {
            write.write_all(&vec![at as u8; PIECE]).await.unwrap();
        }
        write
    };
    let mut answer = Vec::new();
    let (_write, length) = join(upload, read.read_to_end(&mut answer)).await;
    let body = answer.len() - PIECE * PIECES;
    assert!(body < 400 && length.is_ok(), "the head is all there is beside the body");
    let right = answer[body..]
        .chunks(PIECE)
        .enumerate()
        .all(|(at, piece)| piece.len() == PIECE && piece.iter().all(|byte| *byte == at as u8));
    assert!(right, "every byte came in its place");
}

/// A caller that reads nothing must stop the API's sending, not fill our memory.
#[tokio::test]
async fn an_answer_is_not_gathered_for_a_caller_that_does_not_read() {
    let (listener, gate) = puppet().await;
    let mut caller = gate.connect().await;
    caller.send(&get("/", "")).await;
    let mut api = accepted(&listener).await;
    api.send("HTTP/1.1 200 OK\r\n\r\n").await;
    let mut sent = 0;
    let piece = vec![b'x'; 1024 * 1024];
    let wait = Duration::from_millis(300);
    while let Ok(Ok(bytes)) = tokio::time::timeout(wait, api.0.write(&piece)).await {
        sent += bytes;
        assert!(sent < 64 * piece.len(), "the sockets' buffers are not that large");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_never_a_whole_one() {
    for (head, piece) in
        [("Transfer-Encoding: chunked", "5\r\nhello\r\n"), ("Content-Length: 100", "hello")]
    {
        let (listener, gate) = puppet().await;
        let mut caller = gate.connect().await;
        caller.send(&get("/", "")).await;
        let mut api = accepted(&listener).await;
        api.send(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{piece}")).await;
        caller.until("hello").await;
        drop(api);
        let rest = caller.rest().await;
        assert!(!rest.contains("0\r\n\r\n") && rest.len() < 10, "{head}: {rest:?}");
    }
}

#[tokio::test]
async fn an_answer_that_stops_midway_is_cut() {
    let (listener, gate) = puppet().await;
    let mut caller = gate.connect().await;
    caller.send(&get("/", "")).await;
    let mut api = accepted(&listener).await;
    api.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").await;
    caller.until("hello\r\n").await;
    assert_eq!(caller.rest().await, "", "cut, though the API holds its connection");
}

#[tokio::test]
async fn a_long_upload_is_not_a_slow_api() {
    let echo = post(|body: axum::body::Bytes| async move { body });
    let api = Server::start(Router::new().route("/", echo), Limits::default()).await;
    let gate = gate_to(&format!("http://{}", api.address)).await;
    let mut caller = gate.connect().await;
    caller.send(&format!("{POST}Content-Length: 8\r\n\r\n")).await;
    for letter in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        tokio::time::sleep(timeouts().first_byte / 3).await;
        caller.send(letter).await;
    }
    assert!(caller.rest().await.ends_with("abcdefgh"));
}

#[tokio::test]
async fn a_caller_that_breaks_off_is_not_the_apis_fault() {
    let (listener, _gate) = puppet().await;
    let base = format!("http://{}", listener.local_addr().unwrap());
    let upstream = Upstream::new(&base, timeouts()).unwrap();
    let broken = futures_util::stream::once(async { Err(std::io::Error::other("gone")) });
    let broken = futures_util::stream::iter([Ok("half")]).chain(broken);
    let request = Request::post("/").body(Body::from_stream(broken)).unwrap();
    let (_api, answer) = join(listener.accept(), upstream.forward(request, "/", &[], None)).await;
    assert_eq!(answer.err(), Some(Reason::RequestMalformed));
}

#[tokio::test]
async fn a_websocket_becomes_a_tunnel() {
    let (listener, gate) = puppet().await;
    let mut caller = gate.connect().await;
    caller.send(ASK_WEBSOCKET).await;
    let mut api = Raw(listener.accept().await.unwrap().0);
    let head = api.until("\r\n\r\n").await;
    assert!(head.contains("connection: upgrade\r\n"), "{head}");
    assert!(head.contains("upgrade: websocket\r\n"), "{head}");
    assert!(head.contains("portreeve-client: crew-sync\r\n"), "{head}");
    api.send(SWITCH).await;
    let answer = caller.until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(answer.contains("sec-websocket-accept: x\r\n"), "{answer}");
    for word in ["ping", "GET / HTTP/1.1\r\n\r\n", "\0\u{1}binary"] {
        caller.send(word).await;
        assert_eq!(api.until(word).await, word);
        api.send(word).await;
        assert_eq!(caller.until(word).await, word);
    }
    drop(api);
    assert_eq!(caller.rest().await, "");
}

#[tokio::test]
async fn a_websocket_that_the_api_refuses_is_an_ordinary_answer() {
    let (listener, gate) = puppet().await;
    let mut caller = gate.connect().await;
    caller.send(ASK_WEBSOCKET).await;
    let mut api = accepted(&listener).await;
    api.send("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno").await;
    let answer = caller.until("no").await;
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
    // What follows is a request to the gate, not bytes for the API.
    caller.send("nonsense\r\n\r\n").await;
    assert!(caller.rest().await.starts_with("HTTP/1.1 400 "));
}
