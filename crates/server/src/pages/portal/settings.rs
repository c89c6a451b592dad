//! A person's own: how pages look, sessions, the password.

mod again;
mod looks;
mod password;

use askama::Template;
use portreeve_core::sign_in::session::Session;

use crate::flow::my_sessions;
use crate::pages::agents;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::settings::looks::Looks;
use crate::pages::portal::{At, Not, Shown};
use crate::pages::times::When;
use crate::paths::SETTINGS;
use crate::texts::Texts;

pub use again::{ask_sign_in_again, sign_in_again};
pub use looks::look;
pub(in crate::pages::portal) use password::{Wrong, rule_told};
pub use password::{ask_password, set_password};

#[derive(Template)]
#[template(path = "portal/settings.html")]
struct Settings {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    name: String,
    email: String,
    done: Option<String>,
    looks: Looks,
    sessions: Vec<Line>,
}

/// One session.
struct Line {
    id: String,
    browser: String,
    address: Option<String>,
    used: When,
    began: When,
    is_this: bool,
}

/// What is the person's own.
///
/// # Errors
/// What the store says.
pub async fn show(at: At) -> Shown {
    let looks = Looks::of(&at.parts.headers);
    view(&at, 200, looks).await
}

/// Ends one of the person's sessions, or all others. Doing it twice changes nothing: what
/// is over is passed over.
///
/// # Errors
/// What the store says.
pub async fn end_session(at: At) -> Shown {
    if at.fields.has("others") {
        my_sessions::end_others(&at.env, &at.who).await?;
        return Ok(go_to(&format!("{SETTINGS}?done=others#sessions")));
    }
    my_sessions::end(&at.env, &at.who, at.fields.one("session")?).await?;
    Ok(go_to(&format!("{SETTINGS}?done=session#sessions")))
}

async fn view(at: &At, status: u16, looks: Looks) -> Shown {
    let found = my_sessions::list(&at.env, &at.who).await?;
    let done = match at.query("done").as_str() {
        "look" => Some("people-look-kept"),
        "session" => Some("people-session-ended"),
        "others" => Some("people-sessions-ended"),
        "password" => Some("people-password-changed"),
        _ => None,
    };
    let template = Settings {
        frame: at.frame(Tab::Settings, None).await?,
        t: at.texts(),
        form_token: at.form_token(),
        name: at.who.user.name.clone(),
        email: at.who.user.email.clone(),
        done: done.map(|id| at.texts().say(id)),
        looks,
        sessions: found.iter().map(|session| line(at, session)).collect(),
    };
    Ok(page(status, &template))
}

fn line(at: &At, session: &Session) -> Line {
    let t = at.texts();
    let browser = match agents::parts(&session.agent) {
        (Some(program), Some(system)) => {
            t.say2("people-browser-on", "browser", program, "system", system)
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => t.say("people-browser-unknown"),
    };
    Line {
        id: my_sessions::id_of(session),
        browser,
        address: session.address.map(|address| address.to_canonical().to_string()),
        used: at.when(session.seen_at),
        began: at.when(session.created_at),
        is_this: session.hash == at.who.session.hash,
    }
}

/// A password in a form, as it was typed: a space at its end belongs to it.
///
/// # Errors
/// [`portreeve_core::refusal::Reason::ParameterRepeated`].
pub(in crate::pages) fn secret(
    fields: &crate::pages::fields::Fields,
    name: &str,
) -> Result<portreeve_core::secret::Secret<String>, Not> {
    fields.one(name)?;
    Ok(portreeve_core::secret::Secret::new(fields.first(name).to_owned()))
}
