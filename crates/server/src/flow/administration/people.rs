//! Several things about a person at once.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{User, UserError};
use portreeve_core::org::organization::check_name;
use portreeve_core::text_id::UserId;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::search::PeopleSearch;

use crate::env::Env;
use crate::flow::administration::repeated;
use crate::flow::change::ChangeError;

/// What is to be another; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// What the person is called.
    pub name: Option<String>,
    /// Whether they are one of the vendor's own staff.
    pub operator: Option<bool>,
    /// Whether they, and their clients, are refused.
    pub disabled: Option<bool>,
}

/// Changes a person; what is as it should be is not written.
///
/// # Errors
/// [`ChangeError::Missing`], [`ChangeError::Wrong`] for the name,
/// [`ChangeError::ChangedMeanwhile`] when it is not what was seen.
pub async fn change(
    env: &Env,
    id: &UserId,
    to: &UserChange,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<User, ChangeError> {
    repeated(expected, || attempt(env, id, to, expected, actor)).await
}

async fn attempt(
    env: &Env,
    id: &UserId,
    to: &UserChange,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<User, ChangeError> {
    let found = env.directory.store().find_user(id).await?;
    let before = found.ok_or_else(|| ChangeError::missing("user", id))?;
    if expected.is_some_and(|version| version != before.version) {
        return Err(ChangeError::ChangedMeanwhile);
    }
    let mut next = before.clone();
    if let Some(name) = &to.name {
        next.name = check_name(name).ok_or_else(|| ChangeError::wrong(UserError::Name))?;
    }
    next.operator = to.operator.unwrap_or(before.operator);
    next.disabled = to.disabled.unwrap_or(before.disabled);
    let facts = facts(env, &before, &next, actor);
    if facts.is_empty() {
        return Ok(before);
    }
    let mut writes = vec![Write::UserChanged(next.clone())];
    if (next.operator, next.disabled) != (before.operator, before.disabled) {
        // What the person was when they signed in, they are no more.
        writes.push(Write::SessionsEnded { user: id.clone(), except: None });
    }
    env.directory.commit(Commit { writes, facts, at: Some(env.now()) }).await?;
    Ok(User { version: next.version + 1, ..next })
}

fn facts(env: &Env, before: &User, next: &User, actor: &Actor) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tell = |action: &str, detail: String| {
        facts.push(Fact::new(env.now(), actor, action, &next.id).with_detail(detail));
    };
    if next.name != before.name {
        tell("user.renamed", format!("{}; before: {}", next.name, before.name));
    }
    if next.operator != before.operator {
        let action = if next.operator { "user.operator_set" } else { "user.operator_unset" };
        tell(action, next.email.clone());
    }
    if next.disabled != before.disabled {
        tell(if next.disabled { "user.disabled" } else { "user.enabled" }, next.email.clone());
    }
    facts
}

/// People whose name or address has this text in it, by address.
///
/// # Errors
/// What the store says.
pub async fn search(
    env: &Env,
    text: &str,
    after: Option<String>,
    limit: u32,
) -> Result<Vec<User>, ChangeError> {
    let search = PeopleSearch { of: None, text, after, limit };
    let found = env.directory.store().search_people(&search).await?;
    Ok(found.into_iter().map(|person| person.user).collect())
}
