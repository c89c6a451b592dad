//! A token request, taken apart as a dialect says. Everything that is wrong with it
//! is collected, since the dialect's table decides what is answered first.

pub mod explain;

use std::borrow::Cow;

use http::{Method, header};

use crate::client::credential::{Credential, Method as Shown};
use crate::dialect::input::Input;
use crate::dialect::parts::{Found, Parts};
use crate::dialect::place::Place;
use crate::dialect::text::endpoint::{BodyKind, MethodWord, When};
use crate::http_message::Request;
use crate::oauth::basic::{Basic, BasicEncoding};
use crate::oauth::form::Form;
use crate::oauth::grant_type::GrantType;
use crate::oauth::json::Json;
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
    /// True when a POST may come without a body and without a media type.
    pub(super) body_is_optional: bool,
    /// True when some input stands within a nested JSON object.
    pub(super) nested: bool,
    /// How a Basic header joins id and secret.
    pub basic: BasicEncoding,
    /// True when a Basic header may hold the credentials.
    pub(super) takes_basic: bool,
    /// True when `Authorization` may have another form, for another input.
    pub(super) takes_other_schemes: bool,
    /// The parameters of a query in which a secret would have been shown to everybody;
    /// none where the vendor has always had it so.
    pub(super) not_in_query: Vec<Box<str>>,
    /// The parameters that it knows; `None` when others are ignored.
    pub(super) known: Option<Vec<Box<str>>>,
    /// Where each input stands, in the order in which the places are looked at.
    pub places: Vec<(Input, Vec<Place>)>,
    /// Which grant a request is for.
    pub grants: Vec<GrantRow>,
}

/// One row of the grants.
#[derive(Debug)]
pub struct GrantRow {
    /// The grant.
    pub is: GrantType,
    /// The one path that it is for, if it is for one.
    pub path: Option<String>,
    /// Parameters and what each must be.
    pub when: Vec<(Box<str>, When)>,
    /// Inputs that must be there and not be empty.
    pub required: Vec<Input>,
    /// True when the client is the one that the refresh token belongs to, and no
    /// credential is looked at.
    pub client_from_refresh_token: bool,
}

/// What was found of each input.
#[derive(Default)]
struct Values<'a>([Slot<'a>; Input::ALL.len()]);

#[derive(Default)]
enum Slot<'a> {
    #[default]
    Absent,
    /// There, but refused already.
    Refused,
    There(Found<'a>),
}

impl TokenEndpoint {
    /// True when `path` is one of its own, in some spelling.
    pub fn answers_at(&self, path: &str) -> bool {
        let is_same = |own: &String| match self.ignore_case {
            true => own.eq_ignore_ascii_case(path),
            false => own == path,
        };
        self.paths.iter().any(is_same)
    }

    /// Takes a request apart.
    pub fn read<'a>(&self, request: &Request<'a>) -> TokenRequest<'a> {
        let mut refusals = Vec::new();
        let parts = self.parts(request, &mut refusals);
        // What cannot be read as a whole is not searched for its parts.
        if !refusals.is_empty() {
            return TokenRequest { refusals, ..TokenRequest::default() };
        }
        refusals.extend(self.unknown(&parts));
        let mut values = self.values(&parts, &mut refusals);
        let row = self.row(request.path, &parts).map_err(|refusal| refusals.push(refusal)).ok();
        let client_from_refresh_token = row.is_some_and(|row| row.client_from_refresh_token);
        let basic = if client_from_refresh_token { Ok(None) } else { self.basic(&parts) };
        if let Some(row) = row {
            // A Basic header, even a broken one, is where id and secret stand.
            let elsewhere = |input: &&Input| input.is_credential() && !matches!(basic, Ok(None));
            let asked = row.required.iter().filter(|input| !elsewhere(input));
            refusals.extend(asked.filter_map(|input| values.missing(*input)));
        }
        // Only what a person granted can be narrowed. Whoever asks for less must not be
        // given more without a word.
        if row.is_some_and(|row| row.is != GrantType::RefreshToken)
            && values.has(Input::Organization)
        {
            let name = Input::Organization.as_str();
            refusals.push(Refusal::about(Reason::ParameterUnknown, name));
        }
        let credential = if client_from_refresh_token {
            None
        } else {
            self.credential(&parts, basic, &mut values, &mut refusals)
        };
        TokenRequest {
            credential,
            grant: row.map(|row| row.is),
            scope: values.take(Input::Scope),
            audience: values.take(Input::Audience),
            refresh_token: values.take(Input::RefreshToken),
            access_token: values.take(Input::AccessToken),
            organization: values.take(Input::Organization),
            client_from_refresh_token,
            refusals,
        }
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
        let mut values = Values::default();
        for (input, places) in self.places.iter().filter(|(input, _)| input.is_credential()) {
            values.keep(*input, parts.find(*input, places), &mut refusals);
        }
        let basic = self.basic(&parts);
        let credential = self.credential(&parts, basic, &mut values, &mut refusals);
        match credential.filter(|_| refusals.is_empty()) {
            Some(credential) => Ok((credential, parts.form)),
            None => Err(refusals),
        }
    }

    fn parts<'a>(&self, request: &Request<'a>, refusals: &mut Vec<Refusal>) -> Parts<'a> {
        let word = match *request.method {
            Method::GET => Some(MethodWord::Get),
            Method::POST => Some(MethodWord::Post),
            _ => None,
        };
        let mut parts = Parts { headers: Some(request.headers), ..Parts::default() };
        match word.filter(|word| self.methods.contains(word)) {
            None => refusals.push(Reason::MethodNotAllowed.into()),
            Some(MethodWord::Get) => {}
            Some(MethodWord::Post) => {
                refusals.extend(self.body(request, &mut parts).err());
            }
        }
        let query = Form::read(request.query.unwrap_or("").as_bytes());
        parts.query = query.map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
        parts
    }

    fn body<'a>(&self, request: &Request<'a>, parts: &mut Parts<'a>) -> Result<(), Refusal> {
        if self.accepts == [BodyKind::None] {
            return Ok(());
        }
        let mut types = request.headers.get_all(header::CONTENT_TYPE).iter();
        let first = types.next();
        if first.is_none() && request.body.is_empty() && self.body_is_optional {
            return Ok(());
        }
        let kind = first.and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim_matches([' ', '\t']);
        let is = |kind_of: BodyKind, name: &str| {
            kind.eq_ignore_ascii_case(name) && self.accepts.contains(&kind_of)
        };
        if types.next().is_some() {
            return Err(Reason::ContentTypeWrong.into());
        }
        if is(BodyKind::Form, "application/x-www-form-urlencoded") {
            parts.form = Form::read(request.body)?;
        } else if is(BodyKind::Json, "application/json") {
            parts.json = Some(Json::read(request.body, self.nested)?);
        } else {
            return Err(Reason::ContentTypeWrong.into());
        }
        Ok(())
    }

    /// The first parameter that the endpoint does not know, where that matters.
    fn unknown(&self, parts: &Parts<'_>) -> Option<Refusal> {
        let known = self.known.as_ref()?;
        let name = parts.names().find(|name| !known.iter().any(|known| **known == **name))?;
        // A name is repeated only if it looks like one: it may be a secret without `=`.
        let word = |b: u8| b.is_ascii_alphabetic() || b"_-.".contains(&b);
        let is_name = name.len() <= 32 && name.bytes().all(word);
        Some(match is_name {
            true => Refusal::about(Reason::ParameterUnknown, name),
            false => Reason::ParameterUnknown.into(),
        })
    }

    fn values<'a>(&self, parts: &Parts<'a>, refusals: &mut Vec<Refusal>) -> Values<'a> {
        let mut values = Values::default();
        for (input, places) in &self.places {
            values.keep(*input, parts.find(*input, places), refusals);
        }
        values
    }

    /// The first row whose conditions hold. When none does, the parameter that the
    /// first row asks for says why.
    fn row(&self, path: &str, parts: &Parts<'_>) -> Result<&GrantRow, Refusal> {
        let is_for = |row: &&GrantRow| match row.path.as_deref() {
            None => true,
            Some(own) if self.ignore_case => own.eq_ignore_ascii_case(path),
            Some(own) => own == path,
        };
        for row in self.grants.iter().filter(is_for) {
            if row.fits(parts)? {
                return Ok(row);
            }
        }
        let first = self.grants.iter().find(is_for).and_then(|row| row.when.first());
        let name = first.map_or("grant_type", |(name, _)| &**name);
        match parts.parameter(name)?.as_deref() {
            None | Some("") => Err(Refusal::about(Reason::ParameterMissing, name)),
            Some(_) => Err(Refusal::about(Reason::GrantUnknown, name)),
        }
    }

    fn basic(&self, parts: &Parts<'_>) -> Result<Option<Basic>, Refusal> {
        if self.takes_basic { parts.basic(self.basic, self.takes_other_schemes) } else { Ok(None) }
    }

    /// The client's id and secret, shown in one way (RFC 6749 §2.3).
    fn credential(
        &self,
        parts: &Parts<'_>,
        basic: Result<Option<Basic>, Refusal>,
        values: &mut Values<'_>,
        refusals: &mut Vec<Refusal>,
    ) -> Option<Credential> {
        let is_refused = |input| values.is_refused(input);
        let mut is_readable = !is_refused(Input::ClientId) && !is_refused(Input::ClientSecret);
        // §2.3.1: credentials never stand in the URI, unless the dialect's vendor has
        // always had it so.
        if self.not_in_query.iter().any(|name| parts.query.has(name)) {
            refusals.push(Reason::SecretInQuery.into());
            is_readable = false;
        }
        let basic = basic.map_err(|refusal| refusals.push(refusal)).ok();
        let basic = basic.filter(|_| is_readable)?;
        let id = values.take_with_method(Input::ClientId);
        let secret = values.take_with_method(Input::ClientSecret);
        join(basic, id, secret).map_err(|refusal| refusals.push(refusal)).ok()
    }
}

/// Joins what the header and the parameters say about the client.
fn join(
    from_header: Option<Basic>,
    id: Option<Found<'_>>,
    secret: Option<Found<'_>>,
) -> Result<Credential, Refusal> {
    // RFC 6749 §3.2: a parameter without a value counts as left out.
    let id = id.filter(|(id, _)| !id.is_empty());
    let secret = secret.filter(|(secret, _)| !secret.is_empty());
    let own = |(secret, _): Found<'_>| Secret::new(secret.into_owned());
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

impl GrantRow {
    fn fits(&self, parts: &Parts<'_>) -> Result<bool, Refusal> {
        let mut fits = true;
        for (name, expected) in &self.when {
            let value = parts.parameter(name)?.filter(|value| !value.is_empty());
            fits &= match expected {
                When::Is(expected) => value.as_deref() == Some(&**expected),
                When::Present(present) => value.is_some() == *present,
            };
        }
        Ok(fits)
    }
}

impl<'a> Values<'a> {
    fn keep(
        &mut self,
        input: Input,
        found: Result<Option<Found<'a>>, Refusal>,
        refusals: &mut Vec<Refusal>,
    ) {
        let slot = match found {
            Ok(None) => Slot::Absent,
            Ok(Some(found)) => Slot::There(found),
            Err(refusal) => {
                refusals.push(refusal);
                Slot::Refused
            }
        };
        if let Some(place) = self.0.get_mut(input as usize) {
            *place = slot;
        }
    }

    fn missing(&self, input: Input) -> Option<Refusal> {
        let reason = match self.0.get(input as usize)? {
            Slot::Absent => Reason::ParameterMissing,
            // Blanks name nothing: they must not stand for all that may be had.
            Slot::There((value, _)) if value.trim().is_empty() => Reason::ParameterEmpty,
            Slot::There(_) | Slot::Refused => return None,
        };
        Some(Refusal::about(reason, input.as_str()))
    }

    fn has(&self, input: Input) -> bool {
        let slot = self.0.get(input as usize);
        matches!(slot, Some(Slot::There((value, _))) if !value.is_empty())
    }

    fn is_refused(&self, input: Input) -> bool {
        matches!(self.0.get(input as usize), Some(Slot::Refused))
    }

    fn take(&mut self, input: Input) -> Option<Cow<'a, str>> {
        self.take_with_method(input).map(|(value, _)| value)
    }

    fn take_with_method(&mut self, input: Input) -> Option<Found<'a>> {
        match std::mem::take(self.0.get_mut(input as usize)?) {
            Slot::There(found) => Some(found),
            Slot::Absent | Slot::Refused => None,
        }
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
