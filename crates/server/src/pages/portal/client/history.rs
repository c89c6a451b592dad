//! The newest changes of one client: who did what, when.

use portreeve_core::audit::Fact;
use portreeve_core::client::record::Client;

use crate::flow::change::ChangeError;
use crate::flow::portal_clients;
use crate::pages::portal::At;
use crate::pages::portal::client::words::doer;
use crate::pages::times::When;
use crate::texts::Texts;

/// How many are shown.
const MOST: u32 = 5;

/// One change.
pub(super) struct Line {
    /// What was done.
    pub(super) what: String,
    /// By whom.
    pub(super) who: String,
    /// When.
    pub(super) when: When,
}

/// The newest changes, the newest first.
///
/// # Errors
/// What the store says.
pub(super) async fn lines(at: &At, client: &Client) -> Result<Vec<Line>, ChangeError> {
    let t = at.texts();
    let mut lines = Vec::new();
    for fact in portal_clients::facts(&at.env, client, MOST).await? {
        let name = portal_clients::person(&at.env, &fact.actor).await?;
        let who = doer(&fact.actor, name, at.env.catalog.vendor(), t);
        lines.push(Line { what: what(&fact, t), who, when: at.when(fact.at) });
    }
    Ok(lines)
}

fn what(fact: &Fact, t: &Texts) -> String {
    let word = fact.action.strip_prefix("client.").unwrap_or(&fact.action);
    let id = format!("client-did-{}", word.replace('_', "-"));
    if t.has(&id) { t.say(&id) } else { fact.action.clone() }
}
