//! One organization as the vendor sees it: what its contract opens, and where it stands.

use askama::Template;
use portreeve_core::audit::Actor;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;

use crate::flow::access;
use crate::flow::change::ChangeError;
use crate::flow::organizations as flow;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::operator::enter::parent;
use crate::pages::portal::operator::{Part, done, parts, staff};
use crate::pages::portal::{At, Not, Shown};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/operator_contract.html")]
struct Contract {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    form_token: String,
    done: Option<String>,
    id: String,
    external_id: Option<String>,
    name: String,
    version: i64,
    above: Option<(String, String)>,
    inherits: bool,
    /// True when the ticks and the choice above them said two things: neither is chosen then.
    is_mixed: bool,
    services: Vec<Tick>,
    parent: String,
    fault: Option<String>,
    is_stale: bool,
}

/// A service to tick.
struct Tick {
    name: String,
    title: String,
    summary: String,
    is_ticked: bool,
    /// True when it would be open if nothing were said here.
    is_inherited: bool,
    is_own: bool,
}

/// What was sent and is shown again.
#[derive(Default)]
struct Again {
    services: Option<Option<Vec<String>>>,
    /// What was ticked beside a choice that passes it over.
    mixed: Option<Vec<String>>,
    parent: Option<String>,
    fault: Option<String>,
    is_stale: bool,
}

/// Shows it.
///
/// # Errors
/// 403 for others, 404 for an organization that is none.
pub async fn ask_contract(at: At) -> Shown {
    staff(&at)?;
    let organization = flow::find(&at.env, at.id("organization")).await?;
    form(&at, organization, Again::default()).await
}

/// Changes it: the contract, or where it stands, as `change` says. Each says how it is to
/// be afterwards, so sending it twice changes nothing more.
///
/// # Errors
/// As [`ask_contract`]; the password is asked for again first; what is typed wrongly is shown again: 422, or 409 when somebody
/// else was faster.
pub async fn set_contract(at: At) -> Shown {
    let actor = access::to_installation(&at.env, &at.who).must(Action::SetContract)?;
    let organization = flow::find(&at.env, at.id("organization")).await?;
    let here = format!("/portal/operator/organizations/{}", organization.id);
    if at.fields.first("change") == "parent" {
        return set_parent(&at, organization, &here, &actor).await;
    }
    let ticked = at.fields.all("service").map(str::to_owned).collect::<Vec<_>>();
    let services = match at.fields.first("kind") {
        "own" => Some(ticked),
        // Ticks that were changed would be passed over, and more be open than was meant.
        "parent" if !at.fields.all("service").eq(at.fields.all("shown")) => {
            let again = Again { mixed: Some(ticked), ..Again::default() };
            return form(&at, organization, again).await;
        }
        "parent" => None,
        _ => return Err(portreeve_core::refusal::Reason::ParameterMissing.into()),
    };
    if services == organization.services {
        return Ok(go_to(&format!("{here}?done=contract")));
    }
    let (asked, expected) = (services.clone(), seen(&at));
    match flow::open_services(&at.env, &organization.id, asked, expected, &actor).await {
        Ok(_) => Ok(go_to(&format!("{here}?done=contract"))),
        Err(ChangeError::ChangedMeanwhile) => {
            let fresh = flow::find(&at.env, organization.id.as_str()).await?;
            let again = Again { services: Some(services), is_stale: true, ..Again::default() };
            form(&at, fresh, again).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn set_parent(at: &At, organization: Organization, here: &str, actor: &Actor) -> Shown {
    let typed = at.fields.one("parent")?.to_owned();
    let again = |id: &str| Again {
        parent: Some(typed.clone()),
        fault: Some(at.texts().say(id)),
        ..Again::default()
    };
    let below = match parent(at, &typed).await {
        Ok(below) => below,
        Err(ChangeError::Missing { .. }) => {
            return form(at, organization, again("operator-parent-missing")).await;
        }
        Err(other) => return Err(other.into()),
    };
    if below == organization.parent {
        return Ok(go_to(&format!("{here}?done=parent")));
    }
    match flow::place(&at.env, &organization.id, below.as_ref(), seen(at), actor).await {
        Ok(_) => Ok(go_to(&format!("{here}?done=parent"))),
        Err(ChangeError::ChangedMeanwhile) => {
            let fresh = flow::find(&at.env, organization.id.as_str()).await?;
            let again = Again { parent: Some(typed), is_stale: true, ..Again::default() };
            form(at, fresh, again).await
        }
        Err(ChangeError::Wrong(_)) => form(at, organization, again("operator-parent-wrong")).await,
        Err(other) => Err(other.into()),
    }
}

/// The version that the form was made from; a form without one is of none.
fn seen(at: &At) -> Option<i64> {
    Some(at.fields.number("version").unwrap_or_default())
}

async fn form(at: &At, organization: Organization, again: Again) -> Shown {
    let status = match &again {
        Again { is_stale: true, .. } => 409,
        Again { fault: Some(_), .. } | Again { mixed: Some(_), .. } => 422,
        _ => 200,
    };
    let above = match &organization.parent {
        Some(id) => Some(flow::find(&at.env, id.as_str()).await?),
        None => None,
    };
    let services = again.services.unwrap_or_else(|| organization.services.clone());
    let standing = above.as_ref().map(|one| one.api_id().to_owned()).unwrap_or_default();
    let template = Contract {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(at),
        form_token: at.form_token(),
        done: done(at.texts(), &at.query("done")),
        inherits: services.is_none(),
        is_mixed: again.mixed.is_some(),
        services: ticks(at, above.as_ref(), again.mixed.as_deref().or(services.as_deref())),
        parent: again.parent.unwrap_or(standing),
        fault: again.fault,
        is_stale: again.is_stale,
        above: above.map(|one| (one.id.to_string(), one.name)),
        id: organization.id.to_string(),
        external_id: organization.external_id,
        name: organization.name,
        version: organization.version,
    };
    Ok::<_, Not>(page(status, &template))
}

fn ticks(at: &At, above: Option<&Organization>, named: Option<&[String]>) -> Vec<Tick> {
    let tree = at.env.directory.tree();
    let services = at.env.catalog.services.iter().map(|entry| &entry.service);
    services
        .map(|service| {
            let is_inherited = match above {
                Some(above) if service.is_own => {
                    tree.is_named(std::slice::from_ref(&above.id), &service.name)
                }
                Some(above) => tree.is_open(std::slice::from_ref(&above.id), &service.name),
                None => !service.is_own,
            };
            let is_named = |names: &[String]| names.contains(&service.name);
            Tick {
                name: service.name.clone(),
                title: service.title.clone(),
                summary: service.api.summary.clone(),
                is_ticked: named.map_or(is_inherited, is_named),
                is_inherited,
                is_own: service.is_own,
            }
        })
        .collect()
}
