//! How long the gate's policy takes: `cargo run --release -p portreeve-core --example route_speed`.
//!
//! Reads a document of 2,000 operations, then finds an operation for plain and
//! encoded paths and the organization of a call. Prints nanoseconds per call.

use std::fmt::Write as _;
use std::hint::black_box;

use portreeve_core::policy::openapi;
use portreeve_core::policy::path::PlainPath;

const ROUNDS: u32 = 200_000;

fn main() -> Result<(), String> {
    let text = document();
    let mut described = None;
    time("read a document of 2,000 operations", 5, || described = openapi::read(&text).ok());
    let routes = described.ok_or("the document has faults")?.routes;
    for raw in ["/v1/room733/berths", "/v1/room733/berths/4711/crew", "/v1/room733/%62erths/4711"] {
        time(&format!("read and find {raw}"), ROUNDS, || {
            let path = PlainPath::read(black_box(raw));
            black_box(path.map(|path| routes.find("GET", &path).is_ok()).is_ok());
        });
        let path = PlainPath::read(raw).map_err(|reason| reason.slug())?;
        let found = routes.find("GET", &path).map_err(|reason| reason.slug())?;
        time(&format!("find {}", found.operation.id), ROUNDS, || {
            black_box(routes.find("GET", black_box(&path)).is_ok());
        });
        time("the organization in ?limit=50&organizationId=4200", ROUNDS, || {
            let query = black_box(Some("limit=50&organizationId=4200"));
            black_box(found.organization_named(query, |_| []).is_ok());
        });
    }
    Ok(())
}

/// 500 resources with four operations each.
fn document() -> String {
    let mut text = String::from(
        "openapi: 3.1.0\ninfo: {title: Speed, version: 1}\nsecurity: [{m: [read]}]\n\
         x-organization: {in: query, name: organizationId}\n\
         components: {securitySchemes: {m: {type: oauth2, flows: {clientCredentials: \
         {tokenUrl: /t, scopes: {read: Read}}}}}}\npaths:\n",
    );
    let organization = "parameters: [{name: organizationId, in: query}]";
    for n in 500..1000 {
        let operation = format!("{{{organization}, responses: {{'200': {{description: Done}}}}}}");
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  /v1/room{n}/berths:\n    get: {operation}\n    post: {operation}\n  \
             /v1/room{n}/berths/{{id}}:\n    get: {operation}\n  \
             /v1/room{n}/berths/{{id}}/crew:\n    get: {operation}"
        );
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn time(what: &str, rounds: u32, mut work: impl FnMut()) {
    let best = (0..5).map(|_| {
        let start = std::time::Instant::now();
        (0..rounds).for_each(|_| work());
        start.elapsed().as_nanos() / u128::from(rounds)
    });
    println!("{:>12} ns  {what}", best.min().unwrap_or_default());
}
