//! Several things about a person at once. Everybody who changes a person comes through
//! here, so that there is always somebody left who may look after the installation.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{User, UserError};
use portreeve_core::org::organization::check_name;
use portreeve_core::text_id::UserId;
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::search::{PeopleSearch, Person};

use crate::env::Env;
use crate::flow::administration::own::{is_staff, may_enable, may_make_staff};
use crate::flow::administration::repeated;
use crate::flow::change::ChangeError;

/// How many people are read at a time.
const PAGE: u32 = 500;

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

/// Changes a person; what is as it should be is not written. Whoever is disabled or
/// enabled, or becomes or ceases to be an operator, is signed in nowhere afterwards.
///
/// # Errors
/// [`ChangeError::Missing`]; [`ChangeError::Wrong`] for the name, for what nobody does to
/// themselves, and when no operator would be left; [`ChangeError::NotPermitted`] when only
/// staff may do it, or whoever asks is no operator any more;
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
    let writes = writes(env, &before, &next, actor).await?;
    env.directory.commit(Commit { writes, facts, at: Some(env.now()) }).await?;
    Ok(User { version: next.version + 1, ..next })
}

async fn writes(
    env: &Env,
    before: &User,
    next: &User,
    actor: &Actor,
) -> Result<Vec<Write>, ChangeError> {
    let mut changed = vec![next.clone()];
    let mut writes = Vec::new();
    if (next.operator, next.disabled) != (before.operator, before.disabled) {
        if *actor == Actor::User(next.id.clone()) {
            return Err(ChangeError::Wrong("nobody does this to themselves".to_owned()));
        }
        may_make_staff(env, Some(before), next, actor).await?;
        may_enable(env, before, next, actor).await?;
        // What the person was when they signed in, they are no more.
        writes.push(Write::SessionsEnded { user: next.id.clone(), except: None });
    }
    if is_staff(before) && !is_staff(next) {
        // Written as well, unchanged: of two operators who take each other's place away at
        // once, one meets a conflict, and is none any more at the next attempt.
        changed.push(who_stays(env, &next.id, actor).await?);
    }
    // In one order always, so that two commits cannot wait for each other.
    changed.sort_by(|one, two| one.id.cmp(&two.id));
    writes.extend(changed.into_iter().map(Write::UserChanged));
    Ok(writes)
}

/// An operator who is not disabled and not this person: whoever asks, or, where that is no
/// person, the first there is.
async fn who_stays(env: &Env, id: &UserId, actor: &Actor) -> Result<User, ChangeError> {
    let store = env.directory.store();
    if let Actor::User(own) = actor {
        let asks = store.find_user(own).await?.filter(is_staff);
        return asks.ok_or(ChangeError::NotPermitted);
    }
    let mut after = None;
    loop {
        let page = store.list_users(&Page { after, limit: PAGE }).await?;
        let Some(last) = page.last().map(|user| user.email.clone()) else {
            let text = "nobody would be left who may look after this installation: make \
                        somebody else an operator first";
            return Err(ChangeError::Wrong(text.to_owned()));
        };
        if let Some(other) = page.into_iter().find(|user| user.id != *id && is_staff(user)) {
            return Ok(other);
        }
        after = Some(last);
    }
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
) -> Result<Vec<Person>, ChangeError> {
    let search = PeopleSearch { of: None, text, after, limit };
    Ok(env.directory.store().search_people(&search).await?)
}
