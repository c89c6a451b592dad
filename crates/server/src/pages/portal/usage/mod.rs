//! What clients call: a chart, the table behind it, and what could be done better.

mod lines;
mod span;

use askama::Template;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::service::Service;
use portreeve_core::text_id::ClientId;
use portreeve_core::usage::Tally;

use crate::flow::access;
use crate::flow::usage_report::{self, Asked, Report};
use crate::pages::chart::Chart;
use crate::pages::download::{self, Cell};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::usage::lines::{Advice, Line, advice, lines};
use crate::pages::portal::usage::span::{SPANS, Span};
use crate::pages::portal::{At, Not, Shown};
use crate::texts::{Texts, number};

#[derive(Template)]
#[template(path = "portal/usage.html")]
struct Usage {
    frame: Frame,
    t: &'static Texts,
    organization: Organization,
    chosen: Chosen,
    figures: Figures,
    chart: Chart,
    advice: Vec<Advice>,
    lines: Vec<Line>,
    steps: Vec<(String, Tally)>,
    is_empty: bool,
}

/// What was chosen, and what can be.
struct Chosen {
    spans: Vec<(Span, String, bool)>,
    clients: Vec<(String, String, bool)>,
    services: Vec<(String, String, bool)>,
    query: String,
}

/// The four figures.
struct Figures {
    requests: String,
    compared: String,
    refused: String,
    refused_share: String,
    tokens: String,
    tokens_share: String,
    in_use: String,
    not_in_use: String,
}

/// What the address asks for.
struct Filter {
    span: Span,
    client: Option<ClientId>,
    service: Option<String>,
}

/// The page.
///
/// # Errors
/// 404 when the organization is none of theirs.
pub async fn show(at: At) -> Shown {
    let (organization, report, filter) = gather(&at).await?;
    let (t, now) = (at.texts(), at.now());
    let slots = filter.span.slots(&report.over_time, now, t);
    let frame = at.frame(Tab::Usage, Some((organization.id.as_str(), &organization.name))).await?;
    let sum = slots.iter().fold(Tally::default(), |sum, slot| sum.plus(slot.tally));
    let steps = filter.span.steps(now);
    let template = Usage {
        frame,
        t,
        chosen: choose(&at, &organization, &filter).await?,
        figures: figures(t, sum, &report),
        chart: Chart::draw(&slots, finding(t, filter.span, sum)),
        advice: advice(&report),
        lines: lines(t, &report),
        steps: slots
            .iter()
            .zip(steps)
            .map(|(slot, at)| (filter.span.told(at), slot.tally))
            .collect(),
        is_empty: sum == Tally::default() && report.clients.is_empty(),
        organization,
    };
    Ok(page(200, &template))
}

/// The same as a table for other programs.
///
/// # Errors
/// As [`show`].
pub async fn export(at: At) -> Shown {
    let (organization, report, _) = gather(&at).await?;
    let head = ["client_id", "name", "requests", "refused", "tokens", "most_common_refusal"];
    let rows = report.clients.into_iter().map(|line| {
        vec![
            Cell::Text(line.client_id.to_string()),
            Cell::Text(line.name),
            Cell::Count(line.tally.passed.saturating_add(line.tally.refused)),
            Cell::Count(line.tally.refused),
            Cell::Count(line.tally.tokens),
            Cell::Text(line.refused_most.map_or_else(String::new, |(reason, _)| reason.into())),
        ]
    });
    Ok(download::csv(&format!("usage-{}", organization.id), &head, rows))
}

async fn gather(at: &At) -> Result<(Organization, Report, Filter), Not> {
    let (access, organization) =
        access::to_organization(&at.env, &at.who, at.id("organization")).await?;
    access.must(Action::SeeUsage)?;
    let filter = filter(at).await?;
    let steps = filter.span.steps(at.now());
    let (Some(from), Some(until)) = (steps.first(), steps.last()) else {
        return Err(portreeve_core::refusal::Reason::ServerError.into());
    };
    let asked = Asked {
        organization: &organization.id,
        client: filter.client.as_ref(),
        service: filter.service.as_deref(),
        from: *from,
        until: *until,
        by_hour: filter.span.is_by_hour(),
    };
    let report = usage_report::report(&at.env, asked).await?;
    Ok((organization, report, filter))
}

/// A client that is nothing to them is missing; a service that there is not is as none.
async fn filter(at: &At) -> Result<Filter, Not> {
    let client = at.query("client");
    let client = match client.is_empty() {
        true => None,
        false => {
            let (_, client) = access::to_client(&at.env, &at.who, &client).await?;
            Some(client.client_id)
        }
    };
    let service = at.query("service");
    let mut services = at.env.catalog.services.iter().map(|entry| &entry.service.name);
    let service = services.find(|name| **name == service).cloned();
    Ok(Filter { span: Span::from_name(&at.query("span")), client, service })
}

async fn choose(at: &At, organization: &Organization, filter: &Filter) -> Result<Chosen, Not> {
    let t = at.texts();
    let clients = usage_report::choices(&at.env, &organization.id).await?;
    let is_client = |id: &ClientId| filter.client.as_ref() == Some(id);
    let is_service = |name: &String| filter.service.as_ref() == Some(name);
    let services = offered(at, organization, filter).await?;
    let pair = |name: &str, value: &str| format!("&{name}={value}");
    let query = filter.client.as_ref().map_or_else(String::new, |id| pair("client", id.as_str()))
        + &filter.service.as_ref().map_or_else(String::new, |name| pair("service", name));
    Ok(Chosen {
        spans: SPANS.map(|span| (span, t.say(span.text()), span == filter.span)).into(),
        clients: clients
            .into_iter()
            .map(|(id, name)| (id.to_string(), name, is_client(&id)))
            .collect(),
        services: services
            .into_iter()
            .map(|one| (one.name.clone(), one.title.clone(), is_service(&one.name)))
            .collect(),
        query,
    })
}

/// The services that the contract opens, those that were used all the same within the
/// time, and the one that is chosen.
async fn offered<'a>(
    at: &'a At,
    organization: &Organization,
    filter: &Filter,
) -> Result<Vec<&'a Service>, Not> {
    let (steps, own) = (filter.span.steps(at.now()), std::slice::from_ref(&organization.id));
    let (Some(from), Some(until)) = (steps.first(), steps.last()) else { return Ok(Vec::new()) };
    let tree = at.env.directory.tree();
    let mut offered = Vec::new();
    for service in at.env.catalog.services.iter().map(|entry| &*entry.service) {
        let is_open = match service.is_own {
            true => tree.is_named(own, &service.name),
            false => tree.is_open(own, &service.name),
        };
        let asked = Asked {
            organization: &organization.id,
            client: None,
            service: Some(&service.name),
            from: *from,
            until: *until,
            by_hour: filter.span.is_by_hour(),
        };
        if is_open
            || filter.service.as_ref() == Some(&service.name)
            || usage_report::is_used(&at.env, asked).await?
        {
            offered.push(service);
        }
    }
    Ok(offered)
}

fn figures(t: &Texts, sum: Tally, report: &Report) -> Figures {
    let all = sum.passed.saturating_add(sum.refused);
    let before = report.before.passed.saturating_add(report.before.refused);
    let used = report.clients.iter().filter(|line| line.tally != Tally::default()).count();
    let counts = report.counts;
    let unused = counts.all.saturating_sub(used as u64);
    Figures {
        requests: number(all),
        compared: compared(t, all, before),
        refused: number(sum.refused),
        refused_share: t.say1("usage-share", "share", lines::share(sum.refused, all)),
        tokens: number(sum.tokens),
        tokens_share: match sum.tokens {
            0 => t.say("usage-no-tokens"),
            tokens => t.say1("usage-one-token-for", "requests", lines::ratio(all, tokens)),
        },
        in_use: t.say2("usage-in-use", "used", used, "all", counts.all.max(used as u64)),
        not_in_use: t.say_with(
            "usage-not-in-use",
            [
                ("unused", unused.into()),
                ("expired", counts.expired.into()),
                ("disabled", counts.disabled.into()),
            ],
        ),
    }
}

fn compared(t: &Texts, now: u64, before: u64) -> String {
    if before == 0 {
        return t.say("usage-nothing-before");
    }
    let share = lines::share(now.abs_diff(before), before);
    match now >= before {
        true => t.say1("usage-more", "share", share),
        false => t.say1("usage-less", "share", share),
    }
}

fn finding(t: &Texts, span: Span, sum: Tally) -> String {
    t.say_with(
        "usage-finding",
        [
            ("span", t.say(span.text()).into()),
            ("passed", sum.passed.into()),
            ("refused", sum.refused.into()),
        ],
    )
}
