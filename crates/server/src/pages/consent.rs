//! The page on which a person decides: for what, where, and what it means.

use askama::Template;
use axum::response::Response;
use portreeve_core::dialect::connector::Words;
use portreeve_core::org::member::User;
use portreeve_core::refusal::Refusal;

use crate::env::Env;
use crate::flow::connect::consent::{self as flow, Choice, Standing};
use crate::flow::connect::origin;
use crate::flow::stop::Stop;
use crate::pages::abilities;
use crate::pages::frame::{Frame, page_leading_to};
use crate::sessions::{Form, SessionId};

/// Who looks at the page, and at which request.
#[derive(Clone, Copy)]
pub(super) struct Viewer<'a> {
    /// The person.
    pub(super) user: &'a User,
    /// The browser.
    pub(super) id: &'a SessionId,
    /// The request, sealed.
    pub(super) sealed: &'a str,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    frame: Frame,
    flow: &'a str,
    form_token: String,
    sign_out_token: String,
    email: &'a str,
    application: &'a str,
    known_since: String,
    returns_to: String,
    words: &'a Words,
    asks_for_choice: bool,
    reaches_all: bool,
    is_unchosen: bool,
    choices: Vec<Tile>,
    abilities: Vec<String>,
}

/// One organization to choose.
struct Tile {
    id: String,
    name: String,
    above: Option<String>,
    is_chosen: bool,
}

/// Shows the page. `unchosen`: nothing was chosen, and that must be said.
///
/// # Errors
/// What the store says.
pub(super) async fn view(
    env: &Env,
    standing: &Standing<'_>,
    viewer: Viewer<'_>,
    unchosen: Option<&Refusal>,
) -> Result<Response, Stop> {
    let choices = flow::choices(env, viewer.user).await?;
    let client = standing.client.client();
    let interaction = &standing.interaction;
    let home = origin(&interaction.redirect_uri);
    let host = home.as_deref().and_then(|home| home.split_once("://")).map(|(_, host)| host);
    let frame = Frame::new(env, Some(&interaction.dialect)).signed_in();
    let known_since = frame.reader(env.now()).day(client.created_at);
    let template = Consent {
        frame,
        flow: viewer.sealed,
        form_token: env.sessions.form_token(viewer.id, Form::Consent),
        sign_out_token: env.sessions.form_token(viewer.id, Form::SignOut),
        email: &viewer.user.email,
        application: &client.name,
        known_since,
        returns_to: host.unwrap_or(&interaction.redirect_uri).to_owned(),
        words: &standing.connector.words,
        asks_for_choice: standing.connector.chooses_organization,
        reaches_all: flow::reaches_all(standing.connector),
        is_unchosen: unchosen.is_some(),
        choices: choices.into_iter().enumerate().map(tile).collect(),
        abilities: abilities::told(env, standing.audience, &standing.scopes),
    };
    let status = unchosen.map_or(200, |refusal| refusal.reason.row().status);
    Ok(page_leading_to(status, &template, home.as_deref()))
}

fn tile((number, choice): (usize, Choice)) -> Tile {
    Tile { id: choice.id, name: choice.name, above: choice.above, is_chosen: number == 0 }
}
