//! The register of who did what, as people look at it: filtered, page by page, with names
//! beside ids.

use std::cmp::Reverse;
use std::collections::HashMap;

use portreeve_core::audit::Fact;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_store::contract::search::FactSearch;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// What is looked for. Every condition that is there must hold.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// In this organization and all below it; everywhere when it is `None`.
    pub organization: Option<OrganizationId>,
    /// By whom: an id, an address, or a part of neither finds nothing.
    pub who: String,
    /// Actions that begin so.
    pub action: String,
    /// About this record.
    pub subject: String,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Numbers below this one.
    pub below: Option<i64>,
}

/// How many organizations are looked into with one question.
const PORTION: usize = 2_000;

/// Facts, each with its number, newest first: of an organization and all below it, however
/// many those are.
///
/// # Errors
/// What the store says.
pub async fn facts(env: &Env, asked: &Asked, limit: u32) -> Result<Vec<(i64, Fact)>, ChangeError> {
    let actor = actor(env, &asked.who).await?;
    let some = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
    let (action, subject) = (some(&asked.action), some(&asked.subject));
    let search = FactSearch {
        organizations: None,
        actor: actor.as_deref(),
        action: action.as_deref(),
        subject: subject.as_deref(),
        from: asked.from,
        until: asked.until,
        below: asked.below,
        limit,
    };
    let Some(root) = &asked.organization else {
        return Ok(env.directory.store().search_facts(&search).await?);
    };
    let mut newest: Vec<(i64, Fact)> = Vec::new();
    for portion in within(env, root).chunks(PORTION) {
        let search = FactSearch { organizations: Some(portion), ..search.clone() };
        let found = env.directory.store().search_facts(&search).await?;
        newest = newest_of(newest, found, limit);
    }
    Ok(newest)
}

/// The newest of both, no more than `limit`.
fn newest_of(mut one: Vec<(i64, Fact)>, other: Vec<(i64, Fact)>, limit: u32) -> Vec<(i64, Fact)> {
    one.extend(other);
    one.sort_unstable_by_key(|(number, _)| Reverse(*number));
    one.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    one
}

/// What the actors, subjects and organizations of these facts are called, by id as it stands in them.
///
/// # Errors
/// What the store says.
pub async fn names(
    env: &Env,
    facts: &[(i64, Fact)],
) -> Result<HashMap<String, String>, ChangeError> {
    let mut names = HashMap::new();
    for (_, fact) in facts {
        let organization = fact.organization.as_ref().map(OrganizationId::as_str);
        for text in [&*fact.actor, &*fact.subject].into_iter().chain(organization) {
            if !names.contains_key(text)
                && let Some(name) = name(env, text).await?
            {
                names.insert(text.to_owned(), name);
            }
        }
    }
    Ok(names)
}

async fn name(env: &Env, text: &str) -> Result<Option<String>, ChangeError> {
    let store = env.directory.store();
    let id = text.split_once(':').map_or(text, |(_, id)| id);
    if id.starts_with(UserId::PREFIX) {
        let Ok(id) = UserId::parse(id) else { return Ok(None) };
        return Ok(store.find_user(&id).await?.map(|user| user.name));
    }
    if id.starts_with(OrganizationId::PREFIX) {
        let Ok(id) = OrganizationId::parse(id) else { return Ok(None) };
        return Ok(store.find_organization(&id).await?.map(|one| one.name));
    }
    match ClientId::parse(id) {
        Ok(id) => Ok(env.directory.client(id.as_str()).await?.map(|known| known.name.clone())),
        Err(_) => Ok(None),
    }
}

/// The organization and all below it.
fn within(env: &Env, root: &OrganizationId) -> Vec<OrganizationId> {
    let tree = env.directory.tree();
    let found = tree.below(std::slice::from_ref(root), usize::MAX);
    found.unwrap_or_default().into_iter().cloned().collect()
}

/// How an actor is written of whom somebody types an address or an id.
async fn actor(env: &Env, who: &str) -> Result<Option<String>, ChangeError> {
    let who = who.trim();
    if who.is_empty() {
        return Ok(None);
    }
    if who.contains('@') {
        let email = portreeve_core::org::member::check_email(who).unwrap_or_default();
        let found = env.directory.store().find_user_by_email(&email).await?;
        let id = found.map_or_else(|| "nobody".to_owned(), |user| user.id.to_string());
        return Ok(Some(format!("user:{id}")));
    }
    let is_user = who.starts_with(UserId::PREFIX);
    Ok(Some(match who {
        "system" | "command line" => who.to_owned(),
        _ if who.contains(':') => who.to_owned(),
        _ if is_user => format!("user:{who}"),
        _ => format!("client:{who}"),
    }))
}
