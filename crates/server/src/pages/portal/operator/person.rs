//! One person, as the vendor sees them.

use askama::Template;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Reason;

use crate::flow::access;
use crate::flow::change::ChangeError;
use crate::flow::people as flow;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::operator::{Part, done, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::pages::times::When;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/operator_person.html")]
struct Page {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    form_token: String,
    done: Option<String>,
    id: String,
    name: String,
    email: String,
    since: (String, When),
    is_operator: bool,
    is_off: bool,
    is_you: bool,
    places: Vec<(String, String, String)>,
    way_in: String,
}

/// Shows it.
///
/// # Errors
/// 403 for others, 404 for a person who is none.
pub async fn ask_user(at: At) -> Shown {
    staff(&at)?;
    let user = find(&at).await?;
    let t = at.texts();
    let role = |role: &Role| match role {
        Role::Admin => t.say("organization-role-admin"),
        Role::Member => t.say("organization-role-member"),
    };
    let places = access::places(&at.env, &user).await?;
    let template = Page {
        frame: at.frame(Tab::Operator, None).await?,
        t,
        parts: parts(&at),
        form_token: at.form_token(),
        done: done(t, &at.query("done")),
        since: (at.reader().day(user.created_at), at.when(user.created_at)),
        is_you: user.id == at.who.user.id,
        places: places
            .iter()
            .map(|(one, is)| (one.id.to_string(), one.name.clone(), role(is)))
            .collect(),
        way_in: format!("{}/portal/password/forgotten", at.env.endpoints.issuer),
        id: user.id.to_string(),
        name: user.name,
        email: user.email,
        is_operator: user.operator,
        is_off: user.disabled,
    };
    Ok(page(200, &template))
}

/// Changes one thing, as `change` says. Each says how it is to be afterwards, so sending
/// it twice changes nothing more.
///
/// # Errors
/// As [`ask_user`]; 403 for oneself; 400 for a change that no page of ours offers.
pub async fn change_user(at: At) -> Shown {
    staff(&at)?;
    let actor = access::to_installation(&at.env, &at.who).must(Action::ChangeMember)?;
    let user = find(&at).await?;
    let (env, id) = (&at.env, &user.id);
    let change = at.fields.one("change")?;
    let changed = match change {
        "disable" => flow::set_disabled(env, id, true, &actor).await,
        "enable" => flow::set_disabled(env, id, false, &actor).await,
        "operator" => flow::set_operator(env, id, true, &actor).await,
        "not-operator" => flow::set_operator(env, id, false, &actor).await,
        _ => return Err(Reason::ParameterMalformed.into()),
    };
    match changed {
        Ok(_) => Ok(go_to(&format!("/portal/operator/people/{id}?done={change}"))),
        // The page offers no such button: for oneself.
        Err(ChangeError::Wrong(_)) => Err(Reason::NotPermitted.into()),
        Err(other) => Err(other.into()),
    }
}

/// By id only: an address in an address would stand in logs.
async fn find(at: &At) -> Result<User, ChangeError> {
    let id = at.id("user");
    match id.contains('@') {
        true => Err(ChangeError::missing("user", "with this id")),
        false => flow::find(&at.env, id).await,
    }
}
