//! All that stands directly below an organization, page by page.

use askama::Template;
use portreeve_core::org::organization::Organization;
use portreeve_core::refusal::Reason;
use portreeve_core::text_id::OrganizationId;

use crate::flow::overview::structure;
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::{At, Shown};
use crate::texts::{Texts, number};

#[derive(Template)]
#[template(path = "portal/organization_below.html")]
struct Below {
    frame: Frame,
    t: &'static Texts,
    base: String,
    name: String,
    lines: Vec<Line>,
    is_later: bool,
    next: Option<String>,
}

struct Line {
    id: String,
    external_id: Option<String>,
    name: String,
    members: String,
    clients: String,
}

/// The list.
///
/// # Errors
/// 400 for a page that nobody was sent to.
pub(super) async fn below(at: &At, organization: &Organization) -> Shown {
    let after = at.query("after");
    let after = match after.is_empty() {
        true => None,
        false => Some(OrganizationId::parse(&after).map_err(|_| Reason::ParameterMalformed)?),
    };
    let (found, next) = structure::below(&at.env, organization, after.as_ref()).await?;
    let base = format!("/portal/organizations/{}", organization.id);
    let current = (organization.id.as_str(), organization.name.as_str());
    let template = Below {
        frame: at.frame(Tab::Organization, Some(current)).await?,
        t: at.texts(),
        name: organization.name.clone(),
        lines: found
            .into_iter()
            .map(|one| Line {
                id: one.organization.id.to_string(),
                external_id: one.organization.external_id,
                name: one.organization.name,
                members: number(one.members),
                clients: number(one.clients),
            })
            .collect(),
        is_later: after.is_some(),
        next: next.map(|next| format!("{base}?view=below&after={next}")),
        base,
    };
    Ok(page(200, &template))
}
