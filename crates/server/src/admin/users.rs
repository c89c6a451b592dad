//! People who may sign in to the portal.

use portreeve_core::org::member::{User, UserError, check_email};
use portreeve_core::org::organization::check_name;
use portreeve_core::text_id::UserId;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::fields::Fields;
use crate::admin::json::with;
use crate::admin::moment;
use crate::admin::once::taken;
use crate::admin::problem::{FieldFault, Problem};
use crate::flow::administration::people::{self as administered, UserChange};
use crate::flow::change::ChangeError;
use crate::flow::operate::Person;
use crate::flow::people;

fn shown(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "operator": user.operator,
        "disabled": user.disabled,
        "created_at": moment::written(user.created_at),
        "version": user.version,
    })
}

fn record(user: &User) -> Answer {
    Answer::record(shown(user)).at_version(user.version)
}

fn made(user: &User) -> Answer {
    Answer::made(shown(user)).at_version(user.version).at(format!("/users/{}", user.id))
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let (text, limit) = (asked.query.q(), asked.query.limit());
    let after = asked.query.text("after");
    asked.query.finish()?;
    let mut found = administered::search(asked.env, &text, after, limit.saturating_add(1)).await?;
    let next = asked.page(&mut found, limit, |person| person.user.email.clone());
    let listed = |person: &Person| {
        let last = moment::or_null(person.last_signed_in_at);
        with(shown(&person.user), [("last_signed_in_at", last)])
    };
    Ok(Answer::page(&found.iter().map(listed).collect::<Vec<_>>(), next))
}

pub(super) async fn find(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    Ok(record(&asked.user().await?))
}

pub(super) async fn create(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let mut fields = asked.fields()?;
    let email = fields.required_text("email");
    if email.as_deref().is_some_and(|email| check_email(email).is_none()) {
        fields.fault("email", UserError::Email.to_string());
    }
    let (name, operator) = new(fields)?;
    let email = email.unwrap_or_default();
    asked.condition.expect_untagged()?;
    let (env, actor) = (asked.env, &asked.actor);
    let Some((once, is_again)) = taken(asked, "createUser").await? else {
        return Ok(made(&people::enter(env, &email, &name, operator, actor).await?));
    };
    let id = UserId::generate(&once.entropy());
    if is_again && let Ok(there) = people::find(env, id.as_str()).await {
        return Ok(made(&there));
    }
    Ok(made(&people::enter_as(env, id, &email, &name, operator, actor).await?))
}

pub(super) async fn ensure(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let email = asked.part("user").to_owned();
    let (name, operator) = new(asked.fields()?)?;
    if check_email(&email).is_none() {
        return Err(Problem::impossible(UserError::Email.to_string()));
    }
    match people::find(asked.env, &email).await {
        Ok(there) => return same(asked, &there, &name, operator),
        Err(ChangeError::Missing { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    asked.condition.expect_nothing()?;
    match people::enter(asked.env, &email, &name, operator, &asked.actor).await {
        Ok(entered) => Ok(made(&entered)),
        // Somebody was faster, perhaps with the same.
        Err(ChangeError::Taken(_)) => {
            same(asked, &people::find(asked.env, &email).await?, &name, operator)
        }
        Err(error) => Err(error.into()),
    }
}

fn same(asked: &Asked<'_>, there: &User, name: &str, operator: bool) -> Result<Answer, Problem> {
    asked.condition.expect(there.version)?;
    let differ = [("/name", there.name != name.trim()), ("/operator", there.operator != operator)];
    let faults: Vec<FieldFault> = differ
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(at, _)| FieldFault {
            pointer: at.to_owned(),
            detail: "it is another there".to_owned(),
        })
        .collect();
    if faults.is_empty() { Ok(record(there)) } else { Err(Problem::differs(faults)) }
}

pub(super) async fn change(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = asked.user().await?;
    let mut fields = asked.changes()?;
    let name = fields.text("name");
    check(&mut fields, name.as_deref());
    let (operator, disabled) = (fields.flag("operator"), fields.flag("disabled"));
    fields.finish()?;
    let change = UserChange { name, operator, disabled };
    let expected = asked.condition.expect(found.version)?;
    let changed =
        administered::change(asked.env, &found.id, &change, expected, &asked.actor).await?;
    Ok(record(&changed))
}

fn new(mut fields: Fields) -> Result<(String, bool), Problem> {
    let name = fields.required_text("name");
    check(&mut fields, name.as_deref());
    let operator = fields.flag("operator").unwrap_or(false);
    fields.finish()?;
    Ok((name.unwrap_or_default(), operator))
}

fn check(fields: &mut Fields, name: Option<&str>) {
    if name.is_some_and(|name| check_name(name).is_none()) {
        fields.fault("name", UserError::Name.to_string());
    }
}
