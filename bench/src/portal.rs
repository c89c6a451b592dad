//! What a large customer's pages take: 100,000 clients on the embedded store, 5,000 of
//! them in one organization of 500 members, whose administrator looks around.

use std::path::Path;

use axum::http::HeaderValue;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::sign_in::session::{Seat, Session};
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{Counted, Tally};
use portreeve_server::env::Env;
use portreeve_server::sessions::SessionId;
use portreeve_store::contract::commit::{Used, Write};

use crate::candidates::load;
use crate::fault::Fault;
use crate::installation::{Installation, Plan, Service};
use crate::load::Until;
use crate::population::{commit, new_client, organizations};
use crate::process::{Server, cpu_time};
use crate::request;
use crate::table::Table;

const SERVICE: &str = "ships";
const SERVICES: [Service; 1] = [(SERVICE, "standard", None)];
const CLIENTS: usize = 100_000;
/// Those of the organization and of its members; each fifth is a member's.
const OF_THE_ORGANIZATION: usize = 5_000;
const MEMBERS: usize = 500;
/// Each so-many-th client was in use on each of these days.
const BUSY: usize = 10;
const DAYS: i64 = 30;
const DAY: i64 = 86_400;
/// Far from what the server can do, so that no page waits for another.
const PER_SECOND: f64 = 25.0;
/// The longest that the register may take, at the 99th percentile.
const MOST_MICROS: f64 = 50_000.0;

/// Whose pages are looked at.
struct Visitor {
    organization: OrganizationId,
    /// The session's cookie, as the browser sends it.
    cookie: String,
}

/// Measures an installation of its own in `folder`; each page is asked so many times.
///
/// # Errors
/// When the folder cannot be written, the server does not start, or a page is refused.
pub(crate) fn measure(
    folder: &Path,
    program: &Path,
    plan: Plan,
    times: u64,
) -> Result<Table, Fault> {
    eprintln!("{CLIENTS} clients are entered");
    let installation = Installation::empty(folder, program, &SERVICES, plan)?;
    let visitor = installation.enter(async |env| enter(env).await)?;
    let server = installation.start(true)?;
    let head = ["page", "CPU µs", "p50 ms", "p99 ms", "bytes", "target", "met"];
    let mut table = Table::new(&head);
    for (name, path, is_promised) in pages(&server, &visitor)? {
        let request = visit(&path, &visitor.cookie);
        let (_, body) = request::ask(server.address, &request)?;
        let load = load(server.address, vec![request], 200);
        let before = cpu_time(server.id())?;
        let measured = load.drive(Until::Answered(times), Some(PER_SECOND))?;
        let took = cpu_time(server.id())?.saturating_sub(before);
        let quantile = |share| measured.latencies.quantile_micros(share);
        let (target, met) = match (is_promised, quantile(0.99) <= MOST_MICROS) {
            (true, true) => ("p99 50 ms", "yes"),
            (true, false) => ("p99 50 ms", "no"),
            (false, _) => ("", ""),
        };
        table.push(vec![
            name.to_owned(),
            format!("{:.0}", took.as_secs_f64() * 1e6 / times as f64),
            format!("{:.1}", quantile(0.5) / 1e3),
            format!("{:.1}", quantile(0.99) / 1e3),
            body.len().to_string(),
            target.to_owned(),
            met.to_owned(),
        ]);
    }
    server.stop()?;
    Ok(table)
}

/// The pages: what each is called, where it is, and whether its time is promised.
fn pages(server: &Server, visitor: &Visitor) -> Result<Vec<(&'static str, String, bool)>, Fault> {
    let base = format!("/portal/organizations/{}", visitor.organization);
    let (status, body) = request::ask(server.address, &visit(&base, &visitor.cookie))?;
    let page = String::from_utf8_lossy(&body);
    let next = page.split('"').find(|text| text.starts_with(&base) && text.contains("after="));
    let next = next.ok_or_else(|| format!("{status}, and no second page:\n{page}"))?;
    Ok(vec![
        ("register", base.clone(), true),
        ("register, its second page", next.replace("&amp;", "&").replace("&#38;", "&"), true),
        ("register, search", format!("{base}?q=ent+42"), true),
        ("register, search that finds nothing", format!("{base}?q=zeppelin"), true),
        ("members", format!("{base}/members"), false),
        ("members, search", format!("{base}/members?q=person42"), false),
        ("usage, 30 days", format!("{base}/usage?span=30d"), false),
        ("audit", format!("{base}/audit"), false),
        ("operator", "/portal/operator".to_owned(), false),
        ("operator, organizations", "/portal/operator/organizations".to_owned(), false),
    ])
}

fn visit(path: &str, cookie: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"
    )
    .into_bytes()
}

async fn enter(env: &Env) -> Result<Visitor, Fault> {
    let (others, writes) = organizations(env)?;
    commit(env, writes).await?;
    let organization = OrganizationId::generate(&*env.entropy);
    let entered = Organization::new(organization.clone(), "Harbour", None, None, env.now())?;
    let mut writes = vec![Write::OrganizationEntered(entered)];
    let members = members(env, &organization, &mut writes)?;
    commit(env, writes).await?;
    clients(env, &organization, &members, &others).await?;
    let cookie = sign_in(env, members.first().ok_or("nobody is there")?).await?;
    Ok(Visitor { organization, cookie })
}

/// The first of them administers the organization, and is of the vendor's staff.
fn members(
    env: &Env,
    organization: &OrganizationId,
    writes: &mut Vec<Write>,
) -> Result<Vec<UserId>, Fault> {
    let mut ids = Vec::with_capacity(MEMBERS);
    for number in 0..MEMBERS {
        let user = UserId::generate(&*env.entropy);
        let (email, name) = (format!("person{number}@example.com"), format!("Person {number}"));
        writes.push(Write::UserEntered(User::new(
            user.clone(),
            &email,
            &name,
            number == 0,
            env.now(),
        )?));
        let role = if number == 0 { Role::Admin } else { Role::Member };
        let organization = organization.clone();
        writes.push(Write::MembershipSet(Membership { organization, user: user.clone(), role }));
        ids.push(user);
    }
    Ok(ids)
}

async fn clients(
    env: &Env,
    organization: &OrganizationId,
    members: &[UserId],
    others: &[OrganizationId],
) -> Result<(), Fault> {
    let mut turn = members.iter().cycle();
    let mut strangers = others.iter().cycle();
    let mut writes = Vec::with_capacity(CLIENTS);
    let mut used = Used::default();
    for number in 0..CLIENTS {
        let owner = match number {
            0..OF_THE_ORGANIZATION if number % 5 == 0 => turn.next().cloned().map(Owner::User),
            0..OF_THE_ORGANIZATION => Some(Owner::Organization(organization.clone())),
            _ => strangers.next().cloned().map(Owner::Organization),
        };
        let owner = owner.ok_or("nobody may own clients")?;
        let (credential, write) = new_client(env, number, owner, &[SERVICE])?;
        writes.push(write);
        if number % BUSY == 0 {
            count(&ClientId::parse(&credential.id)?, env.now(), &mut used);
        }
    }
    writes.push(Write::Used(Box::new(used)));
    commit(env, writes).await
}

fn count(client: &ClientId, now: Timestamp, used: &mut Used) {
    for back in 0..DAYS {
        used.counted.push(Counted {
            client_id: client.clone(),
            service: SERVICE.into(),
            hour: Timestamp::from_unix((now.as_unix() - back * DAY) / 3600 * 3600),
            tally: Tally { passed: 120, refused: 1, tokens: 24 },
        });
    }
}

async fn sign_in(env: &Env, user: &UserId) -> Result<String, Fault> {
    let id = SessionId::generate(&*env.entropy);
    let session = Session::begin(id.as_bytes(), user.clone(), Seat::default(), env.now());
    commit(env, vec![Write::SessionBegun(session)]).await?;
    let cookie = env.sessions.cookie(&id);
    let text = cookie.as_ref().and_then(|value: &HeaderValue| value.to_str().ok());
    let pair = text.and_then(|text| text.split(';').next()).ok_or("there is no cookie")?;
    Ok(pair.to_owned())
}
