//! A relay for tests: takes mails in plain SMTP (RFC 5321) and answers `RCPT` as it is
//! told, then with 250.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What came for one mail: EHLO, MAIL, RCPT and the data.
pub(super) type Taken = [String; 4];

#[derive(Default)]
struct Seen {
    replies: VecDeque<String>,
    tries: usize,
    taken: Vec<Taken>,
}

pub(super) struct TestRelay {
    pub(super) port: u16,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl TestRelay {
    pub(super) async fn start(replies: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let replies = replies.iter().map(ToString::to_string).collect();
        let seen = Arc::new(Mutex::new(Seen { replies, ..Seen::default() }));
        let for_all = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(talk(stream, Arc::clone(&for_all)));
            }
        });
        Self { port, seen, task }
    }

    /// One that accepts and says nothing.
    pub(super) async fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let _held = listener.accept().await;
            tokio::time::sleep(Duration::from_secs(3600)).await;
        });
        Self { port, seen: Arc::default(), task }
    }

    /// Nobody listens there any more.
    pub(super) async fn stop(self) -> Self {
        self.task.abort();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {}
        self
    }

    pub(super) fn taken(&self) -> Vec<Taken> {
        self.seen.lock().unwrap().taken.clone()
    }

    /// How often somebody came to RCPT.
    pub(super) fn tries(&self) -> usize {
        self.seen.lock().unwrap().tries
    }
}

async fn talk(stream: TcpStream, seen: Arc<Mutex<Seen>>) {
    let mut stream = BufReader::new(stream);
    let mut lines: Taken = Taken::default();
    let mut reply = "220 relay.example ESMTP".to_owned();
    loop {
        if reply.is_empty() || stream.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_owned();
        reply = match line.split([' ', ':']).next().unwrap() {
            "RCPT" => {
                let mut seen = seen.lock().unwrap();
                seen.tries += 1;
                seen.replies.pop_front().unwrap_or_else(|| "250 Fine".to_owned())
            }
            "DATA" => "354 Go on".to_owned(),
            "QUIT" => "221 Bye".to_owned(),
            _ => "250 Fine".to_owned(),
        };
        match line.get(..4) {
            Some("EHLO") => lines[0] = line,
            Some("MAIL") => lines[1] = line,
            Some("RCPT") => lines[2] = line,
            Some("DATA") => {
                stream.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
                lines[3] = data(&mut stream).await;
                seen.lock().unwrap().taken.push(lines.clone());
                reply = "250 Taken".to_owned();
            }
            _ => {}
        }
    }
}

/// Everything up to the dot, as it came.
async fn data(stream: &mut BufReader<TcpStream>) -> String {
    let mut all = String::new();
    while !all.ends_with("\r\n.\r\n") {
        stream.read_line(&mut all).await.unwrap();
    }
    all
}
