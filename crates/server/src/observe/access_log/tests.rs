use std::sync::mpsc::{Receiver, Sender, channel};

use portreeve_core::refusal::Reason;
use serde_json::Value;

use super::*;
use crate::listen::Caller;

const NOON: u64 = 1_763_726_400_123;

fn line(path: &str) -> Line<'_> {
    Line {
        unix_millis: NOON,
        id: "00112233445566778899aabbccddeeff",
        method: "POST",
        path,
        status: 401,
        client: Some("crew-sync"),
        door: "dualog",
        outcome: Err(Reason::SecretWrong),
        micros: 1234,
        caller: Some(Caller::Peer(([127, 0, 0, 1], 50_000).into())),
    }
}

fn formatted(format: Format, line: &Line<'_>) -> String {
    let mut out = Vec::new();
    line.format(format, &mut out);
    String::from_utf8(out).unwrap()
}

/// An output whose every write waits for a permit and is then kept.
struct Gate {
    permits: Receiver<()>,
    written: Arc<Mutex<Vec<u8>>>,
    writes: Arc<Mutex<u32>>,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.permits.recv().map_err(io::Error::other)?;
        self.written.lock().unwrap().extend_from_slice(bytes);
        *self.writes.lock().unwrap() += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Bench {
    log: AccessLog,
    permits: Sender<()>,
    written: Arc<Mutex<Vec<u8>>>,
    writes: Arc<Mutex<u32>>,
}

fn bench() -> Bench {
    let (permits, receiver) = channel();
    let written = Arc::new(Mutex::new(Vec::new()));
    let writes = Arc::new(Mutex::new(0));
    let gate =
        Gate { permits: receiver, written: Arc::clone(&written), writes: Arc::clone(&writes) };
    let log = AccessLog::start(gate, Format::Json, Counter::default()).unwrap();
    Bench { log, permits, written, writes }
}

#[test]
fn json_has_every_field() {
    let value: Value = serde_json::from_str(&formatted(Format::Json, &line("/a"))).unwrap();
    let expected = serde_json::json!({
        "time": "2025-11-21T12:00:00.123Z",
        "id": "00112233445566778899aabbccddeeff",
        "method": "POST",
        "path": "/a",
        "status": 401,
        "client": "crew-sync",
        "door": "dualog",
        "outcome": "secret_wrong",
        "micros": 1234,
        "peer": "127.0.0.1:50000",
    });
    assert_eq!(value, expected);
}

#[test]
fn text_keeps_its_columns() {
    let mut line = line("/a b");
    (line.outcome, line.client, line.caller) = (Ok(()), None, None);
    assert_eq!(
        formatted(Format::Text, &line),
        "2025-11-21T12:00:00.123Z POST \"/a b\" 401 ok 1234 - dualog - \
         00112233445566778899aabbccddeeff\n"
    );
}

#[test]
fn a_query_is_never_written() {
    for path in ["/CP/?Licence=hunter2", "/CP/#hunter2", "?hunter2"] {
        for format in [Format::Json, Format::Text] {
            assert!(!formatted(format, &line(path)).contains("hunter2"), "{path}");
        }
    }
}

#[test]
fn nothing_breaks_out_of_its_value() {
    let nasty = "a\"b\\c\nd\re\tf\0g\u{1b}[31m\u{7f}\u{9b}2J\u{2028}é";
    let mut line = line(nasty);
    (line.client, line.door, line.method) = (Some(nasty), nasty, nasty);
    let json = formatted(Format::Json, &line);
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["path"], &value["client"]), (&nasty.into(), &nasty.into()));
    for out in [json, formatted(Format::Text, &line)] {
        assert_eq!(out.matches('\n').count(), 1);
        assert!(!out.trim_end_matches('\n').contains(|c: char| c.is_control()), "{out:?}");
    }
}

#[test]
fn values_are_cut() {
    let long = "é".repeat(10_000);
    let mut line = line(&long);
    line.client = Some(&long);
    let value: Value = serde_json::from_str(&formatted(Format::Json, &line)).unwrap();
    assert_eq!(value["path"].as_str().unwrap().len(), 256);
    assert_eq!(value["client"].as_str().unwrap().len(), 128);
}

#[test]
fn dates_are_right() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
        (1_735_689_599_000, "2024-12-31T23:59:59.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] {
        let mut out = line("/");
        out.unix_millis = millis;
        assert!(formatted(Format::Text, &out).starts_with(text), "{text}");
    }
}

#[test]
fn lines_go_out_in_batches_and_in_order() {
    let bench = bench();
    for _ in 0..3 {
        bench.permits.send(()).unwrap();
    }
    for micros in 0..1000 {
        bench.log.write(&Line { micros, ..line("/a") });
    }
    assert!(bench.log.flush(Duration::from_secs(10)));
    let written = String::from_utf8(bench.written.lock().unwrap().clone()).unwrap();
    let micros: Vec<u64> = written
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["micros"].as_u64().unwrap())
        .collect();
    assert_eq!(micros, (0..1000).collect::<Vec<_>>());
    assert!(*bench.writes.lock().unwrap() <= 3, "a thousand lines are a batch or three");
}

#[test]
fn a_stuck_writer_costs_lines_and_says_so() {
    let bench = bench();
    let count = 20_000;
    for _ in 0..count {
        bench.log.write(&line("/a"));
    }
    assert!(!bench.log.flush(Duration::from_millis(1)), "nothing can be out yet");
    let dropped = bench.log.dropped();
    assert!(dropped > 0 && dropped < count, "{dropped}");
    for _ in 0..4 {
        bench.permits.send(()).unwrap();
    }
    assert!(bench.log.flush(Duration::from_secs(10)));
    drop(bench.log);
    let written = String::from_utf8(bench.written.lock().unwrap().clone()).unwrap();
    let said: u64 = written
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).unwrap()["dropped_lines"].as_u64())
        .sum();
    assert_eq!(said, dropped);
    assert_eq!(written.matches("\"id\"").count() as u64, count - dropped);
}

#[test]
fn what_cannot_be_written_counts_as_dropped() {
    let bench = bench();
    drop(bench.permits); // every write fails from here on
    for _ in 0..5 {
        bench.log.write(&line("/a"));
    }
    assert!(bench.log.flush(Duration::from_secs(10)));
    assert_eq!(bench.log.dropped(), 5);
}
