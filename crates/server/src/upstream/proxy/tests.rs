use axum::Router;
use axum::extract::Request as Asked;
use axum::routing::any;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::*;
use crate::listen::Limits;
use crate::loopback::{Raw, Server};

mod streaming;

fn timeouts() -> Timeouts {
    let first_byte = Duration::from_millis(300);
    Timeouts { connect: Duration::from_millis(500), first_byte, idle: Duration::from_secs(2) }
}

/// A gate before `upstream` that lets everything pass, and sets one header.
async fn gate(upstream: Upstream) -> Server {
    let forward = move |request: Asked| async move {
        let set = [(HeaderName::from_static("portreeve-client"), "crew-sync".parse().unwrap())];
        let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        match upstream.forward(request, &path, &set, None).await {
            Ok(answer) => answer,
            Err(reason) => Response::builder()
                .status(reason.row().status)
                .body(Body::from(reason.slug()))
                .unwrap(),
        }
    };
    Server::start(Router::new().fallback(any(forward)), Limits::default()).await
}

async fn gate_to(base_url: &str) -> Server {
    gate(Upstream::new(base_url, timeouts()).unwrap()).await
}

/// An API that shows the request it got: the request line, then its headers.
async fn mirror() -> Server {
    let show = |request: Asked| async move {
        let mut text = format!("{} {}\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            text += &format!("{name}: {}\n", value.to_str().unwrap());
        }
        let hop = [("keep-alive", "timeout=9"), ("x-hop", "1"), ("x-stays", "1")];
        let headers = hop.into_iter().chain([("portreeve_client", "x"), ("connection", "x-hop")]);
        let mut answer = Response::new(Body::from(text));
        for (name, value) in headers {
            answer.headers_mut().append(name, value.parse().unwrap());
        }
        answer
    };
    Server::start(Router::new().fallback(any(show)), Limits::default()).await
}

/// An API of one connection, for which the test speaks.
async fn puppet() -> (TcpListener, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gate = gate_to(&format!("http://{}", listener.local_addr().unwrap())).await;
    (listener, gate)
}

async fn accepted(listener: &TcpListener) -> Raw {
    let mut api = Raw(listener.accept().await.unwrap().0);
    api.until("\r\n\r\n").await;
    api
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: gate.example\r\nConnection: close\r\n{headers}\r\n")
}

#[tokio::test]
async fn the_api_sees_the_path_and_what_the_gate_says() {
    let api = mirror().await;
    let gate = gate_to(&format!("http://{}/base/", api.address)).await;
    let answer = gate.ask(&get("/v1/crew?b=%2F&a=1", "Accept: */*\r\n")).await;
    for line in [
        "GET /base/v1/crew?b=%2F&a=1\n",
        "accept: */*\n",
        "portreeve-client: crew-sync\n",
        &format!("host: {}\n", api.address),
        "x-forwarded-host: gate.example\n",
        "x-forwarded-proto: http\n",
        "x-forwarded-for: 127.0.0.1\n",
    ] {
        assert!(answer.contains(line), "{line:?} in {answer}");
    }
}

#[tokio::test]
async fn nothing_forged_reaches_the_api() {
    let api = mirror().await;
    let gate = gate_to(&format!("http://{}", api.address)).await;
    let forged = "Portreeve-Client: forged\r\nPortreeve_Client: forged\r\n\
                  PORTREEVE-ORGANIZATIONS: forged\r\nportreeve_organizations: forged\r\n\
                  X-Forwarded-For: forged\r\nX_Forwarded_For: forged\r\nForwarded: forged\r\n\
                  X-Forwarded-User: forged\r\nX-Real-IP: forged\r\nX-Original-URL: /forged\r\n\
                  X-HTTP-Method-Override: FORGED\r\nAuthorization: Bearer forged\r\n\
                  Proxy-Authorization: Basic forged\r\nTE: trailers\r\nKeep-Alive: forged\r\n\
                  Connection: x-hop, portreeve-client, x-forwarded-for\r\nX-Hop: forged\r\n\
                  Upgrade: h2c\r\nHTTP2-Settings: forged\r\nExpect: forged\r\n";
    let answer = gate.ask(&get("/", forged)).await.to_lowercase();
    let api_saw = answer.split_once("\r\n\r\n").unwrap().1;
    assert!(!api_saw.contains("forged"), "{api_saw}");
    for name in ["te:", "upgrade:", "connection:", "http2-settings:", "expect:"] {
        assert!(!api_saw.contains(&format!("\n{name}")), "{name} in {api_saw}");
    }
    assert!(api_saw.contains("portreeve-client: crew-sync\n"), "{api_saw}");
    assert!(api_saw.contains("x-forwarded-for: 127.0.0.1\n"), "{api_saw}");
}

#[tokio::test]
async fn nothing_of_the_apis_connection_reaches_the_caller() {
    let api = mirror().await;
    let gate = gate_to(&format!("http://{}", api.address)).await;
    let answer = gate.ask(&get("/", "")).await;
    let head = answer.split_once("\r\n\r\n").unwrap().0;
    assert!(head.contains("x-stays: 1"), "{head}");
    for gone in ["keep-alive", "x-hop", "portreeve_client"] {
        assert!(!head.contains(gone), "{gone} in {head}");
    }
}

#[tokio::test]
async fn the_api_learns_how_the_caller_came() {
    let api = mirror().await;
    let upstream = Upstream::new(&format!("http://{}", api.address), timeouts()).unwrap();
    for (upstream, proto) in [(upstream.clone(), "http"), (upstream.behind_https(), "https")] {
        let forged = "X-Forwarded-Proto: forged\r\nAuthorization: Bearer secret\r\n";
        let answer = gate(upstream).await.ask(&get("/", forged)).await;
        assert!(answer.contains(&format!("\nx-forwarded-proto: {proto}\n")), "{answer}");
        assert!(!answer.contains("secret"), "the token was for the gate: {answer}");
    }
}

/// A length beside a transfer coding (RFC 9112 §6.1): the API gets one body, by the
/// coding, and never what follows as a request.
#[tokio::test]
async fn nothing_is_smuggled_to_the_api() {
    let (listener, gate) = puppet().await;
    for fields in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    ] {
        let api = async {
            let mut api = Raw(listener.accept().await.unwrap().0);
            let head = api.until("\r\n\r\n").await.to_lowercase();
            let body = api.until("0\r\n\r\n").await;
            api.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").await;
            (head, body, api.rest().await)
        };
        let head = format!("POST / HTTP/1.1\r\nHost: gate.example\r\n{fields}\r\n");
        let smuggled = get("/smuggled", "");
        let sent = format!("{head}3\r\nabc\r\n0\r\n\r\n{smuggled}");
        let ((head, body, rest), answer) = futures_util::future::join(api, gate.ask(&sent)).await;
        assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
        assert!(!head.contains("content-length"), "{head}");
        assert_eq!((&*body, &*rest), ("3\r\nabc\r\n0\r\n\r\n", ""));
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        let again = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
        assert!(again.is_err(), "a second request reached the API");
    }
}

#[tokio::test]
async fn an_api_that_is_down_is_a_502() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for base in [format!("http://{address}"), format!("https://{address}")] {
        let answer = gate_to(&base).await.ask(&get("/", "")).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        assert!(answer.ends_with("upstream_unreachable"), "{answer}");
    }
}

#[tokio::test]
async fn an_api_without_tls_is_not_spoken_to_in_clear() {
    let api = mirror().await;
    let answer = gate_to(&format!("https://{}", api.address)).await.ask(&get("/", "")).await;
    assert!(answer.ends_with("upstream_unreachable"), "{answer}");
}

#[tokio::test]
async fn an_api_that_says_nothing_is_a_504() {
    let (listener, gate) = puppet().await;
    let (_api, answer) =
        futures_util::future::join(accepted(&listener), gate.ask(&get("/", ""))).await;
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.ends_with("upstream_slow"), "{answer}");
}

#[tokio::test]
async fn an_api_that_speaks_nonsense_is_a_502() {
    let nonsense = [
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        "",
    ];
    for text in nonsense {
        let (listener, gate) = puppet().await;
        let api = async {
            accepted(&listener).await.send(text).await;
        };
        let ((), answer) = futures_util::future::join(api, gate.ask(&get("/", ""))).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{text:?}: {answer}");
    }
}

/// A request that may have arrived is never sent again, whatever its method.
#[tokio::test]
async fn a_request_is_sent_once() {
    let (listener, gate) = puppet().await;
    let asked = tokio::spawn(async move { gate.ask(&get("/", "")).await });
    drop(accepted(&listener).await);
    assert!(asked.await.unwrap().ends_with("upstream_unreachable"));
    let again = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(again.is_err(), "there was a second attempt");
}

#[tokio::test]
async fn a_pooled_connection_that_was_closed_meanwhile_costs_nothing() {
    let (listener, gate) = puppet().await;
    for _ in 0..2 {
        let api = async {
            let mut api = accepted(&listener).await;
            api.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            api.0.shutdown().await.unwrap();
        };
        let ((), answer) = futures_util::future::join(api, gate.ask(&get("/", ""))).await;
        assert!(answer.ends_with("ok"), "{answer}");
    }
}

#[tokio::test]
async fn a_head_and_an_empty_answer_keep_their_lengths() {
    let (listener, gate) = puppet().await;
    let api = async {
        let mut api = accepted(&listener).await;
        api.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n").await;
        api
    };
    let head = get("/", "").replacen("GET", "HEAD", 1);
    let (_api, answer) = futures_util::future::join(api, gate.ask(&head)).await;
    assert!(answer.contains("content-length: 1234\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn an_upstream_has_scheme_host_and_path_only() {
    for good in ["http://127.0.0.1:9", "https://api.example/v1/", "http://[::1]:9/"] {
        assert!(Upstream::new(good, timeouts()).is_ok(), "{good}");
    }
    for bad in ["", "/path", "api.example", "ftp://a.example", "http://u:p@a.example", "http://"] {
        assert!(Upstream::new(bad, timeouts()).is_err(), "{bad}");
    }
    for bad in ["http://a.example/?q=1", "http://a.example/#f", "http:///path"] {
        assert!(Upstream::new(bad, timeouts()).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn what_cannot_be_forwarded_is_malformed() {
    let upstream = Upstream::new("http://127.0.0.1:9", timeouts()).unwrap();
    for (method, path) in [("CONNECT", "/"), ("GET", ""), ("GET", "evil.example/"), ("GET", "/ ")] {
        let request = Request::builder().method(method).body(Body::empty()).unwrap();
        let answer = upstream.forward(request, path, &[], None).await;
        assert_eq!(answer.err(), Some(Reason::RequestMalformed), "{method} {path:?}");
    }
}
