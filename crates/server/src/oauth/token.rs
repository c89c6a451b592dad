//! The token endpoint of any dialect.

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::dialect::write;
use portreeve_core::refusal::Refusal;
use portreeve_core::token::issuance::Issued;
use portreeve_core::usage::gathered::TOKEN_ENDPOINT;

use crate::catalog::DialectEntry;
use crate::env::Env;
use crate::flow;
use crate::raw;
use crate::visit::Visit;

/// Answers a token request in the dialect with this number.
pub async fn token(env: &Env, number: usize, request: Request) -> Option<Response> {
    let entry = env.catalog.dialects.get(number)?;
    let (door, issued) = env.observer.doors.dialects.get(number)?;
    let mut visit = Visit::begin(env, door, &request);
    Some(match decide(env, entry, &mut visit, request).await {
        Ok(granted) => {
            issued.inc();
            let (id, unix_ms) = (visit.id, visit.unix_ms());
            let reply = write::issued(&entry.dialect, &granted, id.as_str(), unix_ms);
            visit.answer(reply, Ok(()))
        }
        Err(refusals) => {
            let refusal = entry.dialect.refusals.pick(refusals);
            visit.count_refused(TOKEN_ENDPOINT, &refusal);
            let around = visit.around(None, &entry.dialect.token.allow);
            let reply = entry.dialect.refusals.write(&refusal, &around);
            visit.answer(reply, Err(refusal.reason))
        }
    })
}

async fn decide(
    env: &Env,
    entry: &DialectEntry,
    visit: &mut Visit<'_>,
    request: Request,
) -> Result<Issued, Vec<Refusal>> {
    let (parts, body) = raw::read(request).await.map_err(|refusal| vec![refusal])?;
    let asked = entry.dialect.token.read(&raw::plain(&parts, &body));
    let peer = visit.peer();
    flow::token::token(env, asked, &entry.resources, peer, &mut visit.client)
        .await
        .map_err(flow::stop::Stop::into_refusals)
}
