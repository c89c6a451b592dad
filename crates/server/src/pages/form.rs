//! A form that came back: read, and known to be from a page of ours.

use axum::extract::Request;
use http::HeaderMap;
use portreeve_core::oauth::form::Form as Pairs;
use portreeve_core::refusal::{Reason, Refusal};

use crate::env::Env;
use crate::raw;
use crate::sessions::{Form, SessionId};

/// A form's body, and the browser that sent it.
pub(super) struct Sent {
    /// The browser's id.
    pub(super) browser: SessionId,
    /// What it calls itself.
    pub(super) agent: String,
    /// The request's headers.
    pub(super) headers: HeaderMap,
    body: bytes::Bytes,
}

impl Sent {
    /// The value of a field; empty when it is absent.
    ///
    /// # Errors
    /// When it is there twice, or cannot be read.
    pub(super) fn value(&self, name: &str) -> Result<String, Refusal> {
        Ok(Pairs::read(&self.body)?.one(name)?.unwrap_or_default().to_owned())
    }
}

/// Reads a form that must be one of ours for this purpose.
///
/// # Errors
/// [`Reason::CrossSite`] when another site sent it or its token is another browser's.
pub(super) async fn read(env: &Env, request: Request, form: Form) -> Result<Sent, Refusal> {
    if !env.sessions.is_same_site(request.headers()) {
        return Err(Refusal::about(Reason::CrossSite, "origin"));
    }
    let browser = env.sessions.read(request.headers());
    let browser = browser.ok_or_else(|| Refusal::about(Reason::CrossSite, "no cookie"))?;
    let (parts, body) = raw::read(request).await?;
    let agent = agent(&parts.headers).to_owned();
    let sent = Sent { browser, agent, headers: parts.headers, body };
    if !env.sessions.is_form_token(&sent.browser, form, &sent.value("form_token")?) {
        return Err(Refusal::about(Reason::CrossSite, "form token"));
    }
    Ok(sent)
}

/// What a browser calls itself; empty when it does not say.
pub(super) fn agent(headers: &HeaderMap) -> &str {
    let name = headers.get(http::header::USER_AGENT);
    name.and_then(|name| name.to_str().ok()).unwrap_or_default()
}

/// One parameter of a page's address; `None` when it is absent, repeated or unreadable.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    Pairs::read(query?.as_bytes()).ok()?.one(name).ok()?.map(str::to_owned)
}

/// True when whoever asks would rather have a page than a line of text.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(http::header::ACCEPT).iter();
    accepted.filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"))
}
