//! Another name for an organization.

use askama::Template;
use portreeve_core::org::organization::{Organization, check_name};
use portreeve_core::org::permission::Action;

use crate::flow::access;
use crate::flow::organizations;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::{At, Not, Shown};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/organization_name.html")]
struct Name {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    base: String,
    is_now: String,
    name: String,
    version: i64,
    is_wrong: bool,
    is_stale: bool,
}

/// What is wrong with a name that was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Amiss {
    Nothing,
    Wrong,
    Stale,
}

/// Asks for the name.
///
/// # Errors
/// 404 when the organization is none of theirs, 403 for members.
pub async fn ask_name(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    access.must(Action::RenameOrganization)?;
    let name = organization.name.clone();
    form(&at, &organization, (name, Amiss::Nothing)).await
}

/// Gives it. Sent twice, the second finds what it wants done already.
///
/// # Errors
/// As [`ask_name`]. What is typed wrongly is shown again: 422, or 409 when somebody else
/// was faster.
pub async fn rename(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    let actor = access.must(Action::RenameOrganization)?;
    let typed = at.fields.one("name")?.to_owned();
    let base = base(&organization);
    let Some(name) = check_name(&typed) else {
        return form(&at, &organization, (typed, Amiss::Wrong)).await;
    };
    if name == organization.name {
        return Ok(go_to(&format!("{base}?done=renamed")));
    }
    if at.fields.number("version") != Some(organization.version) {
        return form(&at, &organization, (typed, Amiss::Stale)).await;
    }
    organizations::rename(&at.env, organization, &name, &actor).await?;
    Ok(go_to(&format!("{base}?done=renamed")))
}

async fn form(at: &At, organization: &Organization, (name, amiss): (String, Amiss)) -> Shown {
    let around = (organization.id.as_str(), organization.name.as_str());
    let template = Name {
        frame: at.frame(Tab::Organization, Some(around)).await?,
        t: at.texts(),
        form_token: at.form_token(),
        base: base(organization),
        is_now: organization.name.clone(),
        name,
        version: organization.version,
        is_wrong: amiss == Amiss::Wrong,
        is_stale: amiss == Amiss::Stale,
    };
    let status = match amiss {
        Amiss::Nothing => 200,
        Amiss::Wrong => 422,
        Amiss::Stale => 409,
    };
    Ok::<_, Not>(page(status, &template))
}

fn base(organization: &Organization) -> String {
    format!("/portal/organizations/{}", organization.id)
}
