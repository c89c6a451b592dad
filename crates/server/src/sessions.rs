//! The cookie that says who is at this browser, and the tokens that prove that a form
//! came from a page of ours.
//!
//! A browser has an id before anybody signs in, so that the sign-in form is bound to it
//! too; signing in gives it another. Which id belongs to whom, the store knows.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, header};
use portreeve_core::secret::{Entropy, MasterKey};
use portreeve_core::sign_in::session;

/// The 256 random bits in the cookie. Never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionId([u8; 32]);

impl SessionId {
    /// A new id.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The bits themselves.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the store has of it.
    pub fn hash(&self) -> [u8; 32] {
        session::hash(&self.0)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[session]")
    }
}

/// What a form is for: a token for one opens no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Signing in.
    SignIn,
    /// Signing out.
    SignOut,
    /// Granting or refusing an application.
    Consent,
    /// Whatever the portal's forms change: each asks who may, and shows what it does.
    Portal,
    /// Using a link that was sent by mail, or asking for one.
    Link,
}

/// How this installation keeps its cookie and proves its forms.
#[derive(Debug)]
pub struct Sessions {
    origin: String,
    is_https: bool,
    key: hmac::Key,
}

impl Sessions {
    /// For the installation with this issuer and master key.
    pub fn new(issuer: &str, master: &MasterKey) -> Self {
        Self {
            is_https: issuer.starts_with("https:"),
            key: hmac::Key::new(hmac::HMAC_SHA256, &master.derive("form-tokens")),
            origin: issuer.to_owned(),
        }
    }

    /// The id in a request's cookie. A cookie that is malformed or there twice is none.
    pub fn read(&self, headers: &HeaderMap) -> Option<SessionId> {
        let lines = headers.get_all(header::COOKIE).into_iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        let mut ours = pairs
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, _)| name.trim() == self.cookie_name())
            .map(|(_, value)| value.trim());
        let first = ours.next()?;
        if ours.next().is_some() {
            return None;
        }
        SessionId::parse(first)
    }

    /// The header that gives a browser its id, until it is closed.
    pub fn cookie(&self, id: &SessionId) -> Option<HeaderValue> {
        let (name, end) = (self.cookie_name(), self.attributes());
        let id = BASE64_URL_SAFE_NO_PAD.encode(id.0);
        HeaderValue::from_str(&format!("{name}={id}; {end}")).ok()
    }

    /// The header that takes a browser's id away.
    pub fn no_cookie(&self) -> Option<HeaderValue> {
        let (name, end) = (self.cookie_name(), self.attributes());
        HeaderValue::from_str(&format!("{name}=; {end}; Max-Age=0")).ok()
    }

    /// What a form for this purpose carries in this browser.
    pub fn form_token(&self, id: &SessionId, form: Form) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, &bound(id, form)))
    }

    /// True when the form was made for this purpose and browser. In constant time.
    pub fn is_form_token(&self, id: &SessionId, form: Form, shown: &str) -> bool {
        let tag = BASE64_URL_SAFE_NO_PAD.decode(shown).unwrap_or_default();
        hmac::verify(&self.key, &bound(id, form), &tag).is_ok()
    }

    /// What proves that we drew this id for a form in this browser: nobody else chooses
    /// it, and a form that is sent twice has the same one twice.
    pub fn drawn(&self, id: &SessionId, about: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, &bound_to(id, about)))
    }

    /// True when we drew it for a form in this browser. In constant time.
    pub fn is_drawn(&self, id: &SessionId, about: &str, shown: &str) -> bool {
        let tag = BASE64_URL_SAFE_NO_PAD.decode(shown).unwrap_or_default();
        hmac::verify(&self.key, &bound_to(id, about), &tag).is_ok()
    }

    /// True unless the browser says that another site sent this form. Browsers of today
    /// say it in `Sec-Fetch-Site`; older ones in `Origin`, which is `null` for pages
    /// with our referrer policy, and leaves it to the form's token.
    pub fn is_same_site(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        match (text("sec-fetch-site"), text("origin")) {
            (Some(site), _) => matches!(site, "same-origin" | "none"),
            (None, Some(origin)) => origin == "null" || origin == self.origin,
            (None, None) => true,
        }
    }

    const fn cookie_name(&self) -> &'static str {
        if self.is_https { "__Host-portreeve" } else { "portreeve" }
    }

    const fn attributes(&self) -> &'static str {
        match self.is_https {
            true => "Path=/; Secure; HttpOnly; SameSite=Lax",
            false => "Path=/; HttpOnly; SameSite=Lax",
        }
    }
}

fn bound(id: &SessionId, form: Form) -> [u8; 33] {
    let mut bytes = [0; 33];
    let (purpose, hash) = bytes.split_at_mut(1);
    purpose.fill(form as u8);
    hash.copy_from_slice(&id.hash());
    bytes
}

/// Longer than what [`bound`] makes, whatever the text: never taken for it.
fn bound_to(id: &SessionId, about: &str) -> Vec<u8> {
    let mut bytes = b"drawn in this browser\n".to_vec();
    bytes.extend_from_slice(&id.hash());
    bytes.extend_from_slice(about.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(issuer: &str) -> Sessions {
        Sessions::new(issuer, &MasterKey::from_bytes([7; 32]))
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        lines.iter().map(pair).collect()
    }

    #[test]
    fn the_cookie_comes_back() {
        let id = SessionId([9; 32]);
        let (https, http) = (sessions("https://id.example.com"), sessions("http://127.0.0.1:8080"));
        let given = https.cookie(&id).unwrap();
        let given = given.to_str().unwrap();
        assert!(given.starts_with("__Host-portreeve=CQkJ"), "{given}");
        assert!(given.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{given}");
        assert_eq!(http.cookie(&id).unwrap(), given.replace("__Host-", "").replace(" Secure;", ""));
        let sent = format!("theme=dark; {}; x=y", given.split(';').next().unwrap());
        assert_eq!(https.read(&headers(&[("cookie", &sent)])), Some(id));
        assert_eq!(http.read(&headers(&[("cookie", &sent)])), None, "another name");
        assert_eq!(format!("{id:?}"), "[session]");
    }

    #[test]
    fn a_malformed_cookie_is_none() {
        let sessions = sessions("https://id.example.com");
        let good = "A".repeat(43);
        for bad in [
            "__Host-portreeve",
            "__Host-portreeve=",
            "__Host-portreeve=AAAA",
            &format!("__Host-portreeve={good}A"),
            &format!("__Host-portreeve={good}="),
            &format!("__Host-portreeve={good}; __Host-portreeve={good}"),
            "__host-portreeve=ä",
        ] {
            let line = HeaderValue::from_bytes(bad.as_bytes()).unwrap();
            let headers = HeaderMap::from_iter([(header::COOKIE, line)]);
            assert_eq!(sessions.read(&headers), None, "{bad}");
        }
    }

    #[test]
    fn a_form_is_bound_to_its_browser_and_purpose() {
        let sessions = sessions("https://id.example.com");
        let (here, there) = (SessionId([1; 32]), SessionId([2; 32]));
        let token = sessions.form_token(&here, Form::Consent);
        assert!(sessions.is_form_token(&here, Form::Consent, &token));
        assert!(!sessions.is_form_token(&there, Form::Consent, &token));
        assert!(!sessions.is_form_token(&here, Form::SignOut, &token));
        for wrong in ["", "AAAA", &token[1..], "%"] {
            assert!(!sessions.is_form_token(&here, Form::Consent, wrong), "{wrong}");
        }
    }

    #[test]
    fn what_was_drawn_is_known_again() {
        let sessions = sessions("https://id.example.com");
        let (here, there) = (SessionId([1; 32]), SessionId([2; 32]));
        let proof = sessions.drawn(&here, "prc_1");
        assert!(sessions.is_drawn(&here, "prc_1", &proof));
        assert!(!sessions.is_drawn(&there, "prc_1", &proof));
        assert!(!sessions.is_drawn(&here, "prc_2", &proof));
        assert!(!sessions.is_drawn(&here, "prc_1", ""));
        assert!(!sessions.is_form_token(&here, Form::Portal, &sessions.drawn(&here, "")));
    }

    #[test]
    fn other_sites_are_told_apart() {
        let sessions = sessions("https://id.example.com");
        for (lines, expected) in [
            (&[][..], true),
            (&[("origin", "https://id.example.com")], true),
            (&[("origin", "null")], true),
            (&[("origin", "https://evil.example.com")], false),
            (&[("origin", "https://id.example.com.evil.example")], false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (&[("sec-fetch-site", "same-site"), ("origin", "null")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://id.example.com")], false),
        ] {
            assert_eq!(sessions.is_same_site(&headers(lines)), expected, "{lines:?}");
        }
    }
}
