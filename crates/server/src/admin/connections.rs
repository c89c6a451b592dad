//! What people have let clients do for them.

use portreeve_core::connection::record::{Connection, FamilyId};
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::clients::owner;
use crate::admin::moment;
use crate::admin::problem::Problem;
use crate::flow::administration::looks::{self, ConnectionsOf};
use crate::flow::connections;

fn shown(one: &Connection) -> Value {
    json!({
        "id": one.id.to_string(),
        "client_id": one.client_id,
        "user": one.user,
        "organization": one.organization,
        "reach": one.reach.as_str(),
        "audience": one.audience.to_string(),
        "scopes": one.scopes.iter().collect::<Vec<_>>(),
        "created_at": moment::written(one.created_at),
        "last_used_at": moment::or_null(one.last_used_at),
        "ended_at": moment::or_null(one.ended_at),
    })
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let limit = asked.query.limit();
    let after = asked.query.text("after");
    if after.as_deref().is_some_and(|id| FamilyId::from_hex(id).is_none()) {
        asked.query.fault("after", "expected the `next` of a page");
    }
    let client = client(asked);
    let owner = owner(asked).await?;
    if client.is_some() && owner.is_some() {
        asked.query.fault("client", "name a client, a user or an organization, not several");
    }
    asked.query.finish()?;
    let of = match (&client, &owner) {
        (Some(client), _) => ConnectionsOf::Client(client),
        (None, Some(Owner::User(user))) => ConnectionsOf::User(user),
        (None, Some(Owner::Organization(one))) => ConnectionsOf::Organization(one),
        (None, None) => ConnectionsOf::All,
    };
    let mut found = looks::connections(asked.env, of, after, limit.saturating_add(1)).await?;
    let next = asked.page(&mut found, limit, |one| one.id.to_string());
    Ok(Answer::page(&found.iter().map(shown).collect::<Vec<_>>(), next))
}

/// The client that the query names, whether or not it is there.
pub(super) fn client(asked: &mut Asked<'_>) -> Option<ClientId> {
    let text = asked.query.text("client")?;
    match ClientId::parse(&text) {
        Ok(id) => Some(id),
        Err(error) => {
            asked.query.fault("client", error.to_string());
            None
        }
    }
}

pub(super) async fn end(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = looks::connection(asked.env, asked.part("connection_id")).await?;
    asked.condition.expect_untagged()?;
    connections::end(asked.env, &found, &asked.actor).await?;
    Ok(Answer::done())
}
