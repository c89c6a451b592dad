//! A token request that a dialect takes, made from the dialect itself, and what follows
//! it: where the token stands in the reply, and how a call carries it. Pages show it,
//! filled in for a client; the same in curl, Python, C# and JavaScript is [`snippets`].

mod assemble;
mod csharp;
mod curl;
mod javascript;
mod literal;
mod python;
mod reply;
#[cfg(test)]
mod tests;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::dialect::Dialect;
use crate::dialect::phrase::percent_encode;
use crate::dialect::place::{Place, Source};
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;

/// What stands in an example for the refresh token that a person's consent gave.
pub const REFRESH_TOKEN: &str = "<refresh token>";

/// What is known of whoever will ask. Nothing of it is checked here: a placeholder such
/// as `<client_id>` will do.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The issuer, without a slash at its end: token endpoints stand below it.
    pub issuer: &'a str,
    /// The client's id.
    pub client_id: &'a str,
    /// The client's secret.
    pub client_secret: &'a str,
    /// The scopes to ask for; empty for all that the client has.
    pub scopes: &'a ScopeSet,
    /// The API to ask for, where the dialect's clients must name one.
    pub audience: Option<&'a str>,
    /// The organization to narrow the token to, where the dialect can.
    pub organization: Option<&'a str>,
}

/// A token request, in parts. Holds the secret: never logged, so it has no `Debug`.
#[derive(Clone, PartialEq)]
pub struct Example {
    /// The grant that it asks for: a client's own, or one that a person gave.
    pub grant: GrantType,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The issuer, without a slash at its end.
    pub issuer: String,
    /// The path, with its leading slash.
    pub path: String,
    /// The query's parameters, not yet encoded.
    pub query: Vec<(String, String)>,
    /// Id and secret for `Authorization: Basic`, encoded as the dialect says and only to
    /// be joined with a colon.
    pub basic: Option<(String, String)>,
    /// Further headers; neither that of `basic` nor the body's type.
    pub headers: Vec<(String, String)>,
    /// The body; `None` sends none.
    pub body: Option<Content>,
    /// What stands between scopes instead of a space, if anything does.
    pub separator: Option<char>,
    /// Where the access token stands in the reply.
    pub reply: ReplyPlaces,
    /// How a call carries the token.
    pub carrier: Carrier,
}

/// A body.
#[derive(Clone, PartialEq)]
pub enum Content {
    /// `application/x-www-form-urlencoded`: names and values, not yet encoded.
    Form(Vec<(String, String)>),
    /// `application/json`: an object.
    Json(serde_json::Map<String, serde_json::Value>),
}

/// Where in a reply of JSON something stands: member within member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyPlaces {
    /// The access token; `None` when it is no member by itself.
    pub access_token: Option<Vec<String>>,
    /// The seconds until it expires.
    pub expires_in: Option<Vec<String>>,
}

/// How a call carries its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// In a header, with what stands before and behind it: `Authorization`, `Bearer `.
    Header {
        /// The header's name.
        name: String,
        /// What stands before the token.
        before: String,
        /// What stands behind it.
        behind: String,
    },
    /// As this parameter of the query.
    Query(String),
}

/// A call of the API.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The whole URL.
    pub url: &'a str,
    /// The method, such as `GET`.
    pub method: &'a str,
}

/// A token and a call, in one language.
#[derive(Clone, PartialEq, Eq)]
pub struct Snippet {
    /// `curl`, `Python`, `C#` or `JavaScript`.
    pub language: &'static str,
    /// The program, without a line feed at its end. Holds the secret.
    pub text: String,
}

/// A token request that this dialect takes: HTTP Basic with a form where it takes that,
/// then a form, then JSON, then whatever there is. A dialect whose tokens come from a
/// person's consent has [`REFRESH_TOKEN`] where that must be put in.
pub fn example(dialect: &Dialect, with: &Known<'_>) -> Example {
    assemble::best(dialect, with)
}

/// The same request and a call, ready to be pasted, in four languages.
pub fn snippets(example: &Example, call: &Call<'_>) -> Vec<Snippet> {
    let of = |language, text: String| Snippet { language, text };
    vec![
        of("curl", curl::text(example, call)),
        of("Python", python::text(example, call)),
        of("C#", csharp::text(example, call)),
        of("JavaScript", javascript::text(example, call)),
    ]
}

/// The token request alone, as a command for a POSIX shell.
pub fn token_in_curl(example: &Example) -> String {
    curl::asking(example).join(" \\\n  ")
}

impl Example {
    /// The whole URL, with its query.
    pub fn url(&self) -> String {
        let query = encoded(&self.query);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{query}", self.issuer, self.path)
    }

    /// The body's media type and its bytes.
    pub fn content(&self) -> Option<(&'static str, Vec<u8>)> {
        match self.body.as_ref()? {
            Content::Form(pairs) => {
                Some(("application/x-www-form-urlencoded", encoded(pairs).into_bytes()))
            }
            Content::Json(members) => {
                let text = serde_json::to_vec(members).unwrap_or_default();
                Some(("application/json", text))
            }
        }
    }

    /// Every header as it is sent, that of `basic` and the body's type included; without
    /// those whose value no header can have.
    pub fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        let mut put = |name: &str, value: &str| {
            let pair = HeaderName::try_from(name).ok().zip(HeaderValue::from_str(value).ok());
            if let Some((name, value)) = pair {
                map.append(name, value);
            }
        };
        if let Some(value) = self.authorization() {
            put(header::AUTHORIZATION.as_str(), &value);
        }
        for (name, value) in &self.headers {
            put(name, value);
        }
        if let Some((kind, _)) = self.content() {
            put(header::CONTENT_TYPE.as_str(), kind);
        }
        map
    }

    /// `Basic …`, where the dialect takes it.
    pub fn authorization(&self) -> Option<String> {
        use base64::Engine;
        let (id, secret) = self.basic.as_ref()?;
        let joined = base64::prelude::BASE64_STANDARD.encode(format!("{id}:{secret}"));
        Some(format!("Basic {joined}"))
    }

    /// The method as a type.
    pub fn http_method(&self) -> Method {
        if self.method == "GET" { Method::GET } else { Method::POST }
    }
}

impl Carrier {
    /// The first of a dialect's places for a token.
    fn of(places: &[Place]) -> Self {
        let bearer = || Self::Header {
            name: "Authorization".to_owned(),
            before: "Bearer ".to_owned(),
            behind: String::new(),
        };
        match places.first().map(|place| &place.source) {
            Some(Source::Query(name)) => Self::Query(name.to_string()),
            Some(Source::Header(name, around)) => {
                const MARK: &str = "\u{1}";
                let whole = around.with(MARK);
                let (before, behind) = whole.split_once(MARK).unwrap_or(("", ""));
                Self::Header {
                    name: name.as_str().to_owned(),
                    before: before.to_owned(),
                    behind: behind.to_owned(),
                }
            }
            _ => bearer(),
        }
    }
}

/// Pairs as a form or a query has them.
pub(super) fn encoded(pairs: &[(String, String)]) -> String {
    let mut out = Vec::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push(b'&');
        }
        percent_encode(name.as_bytes(), &mut out);
        out.push(b'=');
        percent_encode(value.as_bytes(), &mut out);
    }
    String::from_utf8(out).unwrap_or_default()
}
