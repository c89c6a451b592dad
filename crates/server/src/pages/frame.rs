//! What is around every page, and how a page becomes an answer.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::env::Env;
use crate::pages::assets;
use crate::pages::look::Look;
use crate::paths::CONNECTIONS;
use crate::sessions::SessionId;
use crate::texts::Texts;

/// What is around every page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// What the vendor is called.
    pub(super) vendor: String,
    /// True when somebody is at the browser.
    pub(super) is_signed_in: bool,
    /// How the person wants pages to look.
    pub(super) look: Look,
    /// The navigation of whoever has signed in, on the portal's pages.
    pub(super) nav: Option<Nav>,
    /// The texts of the person's language.
    pub(super) t: &'static Texts,
}

/// The parts of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The organization, its members and clients.
    Organization,
    /// What its clients call.
    Usage,
    /// What the person granted.
    Connections,
    /// The services' documentation.
    Docs,
    /// Who did what.
    Audit,
    /// The vendor's own.
    Operator,
    /// None of them: the person's own.
    Settings,
}

/// How many organizations stand in the menu.
const PLACES_IN_MENU: usize = 8;

/// The navigation.
#[derive(Clone, Debug)]
pub struct Nav {
    /// The part that is shown.
    pub tab: Tab,
    /// The organization that is shown: id and name.
    pub current: Option<(String, String)>,
    /// Those that the person belongs to, by name: ids and names.
    pub places: Vec<(String, String)>,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// True for the vendor's own staff.
    pub is_operator: bool,
    /// The proof that signing out was asked for here.
    pub sign_out_token: String,
}

impl Nav {
    /// The parts that the person may see: where each is, what it is called, and whether it
    /// is shown.
    pub(super) fn parts(&self, t: &Texts) -> Vec<(String, String, bool)> {
        let part = |tab: Tab, href: String, id: &str| (href, t.say(id), self.tab == tab);
        let inside = self.current.as_ref().map(|(id, _)| format!("/portal/organizations/{id}"));
        let inside = inside.as_deref();
        let at = |rest: &str| inside.map(|inside| format!("{inside}{rest}"));
        let always = |path: &str| Some(path.to_owned());
        let operators = self.is_operator.then(|| "/portal/operator".to_owned());
        [
            (Tab::Organization, at(""), "frame-organization"),
            (Tab::Usage, at("/usage"), "frame-usage"),
            (Tab::Connections, always(CONNECTIONS), "frame-connections"),
            (Tab::Docs, always("/portal/docs"), "frame-docs"),
            (Tab::Audit, at("/audit"), "frame-audit"),
            (Tab::Operator, operators, "frame-operator"),
        ]
        .into_iter()
        .filter_map(|(tab, href, id)| Some(part(tab, href?, id)))
        .collect()
    }

    /// As many of the person's organizations as a menu holds: the rest has a page.
    pub(super) fn nearest(&self) -> &[(String, String)] {
        self.places.get(..PLACES_IN_MENU).unwrap_or(&self.places)
    }

    /// True on the person's own pages.
    pub fn is_settings(&self) -> bool {
        self.tab == Tab::Settings
    }

    /// The first letters of up to two of the person's names.
    pub fn initials(&self) -> String {
        let names: Vec<&str> = self.name.split_whitespace().collect();
        let ends = names.first().into_iter().chain(names.get(1..).and_then(<[&str]>::last));
        ends.filter_map(|name| name.chars().next()).flat_map(char::to_uppercase).collect()
    }
}

impl Frame {
    /// The frame of a page of this dialect's services; of all when there is none.
    pub(super) fn new(env: &Env, dialect: Option<&str>) -> Self {
        let services = || env.catalog.services.iter().map(|entry| &entry.service);
        let of_dialect = dialect.and_then(|name| services().find(|one| one.dialect.name == name));
        let vendor = of_dialect.or_else(|| services().next());
        let vendor = vendor.map_or_else(|| "This server".to_owned(), |one| one.title.clone());
        let t = Texts::english();
        Self { vendor, is_signed_in: false, look: Look::default(), nav: None, t }
    }

    /// The frame of a page of the portal, as the browser's cookie wants it to look.
    pub(super) fn for_request(env: &Env, headers: &HeaderMap) -> Self {
        Self { look: Look::read(headers), ..Self::new(env, None) }
    }

    /// The same with a navigation.
    pub(super) fn with_nav(self, nav: Nav) -> Self {
        Self { nav: Some(nav), ..self }
    }

    /// The same around a page of somebody who has signed in.
    pub(super) fn signed_in(self) -> Self {
        Self { is_signed_in: true, ..self }
    }

    /// Where the stylesheet is.
    #[expect(clippy::unused_self, reason = "templates ask the frame")]
    pub(super) fn stylesheet(&self) -> &'static str {
        assets::stylesheet()
    }

    /// Where the flag is.
    #[expect(clippy::unused_self, reason = "templates ask the frame")]
    pub(super) fn flag(&self) -> &'static str {
        assets::flag()
    }
}

/// A page as an answer. Its form may lead to our own pages only.
pub(super) fn page(status: u16, template: &impl Template) -> Response {
    page_leading_to(status, template, None)
}

/// A page whose form may end at another origin as well: browsers hold the redirect
/// after a form against the page that the form stood on.
pub(super) fn page_leading_to(
    status: u16,
    template: &impl Template,
    origin: Option<&str>,
) -> Response {
    let Ok(text) = template.render() else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    guard(headers, origin.unwrap_or_default());
    response
}

/// Sends the browser on with a GET, whatever it came with (RFC 9110 §15.4.4).
pub(super) fn go_to(uri: &str) -> Response {
    let mut response = Response::new(Body::empty());
    let Ok(uri) = HeaderValue::from_str(uri) else {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, uri);
    guard(response.headers_mut(), "");
    response
}

/// The browser's id on the way, if it had none.
pub(super) fn remember(env: &Env, mut response: Response, id: &SessionId) -> Response {
    if let Some(cookie) = env.sessions.cookie(id) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The browser's id, and whether it is a new one that must be remembered.
pub(super) fn browser(env: &Env, headers: &HeaderMap) -> (SessionId, bool) {
    match env.sessions.read(headers) {
        Some(id) => (id, false),
        None => (SessionId::generate(&*env.entropy), true),
    }
}

/// Nothing is kept, framed, sniffed or sent on; nothing runs; nothing comes from
/// elsewhere.
fn guard(headers: &mut HeaderMap, origin: &str) {
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {origin}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    let policy = HeaderValue::from_str(policy.replace(" ;", ";").as_str());
    let none = || HeaderValue::from_static("default-src 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.unwrap_or_else(|_| none()));
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
