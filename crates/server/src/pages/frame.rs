//! What is around every page, and how a page becomes an answer.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use portreeve_core::time::Timestamp;

use crate::catalog::branding::{Branding, Logo};
use crate::env::Env;
use crate::pages::assets;
use crate::pages::look::{Look, Theme, texts_of_this_browser};
use crate::pages::times::Reader;
use crate::paths::CONNECTIONS;
use crate::sessions::SessionId;
use crate::texts::Texts;

/// What is around every page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// What the vendor is called.
    pub(super) vendor: String,
    /// What the pages wear.
    pub(super) branding: Arc<Branding>,
    /// True where the vendor's logo stands, instead of the flag and the name.
    has_logo: bool,
    /// True where the script runs: not where a person came from an application's page,
    /// which may be holding the window.
    has_script: bool,
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
pub(super) enum Tab {
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

/// The tags of sheet.html that need a source of their own.
const SCRIPT_TAG: &str = "<script type=\"module\" src=\"/";
const FONT_TAG: &str = "<link rel=\"preload\" as=\"font\"";

/// How many organizations stand in the menu.
const PLACES_IN_MENU: usize = 8;

/// The navigation.
#[derive(Clone, Debug)]
pub(super) struct Nav {
    /// The part that is shown.
    pub(super) tab: Tab,
    /// The organization that is shown: id and name.
    pub(super) current: Option<(String, String)>,
    /// Those that the person belongs to, by name: ids and names.
    pub(super) places: Vec<(String, String)>,
    /// The person's name.
    pub(super) name: String,
    /// The person's address.
    pub(super) email: String,
    /// True for the vendor's own staff.
    pub(super) is_operator: bool,
    /// The proof that signing out was asked for here.
    pub(super) sign_out_token: String,
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
    pub(super) fn is_settings(&self) -> bool {
        self.tab == Tab::Settings
    }

    /// The first letters of up to two of the person's names.
    pub(super) fn initials(&self) -> String {
        let names: Vec<&str> = self.name.split_whitespace().collect();
        let ends = names.first().into_iter().chain(names.get(1..).and_then(<[&str]>::last));
        ends.filter_map(|name| name.chars().next()).flat_map(char::to_uppercase).collect()
    }
}

impl Frame {
    /// The frame of a page of this dialect's services; of all when there is none.
    pub(super) fn new(env: &Env, dialect: Option<&str>) -> Self {
        let catalog = &env.catalog;
        let services = || catalog.services.iter().map(|entry| &entry.service);
        // Who speaks several dialects has several names to customers.
        let is_one = services().all(|one| Some(&*one.dialect.name) == dialect);
        let has_own_name = catalog.branding.name.is_some() && is_one;
        let of_dialect = dialect
            .filter(|_| !has_own_name)
            .and_then(|name| services().find(|one| one.dialect.name == name));
        let vendor =
            of_dialect.map_or_else(|| catalog.vendor().to_owned(), |one| one.title.clone());
        Self {
            vendor,
            has_logo: catalog.branding.logo.is_some() && of_dialect.is_none(),
            has_script: dialect.is_none(),
            branding: Arc::clone(&catalog.branding),
            is_signed_in: false,
            look: Look::of_this_browser(),
            nav: None,
            t: texts_of_this_browser(),
        }
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

    /// Where the script is; `None` on pages without one.
    pub(super) fn script(&self) -> Option<&'static str> {
        self.has_script.then(assets::script)
    }

    /// The vendor's logo for light pages and for dark ones, as far as the theme leaves
    /// that open.
    pub(super) fn logos(&self) -> Option<(&Logo, Option<&Logo>)> {
        let branding = &self.branding;
        let light = branding.logo.as_ref().filter(|_| self.has_logo)?;
        Some(match self.look.theme {
            Theme::Device => (light, branding.logo_dark.as_ref()),
            Theme::Light => (light, None),
            Theme::Dark => (branding.logo_dark.as_ref().unwrap_or(light), None),
        })
    }

    /// What the foot leads to: addresses and words.
    pub(super) fn links(&self) -> Vec<(&str, String)> {
        let links = &self.branding.links;
        let all = [
            (&links.help, "frame-help"),
            (&links.status, "frame-status"),
            (&links.privacy, "frame-privacy"),
        ];
        let named = all.into_iter().filter_map(|(link, id)| Some((link.as_deref()?, id)));
        named.map(|(link, id)| (link, self.t.say(id))).collect()
    }

    /// Whoever reads the page, as a reader of times.
    pub(super) fn reader(&self, now: Timestamp) -> Reader {
        Reader { zone: self.look.zone.clone(), now, t: self.t }
    }
}

/// A page as an answer. Its form may lead to our own pages only.
pub(super) fn page(status: u16, template: &impl Template) -> Response {
    page_leading_to(status, template, None)
}

/// A page that shows a secret this once, beside what somebody typed: nothing on the way
/// changes it, and it is not pressed, so that its length tells nothing of the secret
/// (RFC 9111 §5.2.2.6).
pub(super) fn page_with_secret(status: u16, template: &impl Template) -> Response {
    let mut response = page(status, template);
    let never = HeaderValue::from_static("no-store, no-transform");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
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
    // Escaped texts hold no tag: these are our own.
    let has_script = text.contains(SCRIPT_TAG);
    let sources = Sources {
        script: if has_script { "script-src 'self';" } else { "" },
        font: if text.contains(FONT_TAG) { "font-src 'self';" } else { "" },
        form: origin.unwrap_or_default(),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    guard(headers, &sources);
    if has_script {
        // No page that opened this one, or was opened by it, reaches it. An application's
        // page may have opened a connector's, and waits for its window to come back.
        let alone = HeaderValue::from_static("same-origin");
        headers.insert(HeaderName::from_static("cross-origin-opener-policy"), alone);
    }
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
    guard(response.headers_mut(), &Sources::default());
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

/// What a page may have, beside our stylesheets and pictures.
#[derive(Default)]
struct Sources<'a> {
    script: &'a str,
    font: &'a str,
    /// Another origin at which the page's form may end.
    form: &'a str,
}

/// Nothing is kept, framed, sniffed or sent on; nothing comes from elsewhere, and nothing
/// runs but our script, where there is one.
fn guard(headers: &mut HeaderMap, sources: &Sources<'_>) {
    let Sources { script, font, form } = sources;
    let policy = format!(
        "default-src 'none'; {script} {font} style-src 'self'; img-src 'self'; \
         form-action 'self' {form}; frame-ancestors 'none'; base-uri 'none'"
    );
    let words: Vec<&str> = policy.split_whitespace().collect();
    let policy = HeaderValue::from_str(&words.join(" ").replace(" ;", ";"));
    let none = || HeaderValue::from_static("default-src 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.unwrap_or_else(|_| none()));
    let permissions = HeaderName::from_static("permissions-policy");
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (permissions, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::message::Message;

    #[test]
    fn a_page_says_its_language_and_has_its_words() {
        let t = Texts::second("frame-skip = Til siden\n");
        let frame = Frame {
            vendor: "Tidewright".to_owned(),
            branding: Arc::default(),
            has_logo: false,
            has_script: true,
            is_signed_in: true,
            look: Look::default(),
            nav: None,
            t,
        };
        let text = Message::new(frame, t.say("people-signed-out")).render().unwrap();
        for expected in ["<html lang=\"nb\" ", ">Til siden</a>", "/sign-out\">Sign out</a>"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
