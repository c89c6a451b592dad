//! What one request pays for being seen: nanoseconds per id, access log line and
//! counted outcome. Run with `cargo run --release -p portreeve-server --example
//! observe_speed`.
#![expect(clippy::disallowed_methods, reason = "a stopwatch, not part of the server")]

use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use portreeve_core::refusal::Reason;
use portreeve_core::time::Timestamp;
use portreeve_server::listen::Caller;
use portreeve_server::observe::access_log::{AccessLog, Format, Line};
use portreeve_server::observe::metrics::Metrics;
use portreeve_server::request_id::RequestIds;

const ROUNDS: u32 = 50;
/// Few enough that a round of log lines finds room (1 MiB), as in a real server.
const STEPS: u32 = 4_000;

fn main() -> io::Result<()> {
    let ids = RequestIds::new(&|bytes: &mut [u8]| bytes.fill(7));
    let metrics = Metrics::new("0", Timestamp::EPOCH);
    let door = metrics.door("standard");
    let log = AccessLog::start(io::sink(), Format::Json, metrics.log_lines_dropped())?;
    let id = ids.next();
    let line = Line {
        unix_millis: 1_763_726_400_123,
        id: id.as_str(),
        method: "POST",
        path: "/auth/connect/token",
        status: 200,
        client: Some("crew-sync"),
        door: "dualog",
        outcome: Ok(()),
        micros: 12,
        caller: Some(Caller::Peer(([127, 0, 0, 1], 50_000).into())),
    };
    measure("request id", || {
        black_box(ids.next());
    });
    measure("access log line", || log.write(black_box(&line)));
    let took = Duration::from_micros(12);
    measure("count, passed", || door.count(black_box(Ok(())), took));
    measure("count, refused", || door.count(black_box(Err(Reason::SecretWrong)), took));
    println!("lines dropped: {} (any would make the figure too good)", log.dropped());
    Ok(())
}

fn measure(name: &str, mut step: impl FnMut()) {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..STEPS {
            step();
        }
        best = best.min(start.elapsed());
        // The log's writer gets its turn, as it does between real requests.
        std::thread::sleep(Duration::from_millis(60));
    }
    println!("{name}: {} ns", best.as_nanos() / u128::from(STEPS));
}
