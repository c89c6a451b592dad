//! What is no request's: memory, what is written, how soon the first token comes.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::candidates::{STANDARD, load, token_requests};
use crate::clock::now;
use crate::fault::Fault;
use crate::installation::{Installation, Plan};
use crate::load::Until;
use crate::process::{Server, resident_bytes, stored_bytes};
use crate::report::Figure;
use crate::request;
use crate::rounds::median;

/// Clients that ask for the many tokens.
const CLIENTS: usize = 10_000;
/// Beyond the ten seconds after which uses of secrets are written.
const UNTIL_FLUSHED: Duration = Duration::from_secs(11);
/// Starts of which the median counts.
const STARTS: usize = 10;
/// How long a server rests before its memory is looked at.
const REST: Duration = Duration::from_secs(1);

/// Measures an installation of its own in `folder`, with so many tokens.
///
/// # Errors
/// When a server does not start or a load fails.
pub(crate) fn measure(
    folder: &Path,
    program: &Path,
    plan: Plan,
    tokens: u64,
) -> Result<Vec<Figure>, Fault> {
    let plan = Plan { clients: CLIENTS, only: Some(&["sealed", "es256"]), ..plan };
    let installation = Installation::make(folder, program, plan)?;
    let at_rest = installation.database_bytes()?;
    let server = installation.start(false)?;
    let mut figures = vec![memory("memory, idle".to_owned(), &server, 15.0, "15 MiB")?];
    figures.extend(many_tokens(&installation, &server, tokens)?);
    server.stop()?;
    let grown = installation.database_bytes()?.saturating_sub(at_rest);
    let grown = format!("{:.2} B", grown as f64 / tokens as f64);
    figures.push(Figure::plain("database growth per token", grown));
    figures.push(starts(&installation)?);
    Ok(figures)
}

fn many_tokens(
    installation: &Installation,
    server: &Server,
    tokens: u64,
) -> Result<Vec<Figure>, Fault> {
    eprintln!("{tokens} tokens for {CLIENTS} clients");
    let requests = token_requests(installation, STANDARD, "sealed");
    let load = load(server.address, requests, 200);
    // Every client once: what follows finds all of them in memory.
    load.drive(Until::Answered(CLIENTS as u64), None)?;
    let before = (statements(server)?, stored_bytes(server.id())?);
    load.drive(Until::Answered(tokens), None)?;
    let name = format!("memory, after {tokens} tokens of {CLIENTS} clients");
    let mut figures = vec![memory(name, server, 40.0, "40 MiB")?];
    sleep(UNTIL_FLUSHED);
    let after = (statements(server)?, stored_bytes(server.id())?);
    let sent = after.1.saturating_sub(before.1) as f64 / tokens as f64;
    figures.push(Figure {
        name: "sent to storage per token, last uses included".to_owned(),
        value: format!("{sent:.2} B"),
        target: "0 B",
        met: Some(sent < 0.005),
    });
    figures.extend(statements_each(before.0, after.0, tokens));
    Ok(figures)
}

fn memory(name: String, server: &Server, most: f64, target: &'static str) -> Result<Figure, Fault> {
    sleep(REST);
    let mebibytes = resident_bytes(server.id())? as f64 / f64::from(1 << 20);
    let value = format!("{mebibytes:.1} MiB");
    Ok(Figure { name, value, target, met: Some(mebibytes <= most) })
}

/// From the start of the process to its first token, over a database that exists.
fn starts(installation: &Installation) -> Result<Figure, Fault> {
    let requests = token_requests(installation, STANDARD, "es256");
    let request = requests.first().ok_or("there is no client")?;
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let began = now();
        let server = installation.start(false)?;
        request::ask_token(server.address, request)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        server.stop()?;
    }
    let slowest = times.iter().copied().fold(0.0, f64::max);
    let middle = median(times.into_iter()).unwrap_or_default();
    Ok(Figure {
        name: format!("start to first token, median (slowest) of {STARTS}"),
        value: format!("{middle:.0} ({slowest:.0}) ms"),
        target: "100 ms",
        met: Some(middle < 100.0),
    })
}

/// The statements that the server has sent to its database, where it says so.
fn statements(server: &Server) -> Result<Option<u64>, Fault> {
    let (_, body) = request::ask(server.address, &request::call("/metrics", None))?;
    let text = String::from_utf8_lossy(&body);
    let line = text.lines().find(|line| line.starts_with("portreeve_statements_total"));
    Ok(line.and_then(|line| line.rsplit(' ').next()?.parse().ok()))
}

fn statements_each(before: Option<u64>, after: Option<u64>, tokens: u64) -> Option<Figure> {
    let sent = after?.saturating_sub(before?);
    let name = "statements per token, the follower's included";
    Some(Figure::plain(name, format!("{:.5}", sent as f64 / tokens as f64)))
}
