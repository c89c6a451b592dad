//! The connector's pages: an application brings a person here; the person signs in,
//! looks, and grants or refuses.

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::dialect::connector::Connector;
use portreeve_core::refusal::{Reason, Refusal};

use crate::catalog::DialectEntry;
use crate::env::Env;
use crate::flow::connect::consent::{self as flow, Standing};
use crate::flow::connect::interaction::Interaction;
use crate::flow::connect::{self as connecting, Application, Arrived, Refused};
use crate::flow::sign_in as people;
use crate::flow::stop::Stop;
use crate::pages::consent::{self, Viewer};
use crate::pages::form::{self, Sent};
use crate::pages::frame::{Frame, browser, go_to, page, remember};
use crate::pages::message::Message;
use crate::pages::refused;
use crate::pages::sign_in::{Place, first, form_page, try_password};
use crate::pages::sign_out::forget;
use crate::paths::{CONNECT, CONNECT_SIGN_IN};
use crate::raw;
use crate::sessions::Form;
use crate::visit::Visit;

/// The entry with this number at the connector of the dialect with this number: checks
/// what the application says, and shows the page. `None` when there is no such entry.
pub async fn enter(env: &Env, dialect: usize, entry: usize, request: Request) -> Option<Response> {
    let dialect = env.catalog.dialects.get(dialect)?;
    let connector = dialect.dialect.connector.as_ref()?;
    let entry = connector.entries.get(entry)?;
    let mut visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let about = (&*dialect.dialect.name, connector);
    let (parts, body) = match raw::read(request).await {
        Ok(read) => read,
        Err(refusal) => return Some(refused::connector(visit, env, about, bare(refusal))),
    };
    let at = Arrived { dialect, connector, entry, peer: visit.peer() };
    let plain = raw::plain(&parts, &body);
    let mut seen = None;
    let entered = connecting::enter(env, at, &plain, &mut seen).await;
    visit.client = seen;
    Some(match entered {
        Ok(sealed) => visit.end(go_to(&address(&sealed)), Ok(())),
        Err(refused) => refused::connector(visit, env, about, refused),
    })
}

/// The page: to sign in, or to grant.
pub async fn look(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let sealed = form::parameter(request.uri().query(), "flow").unwrap_or_default();
    let (opened, visit) = match open(env, visit, &sealed).await {
        Ok(opened) => opened,
        Err(refused) => return refused,
    };
    let (id, is_new) = browser(env, request.headers());
    let response = match people::who(env, &id).await {
        Ok(Some(who)) => {
            let viewer = Viewer { user: &who.user, id: &id, sealed: &sealed };
            match consent::view(env, &opened, viewer, None).await {
                Ok(response) => response,
                Err(stop) => return refuse(visit, env, &opened, stop),
            }
        }
        Ok(None) => form_page(env, place(env, &opened, &sealed), &id, "", None),
        Err(stop) => return refuse(visit, env, &opened, stop),
    };
    let response = if is_new { remember(env, response, &id) } else { response };
    visit.end(response, Ok(()))
}

/// Signs in on the way to the page.
pub async fn sign_in(env: &Env, request: Request) -> Response {
    let (visit, sent, sealed) = match sent(env, request, Form::SignIn).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    let (opened, visit) = match open(env, visit, &sealed).await {
        Ok(opened) => opened,
        Err(refused) => return refused,
    };
    try_password(env, visit, &sent, place(env, &opened, &sealed), Some(&address(&sealed))).await
}

/// Signs out on the way to the page, so that somebody else may sign in.
pub async fn leave(env: &Env, request: Request) -> Response {
    let (visit, sent, sealed) = match sent(env, request, Form::SignOut).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    match people::sign_out(env, &sent.browser).await {
        Ok(()) => visit.end(forget(env, go_to(&address(&sealed))), Ok(())),
        Err(stop) => refused::elsewhere(visit, env, &first(stop)),
    }
}

/// The person's answer.
pub async fn answer(env: &Env, request: Request) -> Response {
    let (visit, sent, sealed) = match sent(env, request, Form::Consent).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    let (opened, visit) = match open(env, visit, &sealed).await {
        Ok(opened) => opened,
        Err(refused) => return refused,
    };
    match decide(env, &opened, &sent, &sealed).await {
        Ok(response) => visit.end(response, Ok(())),
        Err(stop) => refuse(visit, env, &opened, stop),
    }
}

async fn decide(
    env: &Env,
    opened: &Standing<'_>,
    sent: &Sent,
    sealed: &str,
) -> Result<Response, Stop> {
    // Whose session ended in the meantime signs in again, and is asked again.
    let Some(who) = people::who(env, &sent.browser).await? else {
        return Ok(go_to(&address(sealed)));
    };
    env.changes.claim(&who.user.id, env.clock.monotonic())?;
    if sent.value("answer")? != "grant" {
        return Ok(page(200, &not_granted(env, opened)));
    }
    let chosen = sent.value("organization")?;
    let chosen = Some(&*chosen).filter(|chosen| !chosen.is_empty());
    match flow::grant(env, opened, &who.user, chosen).await {
        Ok(uri) => Ok(go_to(&uri)),
        Err(Stop::Refused(refusals)) if is_unchosen(&refusals) => {
            let viewer = Viewer { user: &who.user, id: &sent.browser, sealed };
            consent::view(env, opened, viewer, refusals.first()).await
        }
        Err(stop) => Err(stop),
    }
}

fn is_unchosen(refusals: &[Refusal]) -> bool {
    matches!(refusals, [only] if only.reason == Reason::ParameterMissing)
}

fn not_granted(env: &Env, opened: &Standing<'_>) -> Message {
    let name = &opened.client.client().name;
    let frame = Frame::new(env, Some(&opened.interaction.dialect)).signed_in();
    let t = frame.t;
    let application =
        connecting::application(opened.client.client(), &opened.interaction.redirect_uri);
    Message {
        kicker: Some(t.say("connector-refused")),
        onward: refused::back(t, &application),
        ..Message::new(frame, t.say("connector-refused-title"))
            .saying(t.say1("connector-refused-means", "application", name))
            .saying(t.say("connector-refused-again"))
    }
}

/// A form on the way, with the request that it carries.
async fn sent(
    env: &Env,
    request: Request,
    form: Form,
) -> Result<(Visit<'_>, Sent, String), Response> {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let read = form::read(env, request, form).await;
    match read.and_then(|sent| Ok((sent.value("flow")?, sent))) {
        Ok((sealed, sent)) => Ok((visit, sent, sealed)),
        Err(refusal) => Err(refused::elsewhere(visit, env, &refusal)),
    }
}

/// The request that a page is about, if it still stands.
async fn open<'e>(
    env: &'e Env,
    visit: Visit<'e>,
    sealed: &str,
) -> Result<(Standing<'e>, Visit<'e>), Response> {
    let interaction = match Interaction::open(sealed, env.directory.master()) {
        Ok(interaction) => interaction,
        Err(reason) => return Err(refused::elsewhere(visit, env, &reason.into())),
    };
    let about = connector_of(env, &interaction);
    let (client_id, redirect_uri) =
        (interaction.client_id.clone(), interaction.redirect_uri.clone());
    let stop = match flow::reconsider(env, interaction).await {
        Ok(standing) => return Ok((standing, visit)),
        Err(stop) => stop,
    };
    let refusal = first(stop);
    let Some((dialect, connector)) = about else {
        return Err(refused::elsewhere(visit, env, &refusal));
    };
    let known = env.directory.client(client_id.as_str()).await.ok().flatten();
    let application = known.map(|known| connecting::application(known.client(), &redirect_uri));
    let refused = Refused { application, ..bare(refusal) };
    Err(refused::connector(visit, env, (&dialect.dialect.name, connector), refused))
}

fn connector_of<'e>(
    env: &'e Env,
    interaction: &Interaction,
) -> Option<(&'e DialectEntry, &'e Connector)> {
    let named = |entry: &&DialectEntry| entry.dialect.name == interaction.dialect;
    let dialect = env.catalog.dialects.iter().find(named)?;
    Some((dialect, dialect.dialect.connector.as_ref()?))
}

fn refuse(visit: Visit<'_>, env: &Env, opened: &Standing<'_>, stop: Stop) -> Response {
    let application =
        connecting::application(opened.client.client(), &opened.interaction.redirect_uri);
    let refused = Refused { application: Some(application), ..bare(first(stop)) };
    refused::connector(visit, env, (&opened.interaction.dialect, opened.connector), refused)
}

fn bare(refusal: Refusal) -> Refused {
    Refused { refusal, application: None::<Application>, clock: None }
}

fn place<'a>(env: &Env, opened: &'a Standing<'_>, sealed: &'a str) -> Place<'a> {
    Place {
        frame: Frame::new(env, Some(&opened.interaction.dialect)),
        action: CONNECT_SIGN_IN,
        flow: Some(sealed),
        application: Some(&opened.client.client().name),
        next: None,
    }
}

/// The page's address. What is sealed is base64url, which needs no escape.
fn address(sealed: &str) -> String {
    format!("{CONNECT}?flow={sealed}")
}
