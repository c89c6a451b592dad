//! The secrets of a client: another one, another end, none.

use portreeve_core::time::Ttl;

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::clients::{named, record, with_secret};
use crate::admin::problem::Problem;
use crate::flow::clients::{self, Rotation};

/// How long the older secrets live on when nobody says: a week.
const USUAL_OVERLAP: u32 = 7 * 86_400;

/// How long they may at most: a year.
const LONGEST_OVERLAP: u32 = 31_536_000;

pub(super) async fn rotate(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = named(asked).await?;
    let mut fields = asked.fields_if_any()?;
    let overlap = fields.count_or_null("overlap_seconds", (0, LONGEST_OVERLAP)).flatten();
    let expires_at = fields.moment_or_null("expires_at").flatten();
    fields.finish()?;
    let expected = asked.condition.expect(found.version)?;
    let overlap = Ttl::from_seconds(overlap.unwrap_or(USUAL_OVERLAP));
    let how = Rotation { overlap, expires_at, expected };
    let rotated = clients::rotate_until(asked.env, &found.client_id, how, &asked.actor).await?;
    Ok(with_secret(asked.env, &rotated.0, &rotated.1))
}

pub(super) async fn change(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = named(asked).await?;
    let mut fields = asked.changes()?;
    let end = fields.moment_or_null("expires_at");
    fields.finish()?;
    let secret = live(asked, &found.secrets)?;
    let expected = asked.condition.expect(found.version)?;
    let (id, end) = (&found.client_id, end.flatten());
    let changed =
        clients::set_secret_end(asked.env, id, &secret, end, expected, &asked.actor).await?;
    Ok(record(asked.env, &changed))
}

pub(super) async fn remove(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = named(asked).await?;
    let secret = live(asked, &found.secrets)?;
    let expected = asked.condition.expect(found.version)?;
    let id = &found.client_id;
    let changed =
        clients::remove_secret_as_seen(asked.env, id, &secret, expected, &asked.actor).await?;
    Ok(record(asked.env, &changed))
}

/// The secret that the path names.
fn live(
    asked: &Asked<'_>,
    secrets: &[portreeve_core::client::record::ClientSecret],
) -> Result<String, Problem> {
    let id = asked.part("secret_id");
    match secrets.iter().any(|secret| &*secret.id == id) {
        true => Ok(id.to_owned()),
        false => Err(Problem::missing("the client has no secret with this id")),
    }
}
