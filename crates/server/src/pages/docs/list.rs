//! The list of services, how a token is asked for, and what refusals mean.

use askama::Template;
use portreeve_core::dialect::refusals::Around;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::service::Service;
use portreeve_core::time::Ttl;

use crate::catalog::ServiceEntry;
use crate::openapi::has_own_grant;
use crate::pages::asking::ask_for_access;
use crate::pages::docs::{Reader, Standing, asks};
use crate::pages::frame::{Frame, page};
use crate::pages::portal::Shown;
use crate::paths::DOCS;
use crate::texts::{Texts, number};

/// What a caller meets most, with the id of what helps.
const REFUSALS: [(Reason, &str); 4] = [
    (Reason::TokenExpired, "docs-refused-expired"),
    (Reason::ScopeInsufficient, "docs-refused-scope"),
    (Reason::OrganizationOutOfReach, "docs-refused-reach"),
    (Reason::OperationUnknown, "docs-refused-unknown"),
];

#[derive(Template)]
#[template(path = "docs/list.html")]
struct Page {
    frame: Frame,
    t: &'static Texts,
    /// Id and name.
    organization: Option<(String, String)>,
    services: Vec<Line>,
    closed: Vec<Line>,
    tokens: Vec<Tokens>,
    refusals: Vec<(String, &'static str, String)>,
}

struct Line {
    href: String,
    title: String,
    version: String,
    summary: String,
    path: String,
    operations: String,
    /// Where one asks for it, when one is in an organization.
    ask: Option<String>,
}

/// How the tokens of some services are asked for.
struct Tokens {
    /// The services' titles; none when they are all there are.
    titles: Option<String>,
    is_own_grant: bool,
    endpoint: String,
    method: &'static str,
    api: String,
    /// Each service's audience, where they have several.
    audiences: Vec<(String, String)>,
    good_for: String,
    command: String,
}

pub(super) fn list(reader: &Reader) -> Shown {
    let services = reader.services();
    let of = |standing: Standing| -> Vec<&ServiceEntry> {
        services.iter().filter(|(_, one)| *one == standing).map(|(entry, _)| *entry).collect()
    };
    let (open, closed) = (of(Standing::Open), of(Standing::Closed));
    let lines = |entries: &[&ServiceEntry]| entries.iter().map(|it| line(reader, it)).collect();
    let template = Page {
        t: reader.frame.t,
        organization: reader.organization().map(|(id, name)| (id.to_owned(), name.to_owned())),
        services: lines(&open),
        closed: lines(&closed),
        tokens: tokens(reader, &open),
        refusals: refusals(reader, &open),
        frame: reader.frame.clone(),
    };
    Ok(page(200, &template))
}

fn line(reader: &Reader, entry: &ServiceEntry) -> Line {
    let (service, t) = (&entry.service, reader.frame.t);
    let ask = |(id, name)| ask_for_access(&reader.env, t, &service.title, (name, id));
    Line {
        href: format!("{DOCS}/{}", service.name),
        title: service.title.clone(),
        version: service.api.version.clone(),
        summary: service.api.summary.clone(),
        path: service.path.clone(),
        ask: reader.organization().and_then(ask),
        operations: number(service.api.routes.operations().len() as u64),
    }
}

/// One for each dialect, in the order of the services.
fn tokens(reader: &Reader, entries: &[&ServiceEntry]) -> Vec<Tokens> {
    let mut groups: Vec<Vec<&Service>> = Vec::new();
    for service in entries.iter().map(|entry| &*entry.service) {
        let same = |group: &&mut Vec<&Service>| {
            group.first().is_some_and(|first| first.dialect.name == service.dialect.name)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(service),
            None => groups.push(vec![service]),
        }
    }
    let is_only = groups.len() < 2;
    groups.iter().filter_map(|group| of_group(reader, group, is_only)).collect()
}

fn of_group(reader: &Reader, group: &[&Service], is_only: bool) -> Option<Tokens> {
    let (env, t) = (&reader.env, reader.frame.t);
    let service = group.first()?;
    let is_shared = group.iter().all(|one| one.audience == service.audience);
    // Where there is only one, nobody needs to name it.
    let audience = (!is_shared).then_some("<audience>");
    let (command, asks) = asks::command(env, service, audience);
    let pairs = group.iter().map(|one| (one.title.clone(), one.audience.as_str().to_owned()));
    let titles: Vec<&str> = group.iter().map(|one| one.title.as_str()).collect();
    let life = lives(reader, group);
    let good_for = match asks.reply.expires_in.as_ref().and_then(|path| path.last()) {
        Some(member) => t.say2("docs-good-for-told", "life", life, "member", member),
        None => t.say1("docs-good-for", "life", life),
    };
    Some(Tokens {
        titles: (!is_only).then(|| titles.join(", ")),
        is_own_grant: has_own_grant(&service.dialect),
        endpoint: format!("{}{}", asks.issuer, asks.path),
        method: asks.method,
        api: env.endpoints.issuer.clone(),
        audiences: if is_shared { Vec::new() } else { pairs.collect() },
        good_for,
        command,
    })
}

/// How long the tokens of these services live; whose, where they differ.
fn lives(reader: &Reader, group: &[&Service]) -> String {
    let (env, t) = (&reader.env, reader.frame.t);
    let mut lives: Vec<(Ttl, Vec<&str>)> = Vec::new();
    for service in group {
        let own = || Some(env.catalog.resource(&service.audience)?.token_ttl);
        let Some(life) = env.ttl_override.or_else(own) else { continue };
        match lives.iter_mut().find(|(one, _)| *one == life) {
            Some((_, titles)) => titles.push(&service.title),
            None => lives.push((life, vec![&service.title])),
        }
    }
    if let [(life, _)] = lives.as_slice() {
        return lasting(t, *life);
    }
    let told = |(life, titles): &(Ttl, Vec<&str>)| {
        t.say2("docs-life-of", "life", lasting(t, *life), "titles", titles.join(", "))
    };
    lives.iter().map(told).collect::<Vec<_>>().join("; ")
}

/// `24 hours`, `60 minutes`, `90 seconds`.
fn lasting(t: &Texts, life: Ttl) -> String {
    let seconds = u64::from(life.as_seconds());
    match seconds {
        0..120 => t.say1("docs-seconds", "count", seconds),
        120..7200 => t.say1("docs-minutes", "count", seconds / 60),
        7200..172_801 => t.say1("docs-hours", "count", seconds / 3600),
        _ => t.say1("docs-days", "count", seconds / 86_400),
    }
}

/// Each with the statuses that these services' dialects answer.
fn refusals(reader: &Reader, entries: &[&ServiceEntry]) -> Vec<(String, &'static str, String)> {
    let told = |(reason, id): (Reason, &str)| {
        let refusal = Refusal::from(reason);
        let status = |entry: &&ServiceEntry| {
            let table = &entry.service.dialect.resource.refusals;
            table.write(&refusal, &Around::default()).status
        };
        let mut statuses: Vec<u16> = entries.iter().map(status).collect();
        statuses.sort_unstable();
        statuses.dedup();
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        (statuses.join(", "), reason.slug(), reader.frame.t.say(id))
    };
    REFUSALS.into_iter().map(told).collect()
}
