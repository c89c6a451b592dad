//! The register of identity clients as CSV, sent as it is read: an organization may have
//! more clients than one would keep in memory.

use std::sync::Arc;

use axum::body::Body;
use futures_util::{StreamExt, stream};
use portreeve_core::client::standing::{ends_at, last_used, live_secrets};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::time::Timestamp;

use crate::env::Env;
use crate::flow::access::{self, Access};
use crate::flow::change::ChangeError;
use crate::flow::overview::listing::{Asked, Line, Place, listing};
use crate::pages::download::{Cell, file, row};
use crate::pages::portal::organization::rows::last_used_from;
use crate::pages::portal::{At, Shown};
use crate::pages::times;

/// How many clients are read at a time.
const READ: u32 = 500;

const HEAD: [&str; 12] = [
    "client_id",
    "name",
    "owner_kind",
    "owner_id",
    "owner",
    "scopes",
    "state",
    "secrets",
    "ends_at",
    "last_used_at",
    "last_used_from",
    "created_at",
];

/// What is still to be sent.
struct Rest {
    env: Arc<Env>,
    access: Access,
    organization: Organization,
    text: String,
    /// Behind which client to go on; nothing when all is sent.
    next: Option<Place>,
}

/// The register, or what of it has `q` in its name, id or scopes. From where another
/// person's client was used is left out, as on the page.
///
/// # Errors
/// 404 when the organization is none of theirs. A database that fails in the middle
/// breaks the transfer off.
pub async fn export(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    access.must(Action::SeeOrganization)?;
    let name = format!("clients-{}.csv", organization.id);
    let text = at.query("q").trim().to_owned();
    let env = Arc::clone(&at.env);
    let mut rest = Rest { env, access, organization, text, next: None };
    // What fails at once is told as such.
    let first = part(&mut rest, None).await?;
    let others = stream::try_unfold(rest, |mut rest| async move {
        let Some(after) = rest.next.take() else { return Ok::<_, ChangeError>(None) };
        let part = part(&mut rest, Some(after)).await.inspect_err(|error| {
            tracing::error!(%error, "the clients cannot be read to their end");
        })?;
        Ok(Some((part, rest)))
    });
    let lines = stream::iter([Ok(first)]).chain(others);
    Ok(file(&name, "text/csv; charset=utf-8", Body::from_stream(lines)))
}

async fn part(rest: &mut Rest, after: Option<Place>) -> Result<String, ChangeError> {
    let mut text = String::new();
    if after.is_none() {
        row(&mut text, HEAD.iter().map(|name| Cell::Text((*name).to_owned())));
    }
    let asked = Asked { organization: &rest.organization, text: &rest.text, after, limit: READ };
    let found = listing(&rest.env, asked).await?;
    let now = rest.env.now();
    for line in &found.lines {
        row(&mut text, cells(line, &rest.access, now));
    }
    rest.next = found.next;
    Ok(text)
}

fn cells(line: &Line, access: &Access, now: Timestamp) -> [Cell; 12] {
    let client = &line.client;
    let used = last_used(client);
    let text = |text: &str| Cell::Text(text.to_owned());
    let moment = |at: Option<Timestamp>| Cell::Text(at.map(times::machine).unwrap_or_default());
    [
        text(client.client_id.as_str()),
        text(&client.name),
        text(client.owner.kind()),
        text(client.owner.id()),
        text(&line.owner),
        text(client.scopes.as_str()),
        text(line.standing.as_str()),
        Cell::Count(live_secrets(client, now).count() as u64),
        moment(ends_at(client, now)),
        moment(used.and_then(|secret| secret.last_used_at)),
        Cell::Text(last_used_from(client, access).unwrap_or_default()),
        moment(Some(client.created_at)),
    ]
}
