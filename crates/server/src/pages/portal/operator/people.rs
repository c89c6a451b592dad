//! Every person, searched and turned page by page, and a new one.

use askama::Template;
use portreeve_core::org::member::check_email;
use portreeve_core::org::organization::check_name;
use portreeve_core::org::permission::Action;

use crate::flow::access;
use crate::flow::change::ChangeError;
use crate::flow::operate::{self, Person};
use crate::flow::people as flow;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::operator::{Part, address, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::pages::times::When;
use crate::texts::Texts;

const BASE: &str = "/portal/operator/people";

#[derive(Template)]
#[template(path = "portal/operator_people.html")]
struct People {
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
    name: String,
    email: String,
    seen: Option<When>,
    is_operator: bool,
    is_off: bool,
    is_you: bool,
}

#[derive(Template)]
#[template(path = "portal/operator_person_new.html")]
struct Entering {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    form_token: String,
    email: String,
    name: String,
    is_operator: bool,
    email_fault: Option<String>,
    name_fault: Option<String>,
}

/// The list.
///
/// # Errors
/// 403 for others.
pub async fn people(at: At) -> Shown {
    staff(&at)?;
    let text = at.query("q").trim().to_owned();
    let after = Some(at.query("after")).filter(|after| !after.is_empty());
    let is_later = after.is_some();
    let found = operate::people(&at.env, &text, after).await?;
    let template = People {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(&at),
        next: found.next.map(|next| address(BASE, &text, &next)),
        lines: found.lines.into_iter().map(|person| line(&at, person)).collect(),
        is_later,
        text,
    };
    Ok(page(200, &template))
}

/// Asks for a new person. Whoever may make an operator has shown a password lately.
///
/// # Errors
/// 403 for others.
pub async fn ask_person(at: At) -> Shown {
    staff(&at)?.must(Action::ChangeMember)?;
    form(&at, (String::new(), String::new(), false), (None, None)).await
}

/// Enters the person. Sent twice, the second finds the address taken by the person whom
/// the first has entered, and leads there.
///
/// # Errors
/// 403 for others. What is typed wrongly is shown again: 422.
pub async fn enter_person(at: At) -> Shown {
    staff(&at)?;
    let actor = access::to_installation(&at.env, &at.who).must(Action::ChangeMember)?;
    let (email, name) = (at.fields.one("email")?.to_owned(), at.fields.one("name")?.to_owned());
    let operator = at.fields.has("operator");
    let t = at.texts();
    let email_fault = check_email(&email).is_none().then(|| t.say("operator-email-wrong"));
    let name_fault = check_name(&name).is_none().then(|| t.say("operator-name-wrong"));
    if email_fault.is_some() || name_fault.is_some() {
        return form(&at, (email, name, operator), (email_fault, name_fault)).await;
    }
    match flow::enter(&at.env, &email, &name, operator, &actor).await {
        Ok(user) => Ok(go_to(&format!("{BASE}/{}?done=person", user.id))),
        Err(ChangeError::Taken(_)) => {
            let there = flow::find(&at.env, &email).await?;
            if check_name(&name).as_ref() == Some(&there.name) && there.operator == operator {
                return Ok(go_to(&format!("{BASE}/{}?done=person", there.id)));
            }
            let fault = t.say1("operator-email-taken", "name", &there.name);
            form(&at, (email, name, operator), (Some(fault), None)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn form(
    at: &At,
    (email, name, is_operator): (String, String, bool),
    (email_fault, name_fault): (Option<String>, Option<String>),
) -> Shown {
    let status = if email_fault.is_some() || name_fault.is_some() { 422 } else { 200 };
    let template = Entering {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(at),
        form_token: at.form_token(),
        email,
        name,
        is_operator,
        email_fault,
        name_fault,
    };
    Ok(page(status, &template))
}

fn line(at: &At, person: Person) -> Line {
    let user = person.user;
    Line {
        is_you: user.id == at.who.user.id,
        id: user.id.to_string(),
        name: user.name,
        email: user.email,
        seen: person.last_signed_in_at.map(|seen| at.when(seen)),
        is_operator: user.operator,
        is_off: user.disabled,
    }
}
