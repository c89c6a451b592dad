//! What happened: usage over time, and who changed what.

use portreeve_core::audit::Fact;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::Tally;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::{Asked, organization};
use crate::admin::clients::{named, owner};
use crate::admin::connections::client;
use crate::admin::moment;
use crate::admin::problem::Problem;
use crate::flow::change::ChangeError;
use crate::flow::register;
use crate::flow::usage::{self, ClientsOf, SecretDay, Step, UsageSearch};

/// How many clients are told apart.
const MOST_CLIENTS: u32 = 200;

/// Whose clients a query is about.
pub(super) struct Named {
    client: Option<ClientId>,
    owner: Option<Owner>,
}

impl Named {
    pub(super) const fn of(&self) -> ClientsOf<'_> {
        match (&self.client, &self.owner) {
            (Some(client), _) => ClientsOf::Client(client),
            (None, Some(Owner::User(user))) => ClientsOf::User(user),
            (None, Some(Owner::Organization(one))) => ClientsOf::Organization(one),
            (None, None) => ClientsOf::All,
        }
    }
}

/// The clients that the query names: one, a person's, an organization's, or all.
///
/// # Errors
/// What the store says.
pub(super) async fn clients_of(asked: &mut Asked<'_>) -> Result<Named, Problem> {
    let client = client(asked);
    let owner = owner(asked).await?;
    if client.is_some() && owner.is_some() {
        asked.query.fault("client", "name a client, a user or an organization, not several");
    }
    Ok(Named { client, owner })
}

pub(super) async fn usage(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let named = clients_of(asked).await?;
    let service = service(asked);
    let step = step(asked);
    let (from, until) = span(asked, step);
    asked.query.finish()?;
    let search = UsageSearch { of: named.of(), service: service.as_deref(), from, until, step };
    let steps = usage::over_time(asked.env, &search).await?;
    let clients = usage::by_client(asked.env, &search, MOST_CLIENTS).await?;
    let told = |(at, tally): &(Timestamp, Tally)| counted("at", &moment::written(*at), *tally);
    let steps: Vec<Value> = steps.iter().map(told).collect();
    let clients: Vec<Value> =
        clients.iter().map(|(id, tally)| counted("client_id", id.as_str(), *tally)).collect();
    Ok(Answer::record(json!({
        "from": moment::written(from),
        "until": moment::written(until),
        "step": if step == Step::Hour { "hour" } else { "day" },
        "steps": steps,
        "clients": clients,
    })))
}

fn counted(name: &str, of: &str, tally: Tally) -> Value {
    json!({name: of, "passed": tally.passed, "refused": tally.refused, "tokens": tally.tokens})
}

fn service(asked: &mut Asked<'_>) -> Option<String> {
    let name = asked.query.text("service")?;
    let mut services = asked.env.catalog.services.iter().map(|entry| &entry.service.name);
    if !services.any(|known| *known == name) {
        asked.query.fault("service", "there is no such service");
    }
    Some(name)
}

fn step(asked: &mut Asked<'_>) -> Step {
    match asked.query.text("step").as_deref() {
        None | Some("day") => Step::Day,
        Some("hour") => Step::Hour,
        Some(_) => {
            asked.query.fault("step", "expected \"hour\" or \"day\"");
            Step::Day
        }
    }
}

/// From when until when, `from` at the beginning of its step.
fn span(asked: &mut Asked<'_>, step: Step) -> (Timestamp, Timestamp) {
    let (length, usual) = match step {
        Step::Hour => (3_600, Ttl::from_hours(24)),
        Step::Day => (86_400, Ttl::from_hours(30 * 24)),
    };
    let until = asked.query.moment("until").unwrap_or_else(|| asked.env.now());
    let from = asked.query.moment("from").unwrap_or_else(|| until.minus(usual));
    if from > until {
        asked.query.fault("from", "expected a moment before `until`");
    }
    let seconds = from.as_unix();
    (Timestamp::from_unix(seconds.saturating_sub(seconds.rem_euclid(length))), until)
}

pub(super) async fn facts(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let limit = asked.query.limit();
    let after = asked.query.text("after");
    let below = after.as_deref().map(str::parse::<i64>);
    if matches!(below, Some(Err(_))) {
        asked.query.fault("after", "expected the `next` of a page");
    }
    let within = match asked.query.text("organization") {
        None => None,
        Some(name) => match organization(asked.env, &name).await {
            Ok(found) => Some(found.id),
            Err(ChangeError::Missing { .. }) => {
                asked.query.fault("organization", "there is no such organization");
                None
            }
            Err(error) => return Err(error.into()),
        },
    };
    let looked_for = register::Asked {
        organization: within,
        who: asked.query.text("actor").unwrap_or_default(),
        action: asked.query.text("action").unwrap_or_default(),
        subject: asked.query.text("subject").unwrap_or_default(),
        from: asked.query.moment("from"),
        until: asked.query.moment("until"),
        below: below.and_then(Result::ok),
    };
    asked.query.finish()?;
    let mut found = register::facts(asked.env, &looked_for, limit.saturating_add(1)).await?;
    let next = asked.page(&mut found, limit, |(number, _)| number.to_string());
    Ok(Answer::page(&found.iter().map(fact).collect::<Vec<_>>(), next))
}

fn fact((number, fact): &(i64, Fact)) -> Value {
    json!({
        "number": number,
        "at": moment::written(fact.at),
        "actor": fact.actor,
        "action": fact.action,
        "subject": fact.subject,
        "organization": fact.organization,
        "detail": fact.detail,
    })
}

/// How far back the uses of secrets are told, in days.
const MOST_SECRET_DAYS: u32 = 400;

pub(super) async fn secret_days(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let days = asked.query.count("days", MOST_SECRET_DAYS).unwrap_or(28);
    asked.query.finish()?;
    let id = named(asked).await?.client_id;
    let found = usage::secret_days(asked.env, &id, days).await?;
    let told = |one: &SecretDay| json!({"secret_id": one.secret, "day": moment::written(one.day), "tokens": one.tokens});
    Ok(Answer::all(&found.iter().map(told).collect::<Vec<_>>()))
}
