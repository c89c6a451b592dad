//! Every organization, searched and turned page by page.

use askama::Template;

use crate::flow::operate::{self, Listed};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::operator::{Part, address, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::texts::Texts;

const BASE: &str = "/portal/operator/organizations";

#[derive(Template)]
#[template(path = "portal/operator_organizations.html")]
struct Organizations {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    text: String,
    lines: Vec<Line>,
    is_later: bool,
    next: Option<String>,
}

struct Line {
    id: String,
    external_id: Option<String>,
    name: String,
    parent: Option<String>,
    members: String,
    clients: String,
}

/// The list.
///
/// # Errors
/// 403 for others.
pub async fn organizations(at: At) -> Shown {
    staff(&at)?;
    let text = at.query("q").trim().to_owned();
    let after = Some(at.query("after")).filter(|after| !after.is_empty());
    let is_later = after.is_some();
    let found = operate::organizations(&at.env, &text, after).await?;
    let template = Organizations {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(&at),
        next: found.next.map(|next| address(BASE, &text, &next)),
        lines: found.lines.into_iter().map(line).collect(),
        is_later,
        text,
    };
    Ok(page(200, &template))
}

fn line(one: Listed) -> Line {
    let organization = one.counted.organization;
    Line {
        id: organization.id.to_string(),
        external_id: organization.external_id,
        name: organization.name,
        parent: one.parent,
        members: crate::texts::number(one.counted.members),
        clients: crate::texts::number(one.counted.clients),
    }
}
