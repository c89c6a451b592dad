//! How every request of the portal arrives and leaves.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Timestamp;

use crate::env::Env;
use crate::flow::access;
use crate::flow::change::ChangeError;
use crate::flow::sign_in::{SignedIn, who};
use crate::pages::fields::Fields;
use crate::pages::form;
use crate::pages::frame::{Frame, Nav, Tab, go_to};
use crate::pages::look::{Look, texts_of_this_browser};
use crate::pages::onward::{by_way_of, is_ours};
use crate::pages::portal::place;
use crate::pages::refused;
use crate::pages::sign_in::first;
use crate::pages::times::{Reader, When};
use crate::paths::{SIGN_IN, SIGN_IN_AGAIN};
use crate::sessions::{Form, SessionId};
use crate::texts::Texts;
use crate::visit::Visit;

/// Why there is no page.
#[derive(Debug)]
pub enum Not {
    /// Nobody is signed in.
    SignedIn,
    /// The password was shown too long ago for this.
    Recent,
    /// It was refused.
    Done(Refusal),
}

/// A page, or why there is none.
pub type Shown = Result<Response, Not>;

/// A request of somebody who has signed in.
pub struct At {
    /// The installation.
    pub env: Arc<Env>,
    /// Who is at the browser.
    pub who: SignedIn,
    /// The browser's id.
    pub browser: SessionId,
    /// From where.
    pub peer: IpAddr,
    /// The request without its body.
    pub parts: Parts,
    /// What the form says; empty unless it was sent, and then known to be one of ours.
    pub fields: Fields,
    /// How the person wants pages to look.
    pub look: Look,
    texts: &'static Texts,
    params: Vec<(String, String)>,
}

impl At {
    /// What stands in the path at `{name}`; empty when there is no such place.
    pub fn id(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// A parameter of the page's address; empty when it is absent, repeated or unreadable.
    pub fn query(&self, name: &str) -> String {
        form::parameter(self.parts.uri.query(), name).unwrap_or_default()
    }

    /// The page's path.
    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.env.now()
    }

    /// The texts of the person's language.
    pub fn texts(&self) -> &'static Texts {
        self.texts
    }

    /// The person as a reader of times.
    pub(in crate::pages) fn reader(&self) -> Reader {
        Reader { zone: self.look.zone.clone(), now: self.now(), t: self.texts() }
    }

    /// A moment, as the person reads it now.
    pub(in crate::pages) fn when(&self, at: Timestamp) -> When {
        self.reader().when(at)
    }

    /// What every form of the portal carries in the field `form_token`.
    pub fn form_token(&self) -> String {
        self.env.sessions.form_token(&self.browser, Form::Portal)
    }

    /// What is around the page: the navigation of the organization with this id and name,
    /// or of the person's first when there is none.
    ///
    /// # Errors
    /// What the store says.
    pub(in crate::pages) async fn frame(
        &self,
        tab: Tab,
        organization: Option<(&str, &str)>,
    ) -> Result<Frame, Not> {
        let places = access::places(&self.env, &self.who.user).await?;
        let places: Vec<(String, String)> =
            places.into_iter().map(|(one, _)| (one.id.to_string(), one.name)).collect();
        let own = |(id, name): (&str, &str)| (id.to_owned(), name.to_owned());
        let last = self.last_place();
        let last =
            || places.iter().find(|(id, _)| last.as_ref().is_some_and(|it| it.as_str() == id));
        let current = organization.map(own).or_else(|| last().or(places.first()).cloned());
        let nav = Nav {
            tab,
            current,
            places,
            name: self.who.user.name.clone(),
            email: self.who.user.email.clone(),
            is_operator: self.who.user.operator,
            sign_out_token: self.env.sessions.form_token(&self.browser, Form::SignOut),
        };
        Ok(Frame::for_request(&self.env, &self.parts.headers).signed_in().with_nav(nav))
    }
}

/// Answers a request of the portal: whoever has not signed in is sent there first, and
/// comes back afterwards.
pub async fn serve<F, R>(
    env: Arc<Env>,
    params: Vec<(String, String)>,
    request: Request,
    show: F,
) -> Response
where
    F: FnOnce(At) -> R,
    R: Future<Output = Shown>,
{
    let visit = Visit::begin(&env, &env.observer.doors.pages, &request);
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let peer = visit.peer();
    let noted = place::to_note(request.method(), request.headers(), &params);
    let shown = match arrive(Arc::clone(&env), params, peer, request).await {
        Ok(at) => show(at).await.map(|response| {
            let is_https = env.endpoints.issuer.starts_with("https:");
            place::note(response, noted, is_https)
        }),
        Err(not) => Err(not),
    };
    leave(&env, visit, &here, shown)
}

/// Answers a request that needs no signing in. A form of it must be one of ours.
pub async fn open<F, R>(env: Arc<Env>, request: Request, show: F) -> Response
where
    F: FnOnce(Arc<Env>, Request, IpAddr) -> R,
    R: Future<Output = Shown>,
{
    let visit = Visit::begin(&env, &env.observer.doors.pages, &request);
    let peer = visit.peer();
    let shown = show(Arc::clone(&env), request, peer).await;
    leave(&env, visit, "/", shown)
}

/// Whoever is at the browser of a page that everybody may read, if it is somebody.
///
/// # Errors
/// What the store says.
pub(in crate::pages) async fn visitor(
    env: Arc<Env>,
    request: Request,
    peer: IpAddr,
) -> Result<Option<At>, Not> {
    match arrive(env, Vec::new(), peer, request).await {
        Ok(at) => Ok(Some(at)),
        Err(Not::SignedIn) => Ok(None),
        Err(not) => Err(not),
    }
}

async fn arrive(
    env: Arc<Env>,
    params: Vec<(String, String)>,
    peer: IpAddr,
    request: Request,
) -> Result<At, Not> {
    let browser = env.sessions.read(request.headers()).ok_or(Not::SignedIn)?;
    let known = who(&env, &browser).await.map_err(|stop| Not::Done(first(stop)))?;
    let who = known.ok_or(Not::SignedIn)?;
    let (parts, fields) = match *request.method() {
        http::Method::POST => sent(&env, &who, request).await?,
        _ => (request.into_parts().0, Fields::default()),
    };
    let look = Look::read(&parts.headers);
    let texts = texts_of_this_browser();
    Ok(At { env, who, browser, peer, parts, fields, look, texts, params })
}

/// A form that somebody sent who is signed in: known to be one of ours, then counted as a
/// change. What another site makes a browser send takes nothing from anybody.
async fn sent(env: &Env, who: &SignedIn, request: Request) -> Result<(Parts, Fields), Refusal> {
    let read = Fields::read(env, request, Form::Portal).await?;
    env.changes.claim(&who.user.id, env.clock.monotonic())?;
    Ok(read)
}

fn leave(env: &Env, visit: Visit<'_>, here: &str, shown: Shown) -> Response {
    let onward = |to: &str| match is_ours(here) {
        true => go_to(&by_way_of(to, here)),
        false => go_to(to),
    };
    match shown {
        Ok(response) => visit.end(response, Ok(())),
        Err(Not::SignedIn) => visit.end(onward(SIGN_IN), Ok(())),
        Err(Not::Recent) => visit.end(onward(SIGN_IN_AGAIN), Ok(())),
        Err(Not::Done(refusal)) => refused::elsewhere(visit, env, &refusal),
    }
}

impl From<Refusal> for Not {
    fn from(refusal: Refusal) -> Self {
        Self::Done(refusal)
    }
}

impl From<Reason> for Not {
    fn from(reason: Reason) -> Self {
        Self::Done(reason.into())
    }
}

impl From<ChangeError> for Not {
    fn from(error: ChangeError) -> Self {
        let reason = match error {
            ChangeError::SignInAgain => return Self::Recent,
            ChangeError::Missing { .. } => Reason::NotFound,
            ChangeError::NotPermitted => Reason::NotPermitted,
            ChangeError::ChangedMeanwhile => Reason::ChangedMeanwhile,
            // A page that knows its fields shows the sentence beside one of them.
            ChangeError::Wrong(_) | ChangeError::Taken(_) | ChangeError::Full { .. } => {
                Reason::ParameterMalformed
            }
            ChangeError::Store(error) => {
                tracing::error!(%error, "the page cannot be made");
                Reason::TemporarilyUnavailable
            }
        };
        Self::Done(reason.into())
    }
}
