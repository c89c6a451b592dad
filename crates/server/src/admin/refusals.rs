//! Why calls were refused: one of them explained, and all of them by reason.

use portreeve_core::client::record::ClientState;
use portreeve_core::refusal::Reason;
use portreeve_core::usage::RefusedSum;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::clients::{owner_shown, shown, state_name};
use crate::admin::looks::clients_of;
use crate::admin::moment;
use crate::admin::problem::Problem;
use crate::flow::explain::{Called, Explained, Hangs, Why, explain};
use crate::flow::usage::refused_by_reason;

/// How far back one may look, in days: single refusals are kept as long.
const MOST_DAYS: u32 = 30;

/// How far back one looks when nobody says.
const USUAL_DAYS: u32 = 7;

pub(super) async fn find(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = explain(asked.env, asked.part("request_id")).await?;
    let Explained { call, reason, client, why, .. } = &found;
    Ok(Answer::record(json!({
        "request_id": call.request_id,
        "at": moment::written(call.at),
        "client_id": call.client_id,
        "service": Some(&call.service).filter(|name| !name.is_empty()),
        "call": call.call,
        "from": call.peer.map(|peer| peer.to_string()),
        "reason": call.reason,
        "text": reason.map(|reason| reason.row().text),
        "about": call.about,
        "client": client.as_ref().map(|client| shown(asked.env, client)),
        "now": now(why),
    })))
}

pub(super) async fn by_reason(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let named = clients_of(asked).await?;
    let days = asked.query.count("days", MOST_DAYS).unwrap_or(USUAL_DAYS);
    asked.query.finish()?;
    let found = refused_by_reason(asked.env, named.of(), days).await?;
    Ok(Answer::all(&found.iter().map(sum).collect::<Vec<_>>()))
}

fn sum(one: &RefusedSum) -> Value {
    json!({
        "reason": one.reason,
        "text": Reason::from_slug(&one.reason).map(|reason| reason.row().text),
        "times": one.times,
        "newest": one.newest.as_ref().map(|call| json!({
            "request_id": call.request_id,
            "at": moment::written(call.at),
            "client_id": call.client_id,
        })),
    })
}

fn called(one: &Called) -> Value {
    json!({"id": one.id, "name": one.name})
}

fn all_called(all: &[Called]) -> Vec<Value> {
    all.iter().map(called).collect()
}

fn hangs(one: &Hangs) -> Value {
    json!({"id": one.one.id, "name": one.one.name, "above": all_called(&one.above)})
}

/// How what it was about stands now; `kind` says which of the other members there are.
fn now(why: &Why) -> Value {
    match why {
        Why::Scope { operation, needed, client_has } => {
            let needed: Vec<Vec<&str>> = needed.iter().map(|one| one.iter().collect()).collect();
            json!({"kind": "scope", "operation": operation, "needed": needed,
                "client_has": client_has})
        }
        Why::ScopeAsked { scope, offered_by, client_has } => {
            let offered: Vec<&str> = offered_by.iter().map(|one| one.as_str()).collect();
            json!({"kind": "scope_asked", "scope": scope, "offered_by": offered,
                "client_has": client_has})
        }
        Why::Organization { named, found, roots, reaches } => {
            json!({"kind": "organization", "named": named, "found": found.as_ref().map(hangs),
                "roots": all_called(roots), "reaches": reaches})
        }
        Why::Service { title, said_by, is_open } => {
            json!({"kind": "service", "title": title, "said_by": all_called(said_by),
                "is_open": is_open})
        }
        Why::Audience { asked, has } => {
            let has: Vec<&str> = has.iter().map(|one| one.as_str()).collect();
            json!({"kind": "audience", "asked": asked, "has": has})
        }
        Why::Plain => json!({"kind": "plain"}),
        other => credential_now(other),
    }
}

/// The same of what the client is and shows.
fn credential_now(why: &Why) -> Value {
    match why {
        Why::TokenExpired { at } => json!({"kind": "token_expired", "at": moment::or_null(*at)}),
        Why::TokenRevoked { all_before } => {
            json!({"kind": "token_revoked", "all_before": moment::or_null(*all_before)})
        }
        Why::ClientState { state, ends, owner, owner_stands } => {
            json!({"kind": "client_state", "state": state.map(|state: ClientState| state_name(state)),
                "ends": moment::or_null(*ends), "owner": owner.as_ref().map(owner_shown),
                "owner_stands": owner_stands})
        }
        Why::SecretWrong { live } => json!({"kind": "secret_wrong", "live": live}),
        Why::SecretExpired { id, ends, is_there, is_live } => {
            json!({"kind": "secret_expired", "id": id, "ends": moment::or_null(*ends),
                "is_there": is_there, "is_live": is_live})
        }
        Why::Network { from, networks, is_allowed } => {
            let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
            json!({"kind": "network", "from": from.map(|from| from.to_string()),
                "networks": networks, "is_allowed": is_allowed})
        }
        _ => json!({"kind": "plain"}),
    }
}
