//! Who is compared: the floor, every form of token, introspection and the gate.

use std::net::SocketAddr;
use std::rc::Rc;

use crate::fault::Fault;
use crate::installation::{Installation, audience, path};
use crate::load::Load;
use crate::process::Server;
use crate::request;
use crate::rounds::{Candidate, Target};

/// The `standard` dialect's token endpoint.
pub(crate) const STANDARD: &str = "/oauth2/token";
const INTROSPECT: &str = "/oauth2/introspect";
/// What the default form of token is called in the table.
pub(crate) const DEFAULT_TOKEN: &str = "token: ES256";

/// Services of the `standard` dialect, what their tokens are called, and what one of
/// them may cost.
const FORMATS: [(&str, &str, f64); 5] = [
    ("sealed", "token: sealed", 18.0),
    ("eddsa", "token: EdDSA", 33.0),
    ("es256", DEFAULT_TOKEN, 45.0),
    ("ps256", "token: PS256", 320.0),
    ("rs256", "token: RS256", 320.0),
];

/// Everything that runs while candidates are measured.
pub(crate) struct Running<'a> {
    /// The bare handler.
    pub(crate) floor: &'a Server,
    /// The API behind the gate.
    pub(crate) upstream: &'a Server,
    /// Portreeve, and its clients.
    pub(crate) warm: (&'a Server, &'a Installation),
    /// One that remembers no tokens: each is seen for the first time.
    pub(crate) cold: (&'a Server, &'a Installation),
}

/// All of them, the floor first.
///
/// # Errors
/// When a token for the gate cannot be had.
pub(crate) fn all(running: &Running<'_>) -> Result<Vec<Candidate>, Fault> {
    let (server, installation) = running.warm;
    let address = server.address;
    let mut all = vec![floor(running.floor, token_requests(installation, STANDARD, "sealed"))];
    for (service, name, most) in FORMATS {
        let requests = token_requests(installation, STANDARD, service);
        all.push(of(server, name, load(address, requests, 200), Target::Micros(most)));
    }
    all.push(introspection(running)?);
    all.extend(gate(running)?);
    all.extend(first_sight(running.cold)?);
    Ok(all)
}

/// The floor, asked these requests.
pub(crate) fn floor(server: &Server, requests: Vec<Vec<u8>>) -> Candidate {
    let load = load(server.address, requests, 200);
    of(server, "floor: axum, fixed answer", load, Target::None)
}

/// A request for a token from each client.
pub(crate) fn token_requests(
    installation: &Installation,
    endpoint: &str,
    service: &str,
) -> Vec<Vec<u8>> {
    let audience = audience(service);
    let clients = installation.clients.iter();
    clients.map(|client| request::token(endpoint, client, Some(&audience))).collect()
}

/// Requests to a server, all to be answered with one status.
pub(crate) fn load(address: SocketAddr, requests: Vec<Vec<u8>>, status: u16) -> Load {
    Load { address, requests: Rc::from(requests), status, sleeps: false }
}

fn introspection(running: &Running<'_>) -> Result<Candidate, Fault> {
    let (server, installation) = running.warm;
    let tokens = tokens(running.warm, "es256")?;
    let pairs = installation.clients.iter().zip(&tokens);
    let requests =
        pairs.map(|(client, token)| request::introspection(INTROSPECT, client, token)).collect();
    let load = load(server.address, requests, 200);
    Ok(of(server, "introspection, token seen before", load, Target::Micros(18.0)))
}

/// The decision alone, by its refusal, and with the call that follows a yes.
fn gate(running: &Running<'_>) -> Result<Vec<Candidate>, Fault> {
    let (server, _) = running.warm;
    let tokens = tokens(running.warm, "es256")?;
    let refused = load(server.address, calls("es256", "bookings", &tokens), 403);
    let public = vec![request::call(&format!("{}/notices", path("es256")), None)];
    let passed = |name, requests| {
        let load = Load { sleeps: true, ..load(server.address, requests, 200) };
        let upstream = Some(running.upstream.id());
        Candidate { upstream, ..of(server, name, load, Target::None) }
    };
    Ok(vec![
        of(server, "gate: refused (403), token seen before", refused, Target::Micros(18.0)),
        passed("gate: passed on, public operation, 1 KB", public),
        passed("gate: passed on, token seen before, 1 KB", calls("es256", "cargo", &tokens)),
    ])
}

fn first_sight(cold: (&Server, &Installation)) -> Result<Vec<Candidate>, Fault> {
    let formats = [("es256", "ES256", 75.0), ("rs256", "RS256", 38.0)];
    let candidate = |(service, format, most)| {
        let requests = calls(service, "bookings", &tokens(cold, service)?);
        let name = format!("gate: refused (403), first sight of {format}");
        let load = load(cold.0.address, requests, 403);
        Ok(of(cold.0, &name, load, Target::Micros(most)))
    };
    formats.into_iter().map(candidate).collect()
}

fn calls(service: &str, operation: &str, tokens: &[String]) -> Vec<Vec<u8>> {
    let path = format!("{}/{operation}", path(service));
    tokens.iter().map(|token| request::call(&path, Some(token))).collect()
}

/// A token for each client.
fn tokens(of: (&Server, &Installation), service: &str) -> Result<Vec<String>, Fault> {
    let requests = token_requests(of.1, STANDARD, service);
    requests.iter().map(|request| request::ask_token(of.0.address, request)).collect()
}

/// A candidate of this server's.
pub(crate) fn of(server: &Server, name: &str, load: Load, target: Target) -> Candidate {
    Candidate { name: name.to_owned(), load, server: Some(server.id()), upstream: None, target }
}
