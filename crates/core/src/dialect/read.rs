//! A token request, taken apart as a dialect says. Everything that is wrong with it
//! is collected, since the dialect's table decides what is answered first.

use std::borrow::Cow;

use http::{HeaderMap, Method, header};

use crate::client::credential::{Credential, Method as Shown};
use crate::dialect::place::Place;
use crate::dialect::text::{BodyKind, MethodWord};
use crate::http_message::Request;
use crate::oauth::basic::{self, BasicEncoding};
use crate::oauth::form::Form;
use crate::oauth::grant_type::GrantType;
use crate::refusal::{Reason, Refusal};
use crate::secret::Secret;
use crate::token::request::TokenRequest;

/// `[endpoint.token]`, checked.
#[derive(Debug)]
pub struct TokenEndpoint {
    /// Its paths, the first being the one that is advertised.
    pub paths: Vec<String>,
    /// True when upper and lower case are the same in them.
    pub ignore_case: bool,
    /// The methods that it takes.
    pub methods: Vec<MethodWord>,
    /// The methods as `Allow` lists them.
    pub allow: String,
    /// The bodies that it takes.
    pub accepts: Vec<BodyKind>,
    /// How a Basic header joins id and secret.
    pub basic: BasicEncoding,
    /// Where each input stands.
    pub places: InputPlaces,
    /// Which grant a request is for.
    pub grants: Vec<GrantRow>,
}

/// Where each input stands, in the order in which the places are looked at.
#[derive(Debug)]
pub struct InputPlaces {
    /// `client_id`.
    pub client_id: Vec<Place>,
    /// `client_secret`.
    pub client_secret: Vec<Place>,
    /// `scope`.
    pub scope: Vec<Place>,
    /// `audience`.
    pub audience: Vec<Place>,
}

/// One row of the grants.
#[derive(Debug)]
pub struct GrantRow {
    /// The grant.
    pub is: GrantType,
    /// Parameters and the value that each must have.
    pub when: Vec<(String, String)>,
}

/// The parts of a request that hold values.
struct Parts<'a> {
    query: Form<'a>,
    form: Form<'a>,
    headers: &'a HeaderMap,
}

impl TokenEndpoint {
    /// Takes a request apart.
    pub fn read<'a>(&self, request: &Request<'a>) -> TokenRequest<'a> {
        let mut refusals = Vec::new();
        let parts = self.parts(request, &mut refusals);
        // What cannot be read as a whole is not searched for its parts.
        if !refusals.is_empty() {
            return TokenRequest { refusals, ..TokenRequest::default() };
        }
        let mut keep = |result: Result<Option<Cow<'a, str>>, Refusal>| {
            result.unwrap_or_else(|refusal| {
                refusals.push(refusal);
                None
            })
        };
        let scope = keep(parts.find("scope", &self.places.scope));
        let audience = keep(parts.find("audience", &self.places.audience));
        let grant = self.grant(&parts).map_err(|refusal| refusals.push(refusal)).ok();
        let credential = self.credential(&parts).map_err(|found| refusals.extend(found)).ok();
        TokenRequest { credential, grant, scope, audience, refusals, ..TokenRequest::default() }
    }

    /// Reads a form that a client sends about a token (RFC 7662 §2.1, RFC 7009
    /// §2.1): who it is, and the parameters.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn read_about_token<'a>(
        &self,
        request: &Request<'a>,
    ) -> Result<(Credential, Form<'a>), Vec<Refusal>> {
        let mut refusals = Vec::new();
        let parts = self.parts(request, &mut refusals);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let credential = self.credential(&parts)?;
        Ok((credential, parts.form))
    }

    fn parts<'a>(&self, request: &Request<'a>, refusals: &mut Vec<Refusal>) -> Parts<'a> {
        let word = match *request.method {
            Method::GET => Some(MethodWord::Get),
            Method::POST => Some(MethodWord::Post),
            _ => None,
        };
        let word = word.filter(|word| self.methods.contains(word));
        if word.is_none() {
            refusals.push(Reason::MethodNotAllowed.into());
        }
        let mut form = Form::default();
        if word == Some(MethodWord::Post) {
            let read = self.body(request);
            form = read.map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
        }
        let query = Form::read(request.query.unwrap_or("").as_bytes());
        let query = query.map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
        Parts { query, form, headers: request.headers }
    }

    fn body<'a>(&self, request: &Request<'a>) -> Result<Form<'a>, Refusal> {
        let mut types = request.headers.get_all(header::CONTENT_TYPE).iter();
        let kind = types.next().and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim_matches([' ', '\t']);
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        if types.next().is_some() || !is_form || !self.accepts.contains(&BodyKind::Form) {
            return Err(Reason::ContentTypeWrong.into());
        }
        Form::read(request.body)
    }

    /// The first row whose conditions hold. When none does, the parameter that the
    /// first row asks for says why.
    fn grant(&self, parts: &Parts<'_>) -> Result<GrantType, Refusal> {
        for row in &self.grants {
            let mut holds = true;
            for (name, expected) in &row.when {
                holds &= parts.parameter(name)? == Some(expected);
            }
            if holds {
                return Ok(row.is);
            }
        }
        let first = self.grants.first().and_then(|row| row.when.first());
        let name = first.map_or("grant_type", |(name, _)| name.as_str());
        match parts.parameter(name)? {
            None | Some("") => Err(Refusal::about(Reason::ParameterMissing, name)),
            Some(_) => Err(Refusal::about(Reason::GrantUnknown, name)),
        }
    }

    /// The client's id and secret, shown in one way (RFC 6749 §2.3).
    fn credential<'a>(&self, parts: &Parts<'a>) -> Result<Credential, Vec<Refusal>> {
        let mut refusals = Vec::new();
        if self.has_secret_in_query(parts) {
            refusals.push(Reason::SecretInQuery.into());
        }
        let from_header = self.basic(parts).unwrap_or_else(|refusal| {
            refusals.push(refusal);
            None
        });
        let mut keep = |found: Result<Option<(Cow<'a, str>, Shown)>, Refusal>| {
            found.unwrap_or_else(|refusal| {
                refusals.push(refusal);
                None
            })
        };
        let id = keep(parts.find_with_place("client_id", &self.places.client_id));
        let secret = keep(parts.find_with_place("client_secret", &self.places.client_secret));
        if !refusals.is_empty() {
            return Err(refusals);
        }
        join(from_header, id, secret).map_err(|refusal| vec![refusal])
    }

    fn basic(&self, parts: &Parts<'_>) -> Result<Option<basic::Basic>, Refusal> {
        if !self.places.client_id.contains(&Place::Basic) {
            return Ok(None);
        }
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Refusal::about(Reason::ParameterRepeated, "authorization"));
        }
        let value = value.to_str().map_err(|_| Reason::CredentialsMalformed)?;
        match value.split_once(' ') {
            Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
                basic::read(encoded, self.basic).map(Some)
            }
            _ => Err(Reason::CredentialsMalformed.into()),
        }
    }

    /// RFC 6749 §2.3.1: credentials never stand in the URI, unless the dialect's
    /// vendor has always had it so.
    fn has_secret_in_query(&self, parts: &Parts<'_>) -> bool {
        let places = &self.places.client_secret;
        let belongs_there = places.iter().any(|place| matches!(place, Place::Query(_)));
        !belongs_there && parts.query.has("client_secret")
    }
}

/// Joins what the header and the parameters say about the client.
fn join(
    from_header: Option<basic::Basic>,
    id: Option<(Cow<'_, str>, Shown)>,
    secret: Option<(Cow<'_, str>, Shown)>,
) -> Result<Credential, Refusal> {
    // RFC 6749 §3.2: a parameter without a value counts as left out.
    let id = id.filter(|(id, _)| !id.is_empty());
    let secret = secret.filter(|(secret, _)| !secret.is_empty());
    let own = |(secret, _): (Cow<'_, str>, Shown)| Secret::new(secret.into_owned());
    match (from_header, id) {
        (Some(_), _) if secret.is_some() => Err(Reason::CredentialsTwice.into()),
        (Some(basic), Some((id, _))) if id != basic.client_id => {
            Err(Reason::CredentialsTwice.into())
        }
        (Some(basic), _) => Ok(Credential {
            client_id: basic.client_id,
            secret: Some(basic.client_secret),
            method: Shown::Basic,
        }),
        (None, Some((id, method))) => {
            Ok(Credential { client_id: id.into_owned(), secret: secret.map(own), method })
        }
        (None, None) => Err(Reason::CredentialsMissing.into()),
    }
}

impl<'a> Parts<'a> {
    /// A parameter of the body, or of the query where there is no such in the body.
    fn parameter(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.form.one(name)? {
            Some(value) => Ok(Some(value)),
            None => self.query.one(name),
        }
    }

    fn find(&self, input: &str, places: &[Place]) -> Result<Option<Cow<'a, str>>, Refusal> {
        Ok(self.find_with_place(input, places)?.map(|(value, _)| value))
    }

    /// The value and the place where it stood. `Authorization` is read by itself.
    fn find_with_place(
        &self,
        input: &str,
        places: &[Place],
    ) -> Result<Option<(Cow<'a, str>, Shown)>, Refusal> {
        for place in places {
            let found = match place {
                Place::Form(name) => self
                    .form
                    .take(name.as_deref().unwrap_or(input))?
                    .map(|value| (value, Shown::Post)),
                Place::Query(name) => self
                    .query
                    .take(name.as_deref().unwrap_or(input))?
                    .map(|value| (value, Shown::Query)),
                Place::Header(name) => self.header(name)?.map(|value| (value, Shown::Header)),
                Place::Basic | Place::Bearer => None,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn header(&self, name: &http::HeaderName) -> Result<Option<Cow<'a, str>>, Refusal> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Refusal::about(Reason::ParameterRepeated, name.as_str()));
        }
        let malformed = || Refusal::about(Reason::ParameterMalformed, name.as_str());
        value.to_str().map(|text| Some(Cow::Borrowed(text))).map_err(|_| malformed())
    }
}
