//! How many durable commits per second: one revoked token each, from many callers
//! at once.
//!
//! `cargo run --release -p portreeve-store --example commit_speed -- URL [CALLERS] [SECONDS]`
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::TokenId;
use portreeve_store::contract::SharedStore;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::open::open;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(url) = arguments.first() else {
        eprintln!("commit_speed URL [CALLERS] [SECONDS]");
        return ExitCode::from(2);
    };
    let number = |place: usize, default: u64| {
        arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    match measure(url, number(1, 64), Duration::from_secs(number(2, 5))).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(url: &str, callers: u64, length: Duration) -> Result<(), StoreError> {
    let store = open(url).await?;
    // Beyond any token that an earlier run on the same database has revoked.
    let next = Arc::new(AtomicU64::new(u64::try_from(store.newest_change().await?).unwrap_or(0)));
    let begin = Instant::now();
    let mut committing = JoinSet::new();
    for _ in 0..callers {
        committing.spawn(commit_until(Arc::clone(&store), Arc::clone(&next), begin + length));
    }
    let mut waits = Vec::new();
    while let Some(done) = committing.join_next().await {
        waits.extend(done.map_err(|error| StoreError::Unavailable(error.to_string()))??);
    }
    let seconds = begin.elapsed().as_secs_f64();
    waits.sort_unstable();
    let quantile = |part: usize| waits.get(waits.len() * part / 1000).copied().unwrap_or_default();
    println!(
        "{callers} callers: {:.0} commits/s, median {:?}, p99 {:?}, {:.1} statements per commit",
        waits.len() as f64 / seconds,
        quantile(500),
        quantile(990),
        store.statements() as f64 / waits.len() as f64,
    );
    Ok(())
}

async fn commit_until(
    store: SharedStore,
    next: Arc<AtomicU64>,
    end: Instant,
) -> Result<Vec<Duration>, StoreError> {
    let corrupt = |error| StoreError::Corrupt(format!("{error}"));
    let client_id = ClientId::parse("prc_speed").map_err(corrupt)?;
    let expires_at = Timestamp::from_unix(2_000_000_000);
    let mut waits = Vec::new();
    while Instant::now() < end {
        let number = u128::from(next.fetch_add(1, Ordering::Relaxed));
        // Spread over the key space, as random ids are.
        let id =
            TokenId(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes());
        let write = Write::TokenRevoked { id, client_id: client_id.clone(), expires_at };
        let begin = Instant::now();
        let at = Some(Timestamp::from_unix(1_800_000_000));
        store.commit(Commit { writes: vec![write], facts: Vec::new(), at }).await?;
        waits.push(begin.elapsed());
    }
    Ok(waits)
}
