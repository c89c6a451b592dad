use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use portreeve_core::time::Timestamp;
use prometheus_client::metrics::counter::Counter;

use super::*;
use crate::config::mail::{From, Password, Smtp, Tls};
use crate::mail::post::tests::relay::TestRelay;
use crate::observe::metrics::Metrics;

mod relay;

const AT_ONCE: &[Duration] = &[Duration::from_millis(5), Duration::from_millis(5)];
const NEVER: &[Duration] = &[Duration::from_secs(3600)];

fn post(way: Way, pauses: &'static [Duration]) -> (Post, MailCounters) {
    let from = From { name: Some("Tidewright".into()), address: "id@tidewright.example".into() };
    let config = MailConfig { from: Some(from), way: Some(way) };
    let counters = Metrics::new("1", Timestamp::EPOCH).mail();
    let post = Post::new(&config, "https://id.tidewright.example", counters.clone());
    (post.with_pauses(pauses), counters)
}

fn to_relay(relay: &TestRelay, pauses: &'static [Duration]) -> (Post, MailCounters) {
    by(Tls::Never, relay, pauses)
}

fn by(tls: Tls, relay: &TestRelay, pauses: &'static [Duration]) -> (Post, MailCounters) {
    let smtp = Smtp { host: "127.0.0.1".into(), port: relay.port, tls, user: None, ca_file: None };
    let (post, counters) = post(Way::Smtp(smtp), pauses);
    tokio::spawn(post.open(nothing).unwrap().unwrap().run());
    (post, counters)
}

fn nothing(_: &str) -> Option<String> {
    None
}

fn mail(to: &str) -> Mail {
    Mail {
        kind: "invitation",
        to: to.to_owned(),
        subject: "Ingrid invites you to Løn".to_owned(),
        text: "Hello.\n.\n.hidden\nCode\n".to_owned(),
        html: "<p>Hello.</p>".to_owned(),
        at: Timestamp::from_unix(1_795_262_400),
        id: [7; 16],
    }
}

async fn reached(counter: &Counter, count: u64) {
    for _ in 0..1000 {
        if counter.get() == count {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("{} of {count}", counter.get());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn a_folder_gets_a_private_file_for_each_mail() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in/mail");
    let (post, counters) = post(Way::Folder(path.clone()), AT_ONCE);
    assert_eq!(post.send(mail("ada@example.com")), Err(Unsent::Nowhere), "not open yet");
    tokio::spawn(post.open(nothing).unwrap().unwrap().run());
    assert!(post.open(nothing).unwrap().is_none(), "once");
    // As another process might have left it.
    std::fs::write(path.join("20261121T120000Z-000000.eml"), "theirs").unwrap();
    for _ in 0..3 {
        post.send(mail("ada@example.com")).unwrap();
    }
    post.drain(Duration::from_secs(5)).await;
    assert_eq!((counters.sent.get(), counters.waiting.get()), (3, 0));
    let files = files(&path);
    let names: Vec<_> =
        files.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    let expected = [0, 1, 2, 3].map(|number| format!("20261121T120000Z-{number:06}.eml"));
    assert_eq!(names, expected);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&files[1])), (0o700, 0o600));
    let text = std::fs::read_to_string(&files[1]).unwrap();
    assert!(text.contains("To: ada@example.com\r\n"), "{text}");
    assert_eq!(post.send(mail("ada@example.com")), Err(Unsent::Full), "nothing after the end");
}

#[tokio::test]
async fn a_relay_gets_the_mail_as_it_is() {
    let relay = TestRelay::start(&[]).await;
    let (post, counters) = to_relay(&relay, AT_ONCE);
    post.send(mail("ada@example.com")).unwrap();
    reached(&counters.sent, 1).await;
    let taken = relay.taken();
    assert_eq!(taken.len(), 1);
    let [hello, sender, recipient, data] = &taken[0];
    assert_eq!(hello, "EHLO id.tidewright.example");
    assert_eq!(sender, "MAIL FROM:<id@tidewright.example>");
    assert_eq!(recipient, "RCPT TO:<ada@example.com>");
    assert!(data.contains("\r\nHello.\r\n..\r\n..hidden\r\n"), "RFC 5321 §4.5.2: {data}");
    assert!(data.contains("From: Tidewright <id@tidewright.example>\r\n"), "{data}");
    assert!(data.contains("Subject: Ingrid invites you to =?utf-8?b?"), "{data}");
}

#[tokio::test]
async fn what_passes_is_tried_again_and_what_does_not_is_given_up() {
    for (replies, sent, tries) in [
        (&["451 4.7.1 Later"][..], true, 2),
        (&["421 Too many", "450 Busy"], true, 3),
        (&["451 a", "451 b", "451 c", "451 d"], false, 3),
        (&["550 5.1.1 <ada@example.com>: no such user"], false, 1),
        (&["452 Full", "554 Spam"], false, 2),
        (&["535 Who are you", "530 Sign in"], true, 3),
        (&["nonsense"], true, 2),
        (&[""], true, 2),
    ] {
        let relay = TestRelay::start(replies).await;
        let (post, counters) = to_relay(&relay, AT_ONCE);
        post.send(mail("ada@example.com")).unwrap();
        let counter = if sent { &counters.sent } else { &counters.failed };
        reached(counter, 1).await;
        assert_eq!(relay.taken().len(), usize::from(sent), "{replies:?}");
        assert_eq!(relay.tries(), tries, "{replies:?}");
        assert_eq!(counters.sent.get() + counters.failed.get(), 1, "{replies:?}");
        assert_eq!(counters.waiting.get(), 0, "{replies:?}");
    }
}

#[tokio::test]
async fn without_the_tls_that_is_asked_for_nothing_leaves() {
    for tls in [Tls::AtOnce, Tls::AfterStartTls] {
        let relay = TestRelay::start(&[]).await;
        let (post, counters) = by(tls, &relay, AT_ONCE);
        post.send(mail("ada@example.com")).unwrap();
        reached(&counters.failed, 1).await;
        assert_eq!((relay.tries(), relay.taken().len()), (0, 0), "{tls:?}");
    }
}

#[tokio::test]
async fn a_relay_that_is_away_holds_nobody_up() {
    let gone = TestRelay::start(&[]).await.stop().await;
    let (post, counters) = to_relay(&gone, NEVER);
    for number in 0..MOST_WAITING {
        assert_eq!(post.send(mail("ada@example.com")), Ok(()), "{number}");
    }
    assert_eq!(post.send(mail("ada@example.com")), Err(Unsent::Full));
    assert_eq!(counters.refused.get(), 1);
    assert_eq!(counters.waiting.get(), i64::from(MOST_WAITING));
    // One more attempt each, without the pause of an hour.
    post.drain(Duration::from_secs(20)).await;
    assert_eq!((counters.failed.get(), counters.waiting.get()), (u64::from(MOST_WAITING), 0));
}

#[tokio::test]
async fn notices_are_taken_all_or_none_and_leave_room() {
    let gone = TestRelay::start(&[]).await.stop().await;
    let (post, counters) = to_relay(&gone, NEVER);
    let some = |count: u32| vec![mail("ada@example.com"); count as usize];
    assert_eq!(post.send_notices(some(500)), Ok(()));
    assert_eq!(post.send_notices(some(MOST_NOTICES - 499)), Err(Unsent::Full));
    assert_eq!((counters.refused.get(), counters.waiting.get()), (251, 500));
    assert_eq!(post.send_notices(some(MOST_NOTICES - 500)), Ok(()));
    assert_eq!(post.send_notices(Vec::new()), Ok(()));
    for number in MOST_NOTICES..MOST_WAITING {
        assert_eq!(post.send(mail("ada@example.com")), Ok(()), "{number}");
    }
    assert_eq!(post.send(mail("ada@example.com")), Err(Unsent::Full));
}

#[tokio::test]
async fn the_end_waits_for_a_slow_relay_but_not_for_long() {
    let relay = TestRelay::silent().await;
    let (post, counters) = to_relay(&relay, AT_ONCE);
    post.send(mail("ada@example.com")).unwrap();
    let ended = timeout(Duration::from_secs(5), post.drain(Duration::from_millis(100))).await;
    assert!(ended.is_ok() && counters.waiting.get() == 1);
}

#[test]
fn without_a_way_nothing_is_sent() {
    let counters = Metrics::new("1", Timestamp::EPOCH).mail();
    let post = Post::new(&MailConfig::default(), "http://127.0.0.1:8080", counters);
    assert!(!post.is_configured() && post.open(nothing).unwrap().is_none() && !post.is_open());
    assert_eq!(post.send(mail("ada@example.com")), Err(Unsent::Nowhere));
}

#[tokio::test]
async fn a_password_is_read_when_the_post_opens_and_never_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let open = |password: Password| {
        let user = Some(("id".to_owned(), password));
        let host = "[::1]".to_owned();
        let smtp = Smtp { host, port: 465, tls: Tls::AtOnce, user, ca_file: None };
        let opened = post(Way::Smtp(smtp), AT_ONCE)
            .0
            .open(|name| (name == "SMTP").then(|| "hunter2\n".to_owned()));
        opened.map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(open(Password::Variable("SMTP".into())), Ok(()));
    let fault = open(Password::Variable("OTHER".into())).unwrap_err();
    assert!(fault.starts_with("the environment variable OTHER is not set"), "{fault}");
    let in_file = || Password::File(file.clone());
    assert!(open(in_file()).unwrap_err().contains("cannot be read: No such file"));
    std::fs::write(&file, "hunter2\r\n").unwrap();
    assert_eq!(open(in_file()), Ok(()));
    for wrong in ["", "\n", "hunter2\nhunter2\n"] {
        std::fs::write(&file, wrong).unwrap();
        let fault = open(in_file()).unwrap_err();
        assert!(fault.contains("password") && !fault.contains("hunter2"), "{fault}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_told_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let way = Way::Folder(file.path().join("mail"));
    let fault = post(way, AT_ONCE).0.open(nothing).err().unwrap().to_string();
    assert!(fault.starts_with("mails cannot be written to /"), "{fault}");
}

#[test]
fn our_name_is_the_issuers_host() {
    for (issuer, host) in [
        ("https://id.example.com", "id.example.com"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
        ("http://[::1]:8080", "[::1]"),
        ("http://[::1]", "[::1]"),
    ] {
        assert_eq!(host_of(issuer), host);
    }
}
