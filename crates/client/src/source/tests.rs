//! Against a token endpoint on loopback that counts what it is asked.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::{StatusCode, header};

use super::*;

/// What the endpoint saw and what it will answer.
#[derive(Default)]
struct Endpoint {
    asked: AtomicU64,
    /// Status and body; `{n}` in it becomes the number of the request.
    answer: RwLock<(u16, String)>,
    /// The last request's `Authorization` and body.
    seen: RwLock<(Option<String>, String)>,
    delay: AtomicU64,
}

impl Endpoint {
    fn answers(&self, status: u16, body: &str) {
        *self.answer.write().unwrap() = (status, body.to_owned());
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    async fn reply(&self, request: Request) -> Response {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let header = request.headers().get(header::AUTHORIZATION);
        let authorization = header.map(|value| value.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
        *self.seen.write().unwrap() = (authorization, String::from_utf8(body.to_vec()).unwrap());
        tokio::time::sleep(Duration::from_millis(self.delay.load(Ordering::SeqCst))).await;
        let (status, body) = self.answer.read().unwrap().clone();
        let mut response = Response::new(body.replace("{n}", &number.to_string()).into());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response.headers_mut().insert(header::RETRY_AFTER, "3".parse().unwrap());
        if (300..400).contains(&status) {
            response.headers_mut().insert(header::LOCATION, "/elsewhere".parse().unwrap());
        }
        response
    }
}

const HOUR: &str = r#"{"access_token":"tok{n}","expires_in":3600,"token_type":"Bearer"}"#;

/// A running endpoint and its URL.
async fn endpoint() -> (Arc<Endpoint>, String) {
    let endpoint = Arc::new(Endpoint::default());
    endpoint.answers(200, HOUR);
    let shared = endpoint.clone();
    let app = Router::new().fallback(move |request: Request| {
        let endpoint = shared.clone();
        async move { endpoint.reply(request).await }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/oauth2/token", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (endpoint, url)
}

fn builder(url: &str) -> Builder {
    TokenSource::builder(url, "prc_crewplanner", "prs_hidden").scope("crew_read crew_import")
}

/// A source whose clock stands where `time` says.
fn with_clock(builder: Builder, time: &Arc<AtomicU64>) -> TokenSource {
    let mut shared = Arc::into_inner(builder.build().unwrap().0).unwrap();
    let time = time.clone();
    shared.clock = Arc::new(move || time.load(Ordering::SeqCst));
    TokenSource(Arc::new(shared))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_callers_make_one_request() {
    let (endpoint, url) = endpoint().await;
    endpoint.delay.store(50, Ordering::SeqCst);
    let source = builder(&url).build().unwrap();
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.token().await.unwrap() })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().expose(), "tok1");
    }
    assert_eq!(endpoint.asked(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_shared_as_well() {
    let (endpoint, url) = endpoint().await;
    endpoint.delay.store(50, Ordering::SeqCst);
    endpoint.answers(503, r#"{"error":"temporarily_unavailable"}"#);
    let source = builder(&url).build().unwrap();
    let ask = || {
        let source = source.clone();
        tokio::spawn(async move { source.token().await.unwrap_err() })
    };
    let callers: Vec<_> = (0..50).map(|_| ask()).collect();
    for caller in callers {
        assert!(caller.await.unwrap().is_temporary());
    }
    assert_eq!(endpoint.asked(), 1);
    // Who comes later tries again.
    endpoint.answers(200, HOUR);
    assert_eq!(source.token().await.unwrap().expose(), "tok2");
}

#[tokio::test]
async fn the_request_says_who_asks_and_for_what() {
    let (endpoint, url) = endpoint().await;
    let source = builder(&url).audience("https://api.example.com/crew").build().unwrap();
    source.token().await.unwrap();
    let (authorization, body) = endpoint.seen.read().unwrap().clone();
    // base64 of "prc_crewplanner:prs_hidden"
    assert_eq!(authorization.as_deref(), Some("Basic cHJjX2NyZXdwbGFubmVyOnByc19oaWRkZW4="));
    assert_eq!(
        body,
        "grant_type=client_credentials&scope=crew_read+crew_import\
         &audience=https%3A%2F%2Fapi.example.com%2Fcrew"
    );
    builder(&url).secret_in_form().build().unwrap().token().await.unwrap();
    let (authorization, body) = endpoint.seen.read().unwrap().clone();
    assert_eq!(authorization, None);
    assert!(body.contains("&client_id=prc_crewplanner&client_secret=prs_hidden&"), "{body}");
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_its_end() {
    let (endpoint, url) = endpoint().await;
    let time = Arc::new(AtomicU64::new(1_000_000));
    let source = with_clock(builder(&url), &time);
    for (passed, expected) in [(0, "tok1"), (3539, "tok1"), (3540, "tok2"), (3541, "tok2")] {
        time.store(1_000_000 + passed, Ordering::SeqCst);
        assert_eq!(source.token().await.unwrap().expose(), expected, "after {passed} s");
    }
    assert_eq!(endpoint.asked(), 2);
}

#[tokio::test]
async fn a_valid_token_outlasts_a_server_that_is_away() {
    let (endpoint, url) = endpoint().await;
    let time = Arc::new(AtomicU64::new(1_000_000));
    let source = with_clock(builder(&url), &time);
    source.token().await.unwrap();
    endpoint.answers(503, r#"{"error":"temporarily_unavailable"}"#);
    // Tried early, then left alone for a while, then tried again.
    for (passed, asked) in [(3550, 2), (3554, 2), (3555, 3), (3599, 4)] {
        time.store(1_000_000 + passed, Ordering::SeqCst);
        assert_eq!(source.token().await.unwrap().expose(), "tok1", "after {passed} s");
        assert_eq!(endpoint.asked(), asked, "after {passed} s");
    }
    time.store(1_003_600, Ordering::SeqCst);
    assert!(source.token().await.unwrap_err().is_temporary());
}

#[tokio::test]
async fn others_go_on_while_one_renews() {
    let (endpoint, url) = endpoint().await;
    let time = Arc::new(AtomicU64::new(1_000_000));
    let source = with_clock(builder(&url), &time);
    source.token().await.unwrap();
    endpoint.delay.store(300, Ordering::SeqCst);
    time.store(1_003_550, Ordering::SeqCst);
    let renewing = tokio::spawn({
        let source = source.clone();
        async move { source.token().await.unwrap() }
    });
    while endpoint.asked() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(source.token().await.unwrap().expose(), "tok1");
    assert_eq!(renewing.await.unwrap().expose(), "tok2");
    assert_eq!(source.token().await.unwrap().expose(), "tok2");
}

#[tokio::test]
async fn a_caller_that_gives_up_stops_nobody() {
    let (endpoint, url) = endpoint().await;
    endpoint.delay.store(200, Ordering::SeqCst);
    let source = builder(&url).build().unwrap();
    let short = tokio::time::timeout(Duration::from_millis(50), source.token());
    assert!(short.await.is_err());
    assert!(source.token().await.is_ok());
}

#[tokio::test]
async fn a_forgotten_token_is_asked_for_anew() {
    let (endpoint, url) = endpoint().await;
    let folder = tempfile::tempdir().unwrap();
    let source = builder(&url).cache_file(folder.path().join("t.json")).build().unwrap();
    let first = source.token().await.unwrap();
    source.forget(&first).await;
    let second = source.token().await.unwrap();
    assert_eq!(second.expose(), "tok2");
    // A second 401 to the same old token changes nothing.
    source.forget(&first).await;
    assert_eq!(source.token().await.unwrap(), second);
    assert_eq!(endpoint.asked(), 2);
}

#[tokio::test]
async fn the_next_run_finds_the_token_on_disk() {
    let (endpoint, url) = endpoint().await;
    let folder = tempfile::tempdir().unwrap();
    let time = Arc::new(AtomicU64::new(1_000_000));
    let run = || with_clock(builder(&url).cache_file(folder.path().join("t.json")), &time);
    let token = run().token().await.unwrap();
    assert_eq!(run().token().await.unwrap(), token);
    assert_eq!(endpoint.asked(), 1);
    time.store(1_003_540, Ordering::SeqCst);
    assert_eq!(run().token().await.unwrap().expose(), "tok2");
    assert_eq!(run().token().await.unwrap().expose(), "tok2");
    assert_eq!(endpoint.asked(), 2);
    // Nearly over, and the server is away: better an old token than none.
    time.store(1_003_540 + 3590, Ordering::SeqCst);
    endpoint.answers(503, "");
    let source = run();
    assert_eq!(source.token().await.unwrap().expose(), "tok2");
    assert_eq!(source.token().await.unwrap().expose(), "tok2");
    assert_eq!(endpoint.asked(), 4);
    time.store(1_003_540 + 3600, Ordering::SeqCst);
    assert!(run().token().await.is_err());
}

#[tokio::test]
async fn errors_say_what_to_do_and_never_the_secret() {
    let (endpoint, url) = endpoint().await;
    let source = builder(&url).build().unwrap();
    let refusal = r#"{"error":"invalid_client","error_description":"No prs_hidden here."}"#;
    let basic = r#"{"error":"odd","error_description":"cHJjX2NyZXdwbGFubmVyOnByc19oaWRkZW4="}"#;
    for (status, body, expected) in [
        (401, refusal, "Check client id and secret"),
        (400, basic, "[secret]"),
        (429, r#"{"error":"temporarily_unavailable"}"#, "Wait 3 s"),
        (302, "", "none is followed"),
        (502, "<html>prs_hidden</html>", "no OAuth error"),
        (200, "[]", "no access_token"),
    ] {
        endpoint.answers(status, body);
        let error = source.token().await.unwrap_err();
        let told = format!("{error} {error:?} {source:?}");
        assert!(told.contains(expected), "{status}: {told}");
        assert!(!told.contains("prs_hidden") && !told.contains("cHJjX2"), "{told}");
    }
    // One request each: the redirect was not followed.
    assert_eq!(endpoint.asked(), 6);
}

#[tokio::test]
async fn silence_and_absence_are_told_apart() {
    let (endpoint, url) = endpoint().await;
    endpoint.delay.store(5_000, Ordering::SeqCst);
    let source = builder(&url).timeout(Duration::from_millis(50)).build().unwrap();
    assert!(matches!(source.token().await, Err(Error::TimedOut { .. })));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/t", listener.local_addr().unwrap());
    drop(listener);
    let error = builder(&nobody).build().unwrap().token().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    endpoint.delay.store(0, Ordering::SeqCst);
    endpoint.answers(200, &"x".repeat(70_000));
    let source = builder(&url).build().unwrap();
    assert!(source.token().await.is_err(), "an endless answer is not read to its end");
}
