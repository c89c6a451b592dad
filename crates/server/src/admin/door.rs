//! The door of the administration API: decide as the gate does, read, answer.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::audit::Actor;
use portreeve_core::org::permission::program_may;
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::{Method, Operation};
use portreeve_core::policy::verdict::Caller;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_store::directory::KnownClient;

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::condition::Condition;
use crate::admin::once::expect_taken;
use crate::admin::operations;
use crate::admin::problem::{Problem, refuse};
use crate::admin::query::Query;
use crate::catalog::ServiceEntry;
use crate::env::Env;
use crate::flow;
use crate::flow::decide::Arrived;
use crate::flow::stop::Stop;
use crate::raw;
use crate::usage::place_of;
use crate::visit::Visit;

/// Answers a call to the administration API, which is the service with this number.
pub async fn call(env: &Env, number: usize, rest: &str, request: Request) -> Option<Response> {
    let entry = env.catalog.services.get(number)?;
    let (door, counters) = env.observer.doors.services.get(number)?;
    let issuer = &env.endpoints.issuer;
    let mut visit = Visit::begin(env, door, &request);
    let path = match PlainPath::read(rest) {
        Ok(path) => path,
        Err(reason) => {
            counters.refused.inc();
            return Some(refuse(entry, visit, &reason.into(), "", issuer));
        }
    };
    let uri = request.uri().clone();
    let (method, query, headers) = (request.method().clone(), uri.query(), request.headers());
    let arrived = Arrived { method: &method, path: &path, query, headers, peer: visit.peer() };
    let caller = match let_in(env, entry, arrived, &mut visit.client).await {
        Ok(caller) => caller,
        Err(stop) => {
            counters.refused.inc();
            let refusals = stop.into_refusals();
            let allow = allowed_methods(entry, &path, &refusals);
            let refusal = entry.service.dialect.resource.refusals.pick(refusals);
            visit.count_refused(place_of(number), &refusal);
            return Some(refuse(entry, visit, &refusal, &allow, issuer));
        }
    };
    counters.allowed.inc();
    visit.count_passed(number);
    let (parts, body) = match raw::read(request).await {
        Ok(read) => read,
        Err(refusal) => return Some(refuse(entry, visit, &refusal, "", issuer)),
    };
    let operation = entry.service.api.routes.find(method.as_str(), &path).ok()?.operation;
    let id = visit.id.as_str().to_owned();
    let mut asked = Asked {
        env,
        actor: caller.map_or(Actor::System, |caller| Actor::Client(caller.client_id)),
        parts: named(operation.template.as_str(), &path),
        query: Query::read(query),
        condition: Condition::read(&parts.headers),
        headers: &parts.headers,
        body: &body,
        id: &id,
    };
    let answered = answer(operation, &mut asked).await;
    let is_conditional = asked.condition.is_some();
    match answered {
        Ok(answer) => {
            let base = format!("{issuer}{}", entry.service.path);
            Some(visit.end(answer.into_response(&base, path.spelling()), Ok(())))
        }
        Err(problem) => {
            let problem: Problem = problem.conditionally(is_conditional);
            Some(problem.answer(visit, issuer))
        }
    }
}

async fn answer(operation: &Operation, asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    if operation.method == Method::Post {
        expect_taken(&operation.id, asked.headers)?;
    }
    let answered = operations::answer(&operation.id, asked).await;
    answered.unwrap_or_else(|| Err(Refusal::from(Reason::ServerError).into()))
}

/// Who calls, if they may. The document is the policy; the table of who may do what is
/// asked as well, so that an operation that is described wrongly changes nothing.
async fn let_in(
    env: &Env,
    entry: &ServiceEntry,
    arrived: Arrived<'_>,
    seen: &mut Option<Arc<KnownClient>>,
) -> Result<Option<Caller>, Stop> {
    let passed = flow::decide::decide(env, &entry.service, arrived, seen).await?;
    let caller = passed.allowed.caller;
    let found = entry.service.api.routes.find(arrived.method.as_str(), arrived.path)?;
    let action = operations::action(&found.operation.id);
    let asks = caller.as_ref().zip(action);
    match asks.is_some_and(|(caller, action)| program_may(&caller.scope, action)) {
        true => Ok(caller),
        false => Err(Reason::ScopeInsufficient.into()),
    }
}

/// The parts of the path, by the names that the document gives them, decoded.
fn named(template: &str, path: &PlainPath<'_>) -> Vec<(String, String)> {
    let pairs = template.split('/').skip(1).zip(path.segments());
    let named = pairs.filter_map(|(wanted, found)| {
        let name = wanted.strip_prefix('{')?.strip_suffix('}')?;
        Some((name.to_owned(), found.to_owned()))
    });
    named.collect()
}

/// The methods of the path, for `Allow` (RFC 9110 §15.5.6): only a 405 tells them.
fn allowed_methods(entry: &ServiceEntry, path: &PlainPath<'_>, refusals: &[Refusal]) -> String {
    if !refusals.iter().any(|refusal| refusal.reason == Reason::OperationMethod) {
        return String::new();
    }
    let methods = entry.service.api.routes.allowed_methods(path);
    methods.into_iter().map(Method::name).collect::<Vec<_>>().join(", ")
}
