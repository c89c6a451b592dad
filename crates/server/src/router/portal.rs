//! The portal's part of the map. What is named in braces is `At::id`.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::env::Env;
use crate::pages;
use crate::pages::docs;
use crate::pages::portal::{
    self, At, Shown, audit, client, client_changes, explain, home, members, new_client, operator,
    organization, password, settings, usage, welcome,
};
use crate::paths::DOCS;
use crate::router::Map;

/// Every page of the portal.
pub(super) fn portal() -> Router<Map> {
    Router::new()
        .route("/", page(home::go))
        .route("/portal", page(home::go))
        .route("/portal/organizations", page(home::organizations))
        .merge(organizations())
        .merge(clients())
        .merge(people())
        .merge(operators())
        .method_not_allowed_fallback(|State(map): State<Map>, request: Request| async move {
            pages::wrong_method(&map.env, &request)
        })
        .merge(documentation())
}

fn organizations() -> Router<Map> {
    Router::new()
        .route("/portal/organizations/{organization}", page(organization::show))
        .route(
            "/portal/organizations/{organization}/name",
            form(organization::ask_name, organization::rename),
        )
        .route("/portal/organizations/{organization}/clients.csv", page(organization::export))
        .route("/portal/organizations/{organization}/members", page(members::show))
        .route(
            "/portal/organizations/{organization}/members/invite",
            form(members::ask_invite, members::invite),
        )
        .route(
            "/portal/organizations/{organization}/members/{user}",
            form(members::ask_change, members::change),
        )
        .route(
            "/portal/organizations/{organization}/invitations/{link}",
            form(members::ask_invitation, members::answer_invitation),
        )
        .route(
            "/portal/organizations/{organization}/clients/new",
            form(new_client::ask, new_client::make),
        )
        .route("/portal/organizations/{organization}/usage", page(usage::show))
        .route("/portal/organizations/{organization}/usage.csv", page(usage::export))
        .route("/portal/organizations/{organization}/audit", page(audit::show))
        .route("/portal/organizations/{organization}/audit.csv", page(audit::export_csv))
        .route("/portal/organizations/{organization}/audit.jsonl", page(audit::export_lines))
}

fn clients() -> Router<Map> {
    Router::new()
        .route("/portal/clients/{client}", page(client::show))
        .route(
            "/portal/clients/{client}/edit",
            form(client_changes::ask_edit, client_changes::edit),
        )
        .route(
            "/portal/clients/{client}/scopes",
            form(client_changes::ask_scopes, client_changes::set_scopes),
        )
        .route(
            "/portal/clients/{client}/rotate",
            form(client_changes::ask_rotate, client_changes::rotate),
        )
        .route(
            "/portal/clients/{client}/secrets/{secret}",
            form(client_changes::ask_secret, client_changes::change_secret),
        )
        .route(
            "/portal/clients/{client}/state",
            form(client_changes::ask_state, client_changes::set_state),
        )
        .route(
            "/portal/clients/{client}/delete",
            form(client_changes::ask_delete, client_changes::delete),
        )
        .route("/portal/clients/{client}/connections", page(client_changes::show_connections))
        .route(
            "/portal/clients/{client}/connections/end",
            form(client_changes::ask_end_connection, client_changes::end_connection),
        )
        .route("/portal/refusals", page(explain::show))
}

fn people() -> Router<Map> {
    Router::new()
        .route("/connections", page(pages::connections))
        .route("/connections/end", form(pages::ask_to_end, pages::end))
        .route("/portal/settings", page(settings::show))
        .route("/portal/settings/look", form(settings::show, settings::look))
        .route("/portal/settings/sessions", form(settings::show, settings::end_session))
        .route("/portal/settings/password", form(settings::ask_password, settings::set_password))
        .route("/sign-in/again", form(settings::ask_sign_in_again, settings::sign_in_again))
        .route("/portal/welcome", everybody(welcome::show, welcome::join))
        .route(
            "/portal/password/forgotten",
            everybody(password::ask_forgotten, password::send_link),
        )
        .route("/portal/password/new", everybody(password::ask_new, password::set_new))
}

fn operators() -> Router<Map> {
    Router::new()
        .route("/portal/operator", page(operator::show))
        .route("/portal/operator/organizations", page(operator::organizations))
        .route(
            "/portal/operator/organizations/new",
            form(operator::ask_organization, operator::enter_organization),
        )
        .route(
            "/portal/operator/organizations/{organization}",
            form(operator::ask_contract, operator::set_contract),
        )
        .route("/portal/operator/people", page(operator::people))
        .route("/portal/operator/people/new", form(operator::ask_person, operator::enter_person))
        .route("/portal/operator/people/{user}", form(operator::ask_user, operator::change_user))
        .route("/portal/operator/services", page(operator::services))
        .route("/portal/operator/keys", form(operator::keys, operator::rotate_key))
        .route("/portal/operator/dialects", page(operator::dialects))
        .route("/portal/operator/node", page(operator::node))
        .route("/portal/operator/audit", page(audit::show_all))
        .route("/portal/operator/audit.csv", page(audit::export_all_csv))
        .route("/portal/operator/audit.jsonl", page(audit::export_all_lines))
}

/// What everybody may read of the services.
fn documentation() -> Router<Map> {
    let page = || {
        get(async move |State(map): State<Map>, request: Request| {
            portal::open(map.env, request, docs::show).await
        })
    };
    Router::new()
        .route(DOCS, page())
        .route("/portal/docs/{service}", page())
        .route("/portal/docs/{service}/{file}", page())
}

/// What stands in the braces; none when it is no text once unescaped.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// A page of whoever has signed in.
fn page<F, R>(show: F) -> MethodRouter<Map>
where
    F: Fn(At) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Shown> + Send + 'static,
{
    get(async move |State(map): State<Map>, params: Params, request: Request| {
        served(map, params, request, show).await
    })
}

/// A page with a form that comes back to the same address.
fn form<F, R, G, S>(ask: F, submit: G) -> MethodRouter<Map>
where
    F: Fn(At) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Shown> + Send + 'static,
    G: Fn(At) -> S + Clone + Send + Sync + 'static,
    S: Future<Output = Shown> + Send + 'static,
{
    page(ask).post(async move |State(map): State<Map>, params: Params, request: Request| {
        served(map, params, request, submit).await
    })
}

/// No id of ours is other than text: at an address that says one there is nothing.
async fn served<F, R>(map: Map, params: Params, request: Request, show: F) -> Response
where
    F: FnOnce(At) -> R,
    R: Future<Output = Shown>,
{
    match params {
        Ok(params) => portal::serve(map.env, named(&params), request, show).await,
        Err(_) => pages::no_such_page(&map.env, &request),
    }
}

/// A page for everybody, with a form that comes back to the same address.
fn everybody<F, R, G, S>(ask: F, submit: G) -> MethodRouter<Map>
where
    F: Fn(Arc<Env>, Request, IpAddr) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Shown> + Send + 'static,
    G: Fn(Arc<Env>, Request, IpAddr) -> S + Clone + Send + Sync + 'static,
    S: Future<Output = Shown> + Send + 'static,
{
    get(async move |State(map): State<Map>, request: Request| {
        portal::open(map.env, request, ask).await
    })
    .post(async move |State(map): State<Map>, request: Request| {
        portal::open(map.env, request, submit).await
    })
}

fn named(params: &RawPathParams) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
