//! A new organization.

use askama::Template;
use portreeve_core::org::organization::{check_external_id, check_name};
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::text_id::OrganizationId;

use crate::flow::access;
use crate::flow::change::ChangeError;
use crate::flow::organizations::{self as flow, NewOrganization};
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::operator::{Part, parts, staff};
use crate::pages::portal::{At, Not, Shown};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/operator_organization_new.html")]
struct Entering {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    form_token: String,
    drawn: (String, String),
    typed: Typed,
    faults: Faults,
}

/// What stands in the fields.
#[derive(Clone, Debug, Default)]
struct Typed {
    name: String,
    external_id: String,
    parent: String,
}

/// What is wrong with them.
#[derive(Clone, Debug, Default)]
struct Faults {
    name: Option<String>,
    external_id: Option<String>,
    parent: Option<String>,
}

impl Faults {
    fn is_empty(&self) -> bool {
        self.name.is_none() && self.external_id.is_none() && self.parent.is_none()
    }
}

/// Asks for it: for the password first, since whoever administers the one above
/// administers what is entered below it.
///
/// # Errors
/// 403 for others.
pub async fn ask_organization(at: At) -> Shown {
    staff(&at)?.must(Action::SetContract)?;
    let typed = Typed { parent: at.query("parent"), ..Typed::default() };
    let id = OrganizationId::generate(&*at.env.entropy);
    form(&at, &id, typed, Faults::default()).await
}

/// Enters it. The id was drawn when the form was shown: sent twice, the second finds the
/// organization there and leads to it.
///
/// # Errors
/// 403 for others, and for an id that is none of ours. What is typed wrongly is shown
/// again: 422.
pub async fn enter_organization(at: At) -> Shown {
    let actor = access::to_installation(&at.env, &at.who).must(Action::SetContract)?;
    let id = drawn(&at)?;
    let typed = Typed {
        name: at.fields.one("name")?.to_owned(),
        external_id: at.fields.one("external_id")?.to_owned(),
        parent: at.fields.one("parent")?.to_owned(),
    };
    let contract = format!("/portal/operator/organizations/{id}?done=entered");
    if flow::find(&at.env, id.as_str()).await.is_ok() {
        return Ok(go_to(&contract));
    }
    let parent = match parent(&at, &typed.parent).await {
        Ok(parent) => parent,
        Err(ChangeError::Missing { .. }) => {
            let parent = Some(at.texts().say("operator-parent-missing"));
            return form(&at, &id, typed, Faults { parent, ..Faults::default() }).await;
        }
        Err(other) => return Err(other.into()),
    };
    let external_id = Some(typed.external_id.as_str()).filter(|id| !id.is_empty());
    let asked = NewOrganization { name: &typed.name, external_id, parent: parent.as_ref() };
    let faults = faults(at.texts(), &asked);
    if !faults.is_empty() {
        return form(&at, &id, typed, faults).await;
    }
    let entered = flow::enter_as(&at.env, &id, asked, &actor).await;
    match entered {
        Ok(_) => Ok(go_to(&contract)),
        Err(ChangeError::Taken(_)) if external_id.is_some() => {
            let external_id = Some(at.texts().say("operator-external-id-taken"));
            form(&at, &id, typed, Faults { external_id, ..Faults::default() }).await
        }
        // Name and external id were looked at already: the tree would be too deep, or the
        // parent is gone.
        Err(ChangeError::Wrong(_) | ChangeError::Taken(_)) => {
            let parent = Some(at.texts().say("operator-parent-wrong"));
            form(&at, &id, typed, Faults { parent, ..Faults::default() }).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The id that was drawn for this form in this browser.
fn drawn(at: &At) -> Result<OrganizationId, Not> {
    let id = at.fields.one("id")?;
    let is_ours = at.env.sessions.is_drawn(&at.browser, id, at.fields.one("proof")?);
    let parsed = OrganizationId::parse(id).ok().filter(|_| is_ours);
    parsed.ok_or_else(|| Refusal::about(Reason::CrossSite, "id").into())
}

/// The organization with this id, ours or the vendor's; none when nothing is typed.
pub(super) async fn parent(at: &At, id: &str) -> Result<Option<OrganizationId>, ChangeError> {
    match id.is_empty() {
        true => Ok(None),
        false => flow::find(&at.env, id).await.map(|one| Some(one.id)),
    }
}

fn faults(t: &Texts, asked: &NewOrganization<'_>) -> Faults {
    let is_wrong = asked.external_id.is_some_and(|id| check_external_id(id).is_err());
    Faults {
        name: check_name(asked.name).is_none().then(|| t.say("operator-name-wrong")),
        external_id: is_wrong.then(|| t.say("operator-external-id-wrong")),
        parent: None,
    }
}

async fn form(at: &At, id: &OrganizationId, typed: Typed, faults: Faults) -> Shown {
    let status = if faults.is_empty() { 200 } else { 422 };
    let proof = at.env.sessions.drawn(&at.browser, id.as_str());
    let template = Entering {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(at),
        form_token: at.form_token(),
        drawn: (id.to_string(), proof),
        typed,
        faults,
    };
    Ok(page(status, &template))
}
