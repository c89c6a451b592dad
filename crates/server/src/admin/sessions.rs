//! Where a person is signed in to the portal.

use portreeve_core::sign_in::session::Session;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::moment;
use crate::admin::problem::Problem;
use crate::flow::administration::sessions;
use crate::flow::my_sessions::id_of;

fn shown(session: &Session) -> Value {
    json!({
        "id": id_of(session),
        "created_at": moment::written(session.created_at),
        "last_used_at": moment::written(session.seen_at),
        "signed_in_at": moment::written(session.signed_in_at),
        "ends_at": moment::written(session.ends_at),
        "from": session.address.map(|from| from.to_string()),
        "agent": session.agent,
    })
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let user = asked.user().await?;
    let found = sessions::list(asked.env, &user).await?;
    Ok(Answer::all(&found.iter().map(shown).collect::<Vec<_>>()))
}

pub(super) async fn end(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let user = asked.user().await?;
    asked.condition.expect_untagged()?;
    sessions::end(asked.env, &user, asked.part("session_id"), &asked.actor).await?;
    Ok(Answer::done())
}

pub(super) async fn end_all(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let user = asked.user().await?;
    asked.condition.expect_untagged()?;
    sessions::end_all(asked.env, &user, &asked.actor).await?;
    Ok(Answer::done())
}
