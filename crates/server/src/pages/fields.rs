//! What a form of a page says: text in every script, lines, and ticks that come more than
//! once. Known to be from a page of ours before anything is looked at.

use axum::extract::Request;
use http::request::Parts;
use portreeve_core::refusal::{Reason, Refusal};

use crate::env::Env;
use crate::raw;
use crate::sessions::Form;

/// The most fields of one form: a page with a thousand scopes to tick still fits.
const MOST: usize = 2_000;

/// The fields, in order.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form that must be one of ours for this purpose.
    ///
    /// # Errors
    /// [`Reason::CrossSite`] when another site sent it or its token is another browser's;
    /// [`Reason::BodyMalformed`], [`Reason::BodyTooLarge`].
    pub async fn read(env: &Env, request: Request, form: Form) -> Result<(Parts, Self), Refusal> {
        if !env.sessions.is_same_site(request.headers()) {
            return Err(Refusal::about(Reason::CrossSite, "origin"));
        }
        let browser = env.sessions.read(request.headers());
        let browser = browser.ok_or_else(|| Refusal::about(Reason::CrossSite, "no cookie"))?;
        let (parts, body) = raw::read(request).await?;
        let fields = Self::parse(&body)?;
        if !env.sessions.is_form_token(&browser, form, fields.first("form_token")) {
            return Err(Refusal::about(Reason::CrossSite, "form token"));
        }
        Ok((parts, fields))
    }

    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`Reason::BodyMalformed`] for what is not UTF-8 or has control characters other
    /// than line ends and tabs; [`Reason::BodyTooLarge`] for too many fields.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.len() == MOST {
                return Err(Reason::BodyTooLarge.into());
            }
            let is_broken = |c: char| {
                c == char::REPLACEMENT_CHARACTER
                    || (c.is_control() && !matches!(c, '\r' | '\n' | '\t'))
            };
            if name.contains(is_broken) || value.contains(is_broken) {
                return Err(Reason::BodyMalformed.into());
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// The first value of a field; empty when it is absent.
    pub fn first(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The only value of a field, without the spaces around it; empty when it is absent.
    ///
    /// # Errors
    /// [`Reason::ParameterRepeated`].
    pub fn one(&self, name: &str) -> Result<&str, Refusal> {
        let mut values = self.all(name);
        let first = values.next().unwrap_or_default();
        match values.next() {
            None => Ok(first.trim()),
            Some(_) => Err(Refusal::about(Reason::ParameterRepeated, name)),
        }
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// True when the field is there.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// A number in a field; `None` when it is absent or none.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.first(name).trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_every_script() {
        let body = b"scope=a&scope=b&name=%C3%85sa+%26+co%20&lines=1%0D%0A2&form_token=x";
        let fields = Fields::parse(body).unwrap();
        assert_eq!(fields.all("scope").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.one("name"), Ok("\u{c5}sa & co"));
        assert_eq!(fields.first("lines"), "1\r\n2");
        assert_eq!(fields.first("absent"), "");
        assert_eq!(fields.one("scope").unwrap_err().reason, Reason::ParameterRepeated);
        assert!(fields.has("scope") && !fields.has("absent"));
    }

    #[test]
    fn broken_ones_are_refused() {
        for body in [&b"a=%FF"[..], b"a=%00", b"a=%07", b"%C3=1"] {
            assert_eq!(Fields::parse(body).unwrap_err().reason, Reason::BodyMalformed);
        }
        let many = "a=1&".repeat(MOST + 1);
        assert_eq!(Fields::parse(many.as_bytes()).unwrap_err().reason, Reason::BodyTooLarge);
    }
}
