//! Organizations.

use portreeve_core::org::organization::{Organization, OrganizationError, check_name};
use portreeve_core::text_id::OrganizationId;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::{Asked, organization};
use crate::admin::fields::Fields;
use crate::admin::json::with;
use crate::admin::moment;
use crate::admin::once::taken;
use crate::admin::problem::{FieldFault, Problem};
use crate::env::Env;
use crate::flow::administration::organizations::{self, OrganizationChange};
use crate::flow::change::ChangeError;
use crate::flow::operate::Counted;
use crate::flow::organizations::NewOrganization;

/// An organization, as it is answered.
pub(super) fn shown(one: &Organization) -> Value {
    json!({
        "id": one.id,
        "external_id": one.external_id,
        "name": one.name,
        "parent": one.parent,
        "services": one.services,
        "created_at": moment::written(one.created_at),
        "version": one.version,
    })
}

fn record(one: &Organization) -> Answer {
    Answer::record(shown(one)).at_version(one.version)
}

fn made(one: &Organization) -> Answer {
    let at = format!("/organizations/{}", one.id);
    Answer::made(shown(one)).at_version(one.version).at(at)
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let (text, limit) = (asked.query.q(), asked.query.limit());
    let after = asked.query.text("after");
    asked.query.finish()?;
    let mut found = organizations::search(asked.env, &text, after, limit.saturating_add(1)).await?;
    let next = asked.page(&mut found, limit, |one| one.organization.id.to_string());
    let listed = |one: &Counted| {
        let numbers = [("members", one.members.into()), ("clients", one.clients.into())];
        with(shown(&one.organization), numbers)
    };
    Ok(Answer::page(&found.iter().map(listed).collect::<Vec<_>>(), next))
}

pub(super) async fn find(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    Ok(record(&asked.organization().await?))
}

/// What is asked for a new one.
struct New {
    name: String,
    parent: Option<OrganizationId>,
    services: Option<Vec<String>>,
}

pub(super) async fn create(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let mut fields = asked.fields()?;
    let external = fields.text_or_null("external_id").flatten();
    if external.as_deref().is_some_and(|id| !may_be_external(id)) {
        fields.fault("external_id", OrganizationError::ExternalId.to_string());
    }
    let new = new(asked.env, fields).await?;
    asked.condition.expect_untagged()?;
    let Some((once, is_again)) = taken(asked, "createOrganization").await? else {
        return Ok(made(&enter(asked, &new, external.as_deref()).await?));
    };
    let id = OrganizationId::generate(&once.entropy());
    if is_again && let Ok(there) = organization(asked.env, id.as_str()).await {
        return Ok(made(&there));
    }
    let parent = new.parent.as_ref();
    let named = NewOrganization { name: &new.name, external_id: external.as_deref(), parent };
    let entered = organizations::enter_as(asked.env, &id, named, new.services, &asked.actor);
    Ok(made(&entered.await?))
}

pub(super) async fn ensure(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let external = asked.part("external_id").to_owned();
    let new = new(asked.env, asked.fields()?).await?;
    if !may_be_external(&external) {
        return Err(Problem::impossible(OrganizationError::ExternalId.to_string()));
    }
    if let Some(there) = there(asked.env, &external).await? {
        return same(asked, &there, &new);
    }
    asked.condition.expect_nothing()?;
    match enter(asked, &new, Some(&external)).await {
        Ok(entered) => Ok(made(&entered)),
        Err(ChangeError::Taken(told)) => match there(asked.env, &external).await? {
            // Somebody was faster with the same.
            Some(there) => same(asked, &there, &new),
            None => Err(Problem::taken(told)),
        },
        Err(error) => Err(error.into()),
    }
}

async fn enter(
    asked: &Asked<'_>,
    new: &New,
    external_id: Option<&str>,
) -> Result<Organization, ChangeError> {
    let parent = new.parent.as_ref();
    let entered = NewOrganization { name: &new.name, external_id, parent };
    organizations::enter(asked.env, entered, new.services.clone(), &asked.actor).await
}

async fn there(env: &Env, external: &str) -> Result<Option<Organization>, ChangeError> {
    match organization(env, &format!("external:{external}")).await {
        Ok(found) => Ok(Some(found)),
        Err(ChangeError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn same(asked: &Asked<'_>, there: &Organization, new: &New) -> Result<Answer, Problem> {
    asked.condition.expect(there.version)?;
    let fault = |name: &str| FieldFault {
        pointer: format!("/{name}"),
        detail: "it is another there".to_owned(),
    };
    let services = |names: &Option<Vec<String>>| {
        let mut names = names.clone();
        names.iter_mut().for_each(|names| names.sort());
        names
    };
    let differ = [
        ("name", there.name != new.name.trim()),
        ("parent", there.parent != new.parent),
        ("services", services(&there.services) != services(&new.services)),
    ];
    let faults: Vec<FieldFault> =
        differ.iter().filter(|(_, differs)| *differs).map(|(name, _)| fault(name)).collect();
    if faults.is_empty() { Ok(record(there)) } else { Err(Problem::differs(faults)) }
}

pub(super) async fn change(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = asked.organization().await?;
    let mut fields = asked.changes()?;
    let name = fields.text("name");
    check(&mut fields, name.as_deref());
    let change = OrganizationChange {
        name,
        parent: parent(asked.env, &mut fields).await?,
        services: services(asked.env, &mut fields),
    };
    fields.finish()?;
    let expected = asked.condition.expect(found.version)?;
    let changed =
        organizations::change(asked.env, &found.id, &change, expected, &asked.actor).await?;
    Ok(record(&changed))
}

async fn new(env: &Env, mut fields: Fields) -> Result<New, Problem> {
    let name = fields.required_text("name");
    check(&mut fields, name.as_deref());
    let parent = parent(env, &mut fields).await?.flatten();
    let services = services(env, &mut fields).flatten();
    fields.finish()?;
    Ok(New { name: name.unwrap_or_default(), parent, services })
}

fn check(fields: &mut Fields, name: Option<&str>) {
    if name.is_some_and(|name| check_name(name).is_none()) {
        fields.fault("name", OrganizationError::Name.to_string());
    }
}

/// The rule is the core's; whoever is told of it is told of all else, too.
fn may_be_external(id: &str) -> bool {
    OrganizationId::parse(id).is_ok() && !id.starts_with(OrganizationId::PREFIX)
}

async fn parent(env: &Env, fields: &mut Fields) -> Result<Option<Option<OrganizationId>>, Problem> {
    let Some(named) = fields.text_or_null("parent") else { return Ok(None) };
    let Some(name) = named else { return Ok(Some(None)) };
    match organization(env, &name).await {
        Ok(found) => Ok(Some(Some(found.id))),
        Err(ChangeError::Missing { .. }) => {
            fields.fault("parent", "there is no such organization");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn services(env: &Env, fields: &mut Fields) -> Option<Option<Vec<String>>> {
    let names = fields.texts_or_null("services")?;
    let is_known =
        |name: &String| env.catalog.services.iter().any(|entry| entry.service.name == *name);
    if names.iter().flatten().any(|name| !is_known(name)) {
        let all: Vec<&str> =
            env.catalog.services.iter().map(|entry| entry.service.name.as_str()).collect();
        fields
            .fault("services", format!("expected names of services; there are {}", all.join(", ")));
    }
    Some(names)
}
