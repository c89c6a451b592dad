use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use lettre::address::Envelope;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;

/// An authority of a company's own, in a folder.
struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        let ours = Self(tempfile::tempdir().unwrap());
        ours.make("ca", &["-subj", "/CN=Test authority"]);
        ours
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    /// A certificate `NAME.pem`, and its key `NAME.key`.
    fn make(&self, name: &str, more: &[&str]) {
        let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
            .args(["-nodes", "-days", "2", "-keyout", &key, "-out", &certificate])
            .args(more)
            .current_dir(self.0.path())
            .output()
            .expect("these tests need openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    /// What a relay shows that this authority knows by a name such as `DNS:mail.example.com`.
    fn shown_by(&self, name: &str) -> TlsAcceptor {
        let name = format!("subjectAltName={name}");
        let own = ["-subj", "/CN=Relay", "-addext", &name, "-addext", "basicConstraints=CA:FALSE"];
        self.make("relay", &[&own[..], &["-CA", "ca.pem", "-CAkey", "ca.key"]].concat());
        let at = |file| self.0.path().join(file);
        let certificate = CertificateDer::from_pem_file(at("relay.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(at("relay.key")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What came to a relay, and whether it came in TLS.
type Seen = Arc<Mutex<Vec<(bool, String)>>>;

/// A relay (RFC 5321) that speaks TLS at once or after STARTTLS.
async fn relay(acceptor: TlsAcceptor, at_once: bool) -> (u16, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, seen) = (listener.local_addr().unwrap().port(), Seen::default());
    let all = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, acceptor.clone(), at_once, Arc::clone(&all)));
        }
    });
    (port, seen)
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, at_once: bool, seen: Seen) {
    let mut stream = BufReader::new(stream);
    if !at_once {
        say(&mut stream, "220 relay.example ESMTP").await;
        talk(&mut stream, false, &seen).await;
    }
    let Ok(stream) = acceptor.accept(stream.into_inner()).await else { return };
    let mut stream = BufReader::new(stream);
    if at_once {
        say(&mut stream, "220 relay.example ESMTP").await;
    }
    talk(&mut stream, true, &seen).await;
}

/// Answers until the end, or STARTTLS.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    is_tls: bool,
    seen: &Seen,
) {
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        let said = std::mem::take(&mut line).trim_end().to_owned();
        let reply = match said.get(..4).unwrap_or(&said) {
            "EHLO" if is_tls => "250-relay.example\r\n250 AUTH PLAIN",
            "EHLO" => "250-relay.example\r\n250 STARTTLS",
            "DATA" => "354 Go on",
            "STAR" => "220 Begin",
            "AUTH" => "235 Welcome",
            _ => "250 Fine",
        };
        seen.lock().unwrap().push((is_tls, said.clone()));
        say(stream, reply).await;
        if said == "STARTTLS" {
            return;
        }
        // Every line of the mail up to its dot.
        while said == "DATA" && stream.read_line(&mut line).await.unwrap_or(0) > 0 {
            if std::mem::take(&mut line) == ".\r\n" {
                say(stream, "250 Taken").await;
                break;
            }
        }
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, reply: &str) {
    let _ = stream.write_all(format!("{reply}\r\n").as_bytes()).await;
    let _ = stream.flush().await;
}

/// Sends one mail to the relay at this port; what came of it.
async fn sent(port: u16, tls: Tls, ca_file: Option<PathBuf>) -> Result<(), String> {
    let user = Some(("id".to_owned(), Password::Variable("SMTP".to_owned())));
    let smtp = Smtp { host: "127.0.0.1".into(), port, tls, user, ca_file };
    let password = Some(Secret::new("hunter2".to_owned()));
    let relay = Relay::new(&smtp, password, "id.tidewright.example").unwrap();
    let to = vec!["ada@example.com".parse().unwrap()];
    let envelope = Envelope::new(Some("id@tidewright.example".parse().unwrap()), to).unwrap();
    let mail = Written { envelope, bytes: b"Subject: Hello\r\n\r\nHello.\r\n".to_vec() };
    relay.send(&mail).await.map_err(|failure| {
        assert!(failure.may_pass, "somebody may put the certificate right: {}", failure.what);
        failure.what
    })
}

#[tokio::test]
async fn a_relay_with_a_companys_own_certificate_gets_the_mail() {
    let authority = Authority::new();
    for (tls, at_once) in [(Tls::AtOnce, true), (Tls::AfterStartTls, false)] {
        let (port, seen) = relay(authority.shown_by("IP:127.0.0.1"), at_once).await;
        assert_eq!(sent(port, tls, Some(authority.file())).await, Ok(()), "{tls:?}");
        let seen = seen.lock().unwrap();
        let open: Vec<&str> =
            seen.iter().filter(|(is_tls, _)| !is_tls).map(|(_, said)| said.as_str()).collect();
        let before: &[&str] =
            if at_once { &[] } else { &["EHLO id.tidewright.example", "STARTTLS"] };
        assert_eq!(open, before, "nothing else in the open");
        let has = |begins: &str| seen.iter().any(|(_, said)| said.starts_with(begins));
        assert!(has("AUTH PLAIN ") && has("RCPT TO:<ada@example.com>") && has("DATA"), "{seen:?}");
    }
}

#[tokio::test]
async fn a_relay_that_cannot_show_who_it_is_gets_nothing() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    for (tls, at_once) in [(Tls::AtOnce, true), (Tls::AfterStartTls, false)] {
        // Theirs is called as ours is.
        for (by, name, ca_file, told) in [
            (&ours, "DNS:mail.example.com", Some(ours.file()), "not valid for name"),
            (&theirs, "IP:127.0.0.1", Some(ours.file()), "BadSignature"),
            (&ours, "IP:127.0.0.1", None, "UnknownIssuer"),
        ] {
            let (port, seen) = relay(by.shown_by(name), at_once).await;
            let failure = sent(port, tls, ca_file).await.unwrap_err();
            assert!(failure.contains(told), "{tls:?} {told}: {failure}");
            let seen = seen.lock().unwrap();
            let is_hello = |said: &str| said.starts_with("EHLO") || said == "STARTTLS";
            assert!(seen.iter().all(|(_, said)| is_hello(said)), "{seen:?}");
        }
    }
}

#[test]
fn authorities_that_are_none_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let told = || authorities(&path).map_err(|error| error.to_string()).unwrap_err();
    assert!(told().contains("ca.pem cannot be read: No such file"), "{}", told());
    let broken = "-----BEGIN CERTIFICATE-----\nQUFB\n-----END CERTIFICATE-----\n";
    let ours = Authority::new();
    let [right, key] =
        ["ca.pem", "ca.key"].map(|file| std::fs::read_to_string(ours.0.path().join(file)).unwrap());
    for (text, expected) in [
        ("", "it holds no certificate"),
        ("hello", "it holds no certificate"),
        (&key, "it holds no certificate"),
        (broken, "cannot be read: "),
        (&format!("{right}{broken}"), "cannot be read: "),
        ("-----BEGIN CERTIFICATE-----\n", "cannot be read: "),
    ] {
        std::fs::write(&path, text).unwrap();
        assert!(told().contains(expected), "{text}: {}", told());
    }
    std::fs::write(&path, format!("Ours\n{right}{right}")).unwrap();
    assert!(authorities(&path).is_ok());
}
