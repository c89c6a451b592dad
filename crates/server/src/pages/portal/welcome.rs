//! Somebody accepts an invitation. The code is in a form's body only: never in the path
//! or the query of an address.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use portreeve_core::refusal::{Reason, Refusal};

use crate::env::Env;
use crate::flow::joining::{self, NewPerson, NotJoined, Opened};
use crate::flow::sign_in::{Attempt, SignedIn, sign_in, who};
use crate::pages::fields::Fields;
use crate::pages::frame::{Frame, browser, go_to, page, page_with_secret, remember};
use crate::pages::look::texts_of_this_browser;
use crate::pages::portal::settings::{Wrong, rule_told, secret};
use crate::pages::portal::{Not, Shown};
use crate::pages::sign_in::{first, sentence_again, told};
use crate::pages::{form, refused};
use crate::sessions::{Form, SessionId};
use crate::texts::Texts;

/// The page that asks for the code.
#[derive(Template)]
#[template(path = "portal/welcome.html")]
struct Asking {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    code: String,
    code_wrong: Option<String>,
}

/// The page that says what the code opens.
#[derive(Template)]
#[template(path = "portal/welcome_join.html")]
struct Joining {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    sign_out_token: String,
    code: String,
    opened: Opened,
    is_admin: bool,
    step: Step,
    name: String,
    name_wrong: Option<String>,
    wrong: Wrong,
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// To press the button.
    Join,
    /// To sign in first: the address is somebody's.
    SignIn,
    /// To choose a name and a password.
    Enter,
    /// To sign out first: this address is signed in, which is another one.
    Leave(String),
}

/// A form that came back.
struct Sent {
    headers: HeaderMap,
    fields: Fields,
    code: String,
    id: SessionId,
    who: Option<SignedIn>,
    peer: IpAddr,
}

/// Asks for the code.
///
/// # Errors
/// None but what the page itself meets.
pub async fn show(env: Arc<Env>, request: Request, _peer: IpAddr) -> Shown {
    let (id, is_new) = browser(&env, request.headers());
    let response = page(200, &asking(&env, request.headers(), &id, String::new(), None));
    Ok(if is_new { remember(&env, response, &id) } else { response })
}

/// Looks at the code, signs in, joins, or enters somebody new: one step each. Joining
/// uses the code up; whoever sends that twice is told so the second time.
///
/// # Errors
/// Another site's form; what the store says.
pub async fn join(env: Arc<Env>, request: Request, peer: IpAddr) -> Shown {
    let (id, _) = browser(&env, request.headers());
    let (parts, fields) = Fields::read(&env, request, Form::Link).await?;
    let who = who(&env, &id).await.map_err(|stop| Not::Done(first(stop)))?;
    let code = fields.one("code")?.to_owned();
    let sent = Sent { headers: parts.headers, fields, code, id, who, peer };
    match sent.fields.one("step")? {
        "sign-in" => signing_in(&env, sent).await,
        "join" => joining_now(&env, &sent).await,
        "enter" => entering(&env, &sent).await,
        _ => opening(&env, &sent, |_| {}).await,
    }
}

/// Shows what the code opens, as somebody may have changed it.
async fn opening(env: &Env, sent: &Sent, change: impl FnOnce(&mut Joining) + Send) -> Shown {
    let opened = match joining::open(env, &sent.code, sent.peer).await {
        Ok(opened) => opened,
        Err(not) => return Ok(not_opened(env, sent, not)),
    };
    let mut template = filled(env, sent, opened);
    change(&mut template);
    let is_wrong = template.name_wrong.is_some()
        || template.wrong.new.is_some()
        || template.wrong.twice.is_some();
    Ok(page_with_secret(if is_wrong { 422 } else { 200 }, &template))
}

/// The password of whoever has the address; the page of the invitation comes again, for
/// somebody who is signed in now.
async fn signing_in(env: &Env, mut sent: Sent) -> Shown {
    let opened = match joining::open(env, &sent.code, sent.peer).await {
        Ok(opened) => opened,
        Err(not) => return Ok(not_opened(env, &sent, not)),
    };
    let attempt = Attempt {
        // Never from the form: the invitation says whose it is.
        email: &opened.link.email,
        password: secret(&sent.fields, "password")?,
        peer: sent.peer,
        agent: form::agent(&sent.headers),
        before: Some(&sent.id),
    };
    match sign_in(env, attempt).await {
        Ok(begun) => {
            sent.id = begun.id;
            sent.who = who(env, &begun.id).await.map_err(|stop| Not::Done(first(stop)))?;
            let response = page_with_secret(200, &filled(env, &sent, opened));
            Ok(remember(env, response, &begun.id))
        }
        Err(stop) => {
            let refusal = first(stop);
            let mut template = filled(env, &sent, opened);
            template.wrong.old = Some(sentence_again(env, template.t, &refusal));
            let response = page_with_secret(refusal.reason.row().status, &template);
            Ok(refused::waiting(response, &refusal))
        }
    }
}

async fn joining_now(env: &Env, sent: &Sent) -> Shown {
    // Whose session ended in the meantime is asked to sign in.
    let Some(who) = &sent.who else { return opening(env, sent, |_| {}).await };
    match joining::join(env, &sent.code, who, sent.peer).await {
        Ok(organization) => Ok(go_to(&joined(organization.id.as_str()))),
        Err(NotJoined::SomebodyElse) => opening(env, sent, |_| {}).await,
        Err(not) => Ok(not_opened(env, sent, not)),
    }
}

async fn entering(env: &Env, sent: &Sent) -> Shown {
    if sent.who.is_some() {
        return opening(env, sent, |_| {}).await;
    }
    let t = texts_of_this_browser();
    let (name, password) = (sent.fields.one("name")?, secret(&sent.fields, "password")?);
    if secret(&sent.fields, "again")? != password {
        let differs =
            |page: &mut Joining| page.wrong.twice = Some(t.say("people-password-differs"));
        return opening(env, sent, differs).await;
    }
    let agent = form::agent(&sent.headers);
    let new = NewPerson { name, password, peer: sent.peer, agent, before: &sent.id };
    match joining::enter(env, &sent.code, new).await {
        Ok((id, organization)) => Ok(remember(env, go_to(&joined(organization.id.as_str())), &id)),
        Err(NotJoined::Name) => {
            let wrong = |page: &mut Joining| page.name_wrong = Some(t.say("people-name-wrong"));
            opening(env, sent, wrong).await
        }
        Err(NotJoined::Password(rule)) => {
            let wrong = |page: &mut Joining| page.wrong.new = Some(rule_told(t, rule));
            opening(env, sent, wrong).await
        }
        Err(NotJoined::SomebodyElse) => opening(env, sent, |_| {}).await,
        Err(not) => Ok(not_opened(env, sent, not)),
    }
}

fn joined(organization: &str) -> String {
    format!("/portal/organizations/{organization}?done=joined")
}

fn not_opened(env: &Env, sent: &Sent, not: NotJoined) -> Response {
    let t = texts_of_this_browser();
    let again =
        |wrong: String| asking(env, &sent.headers, &sent.id, sent.code.clone(), Some(wrong));
    let refusal = match not {
        NotJoined::Refused(refusal) => refusal,
        NotJoined::Dead => {
            return page_with_secret(422, &again(t.say("people-invitation-dead")));
        }
        // Said beside the fields, by whoever asked.
        NotJoined::SomebodyElse | NotJoined::Name | NotJoined::Password(_) => {
            Refusal::from(Reason::ChangedMeanwhile)
        }
    };
    let response = page_with_secret(refusal.reason.row().status, &again(told(env, t, &refusal)));
    refused::waiting(response, &refusal)
}

fn asking(
    env: &Env,
    headers: &HeaderMap,
    id: &SessionId,
    code: String,
    code_wrong: Option<String>,
) -> Asking {
    let form_token = env.sessions.form_token(id, Form::Link);
    let frame = Frame::for_request(env, headers);
    Asking { t: frame.t, frame, form_token, code, code_wrong }
}

fn filled(env: &Env, sent: &Sent, opened: Opened) -> Joining {
    let step = match (&sent.who, &opened.person) {
        (Some(who), _) if who.user.email == opened.link.email => Step::Join,
        (Some(who), _) => Step::Leave(who.user.email.clone()),
        (None, Some(_)) => Step::SignIn,
        (None, None) => Step::Enter,
    };
    let frame = Frame::for_request(env, &sent.headers);
    Joining {
        t: frame.t,
        frame: if sent.who.is_some() { frame.signed_in() } else { frame },
        form_token: env.sessions.form_token(&sent.id, Form::Link),
        sign_out_token: env.sessions.form_token(&sent.id, Form::SignOut),
        code: sent.code.clone(),
        is_admin: opened.role == portreeve_core::org::member::Role::Admin,
        opened,
        step,
        name: sent.fields.first("name").to_owned(),
        name_wrong: None,
        wrong: Wrong::default(),
    }
}
