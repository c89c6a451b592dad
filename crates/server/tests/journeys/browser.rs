//! A browser without a screen: it keeps its cookie, reads the fields of a form and
//! sends it as browsers do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use axum::body::Body;
use portreeve_core::secret::Secret;
use portreeve_server::flow::people;

use crate::world::{Answer, World};

/// The password of whoever has one in these tests.
pub(crate) const PASSWORD: &str = "harbour lamp oak";

pub(crate) struct Browser<'w> {
    world: &'w World,
    cookie: Mutex<Option<String>>,
    /// What else pages leave here, by name: how they look, where one was last.
    others: Mutex<BTreeMap<String, String>>,
    address: [u8; 4],
    forwarded: Option<String>,
}

impl<'w> Browser<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        Self::at(world, [127, 0, 0, 1])
    }

    pub(crate) fn at(world: &'w World, address: [u8; 4]) -> Self {
        let (cookie, others) = (Mutex::new(None), Mutex::default());
        Self { world, cookie, others, address, forwarded: None }
    }

    /// One for whom this address says in `X-Forwarded-For` whose it is.
    pub(crate) fn behind(world: &'w World, address: [u8; 4], forwarded: &str) -> Self {
        Self { forwarded: Some(forwarded.to_owned()), ..Self::at(world, address) }
    }

    /// The cookie that says who is here, as it is sent.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    pub(crate) fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().unwrap() = cookie;
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(http::Request::get(uri), String::new()).await
    }

    /// Sends a form from a page of ours.
    pub(crate) async fn post(&self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_as(uri, fields, &[("sec-fetch-site", "same-origin"), ("origin", "null")]).await
    }

    /// Sends a form with these headers.
    pub(crate) async fn post_as(
        &self,
        uri: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = http::Request::post(uri)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, encode(fields)).await
    }

    /// The code in the newest mail to this address; empty when there is none.
    pub(crate) async fn code_for(&self, email: &str) -> String {
        self.world
            .mails_to(&email.trim().to_ascii_lowercase())
            .await
            .last()
            .map_or_else(String::new, |mail| mail.code())
    }

    /// Opens `/sign-in` and signs in there.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let page = self.get("/sign-in").await;
        let token = field(&page, "form_token");
        let fields = [("form_token", &*token), ("email", email), ("password", password)];
        self.post("/sign-in", &fields).await
    }

    async fn send(&self, mut request: http::request::Builder, body: String) -> Answer {
        let others = self.others.lock().unwrap().clone();
        let others = others.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<String> = self.cookie().into_iter().chain(others).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(forwarded) = &self.forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let request = request.body(Body::from(body)).unwrap();
        let answer = self.world.send_from(self.address, request).await;
        for given in answer.headers.get_all("set-cookie") {
            let pair = given.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if matches!(name, "portreeve" | "__Host-portreeve") {
                self.set_cookie(Some(pair.to_owned()).filter(|pair| !pair.ends_with('=')));
            } else {
                self.others.lock().unwrap().insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// Gives a person the password of these tests.
pub(crate) async fn give_password(world: &World, email: &str) {
    let user = people::find(&world.env, email).await.unwrap();
    let actor = portreeve_core::audit::Actor::System;
    let password = Secret::new(PASSWORD.to_owned());
    people::set_password(&world.env, &user, password, &actor).await.unwrap();
}

/// The value of a form's field, as it stands on the page first; the bar's forms are none
/// of the page's.
pub(crate) fn field(page: &Answer, name: &str) -> String {
    field_in(page, "<main", name)
}

/// The value of a field behind this text, which marks a form.
pub(crate) fn field_in(page: &Answer, mark: &str, name: &str) -> String {
    let found = page.text.split_once(mark).and_then(|(_, form)| {
        let (_, value) = form.split_once(&format!("name=\"{name}\" value=\""))?;
        value.split_once('"')
    });
    let Some((value, _)) = found else { panic!("no field {name}: {page:?}") };
    value.to_owned()
}

/// A form's body.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A text as it may stand in a query.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => out.push(char::from(b)),
            b => write!(out, "%{b:02X}").unwrap(),
        }
    }
    out
}
