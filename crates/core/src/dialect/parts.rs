//! The parts of a request that hold values: query, body and headers.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, header};

use crate::client::credential::Method as Shown;
use crate::dialect::input::Input;
use crate::dialect::place::{Place, Source, Types};
use crate::oauth::basic::{self, BasicEncoding};
use crate::oauth::form::Form;
use crate::oauth::json::{Json, Value};
use crate::refusal::{Reason, Refusal};

/// The parts, read.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub(super) query: Form<'a>,
    pub(super) form: Form<'a>,
    pub(super) json: Option<Json<'a>>,
    pub(super) headers: Option<&'a HeaderMap>,
}

/// A value and how it was shown.
pub(super) type Found<'a> = (Cow<'a, str>, Shown);

impl<'a> Parts<'a> {
    /// The value of an input. An empty one counts only where there is no other.
    ///
    /// # Errors
    /// When it is there twice, or is no value of its kind. What the refusal is about is
    /// the input.
    pub(super) fn find(
        &self,
        input: Input,
        places: &[Place],
    ) -> Result<Option<Found<'a>>, Refusal> {
        let mut found: Option<Found<'a>> = None;
        for place in places {
            let here = self.at(place).map_err(|reason| Refusal::about(reason, input.as_str()))?;
            let Some((value, shown)) = here else { continue };
            let is_first = found.as_ref().is_none_or(|(value, _)| value.is_empty());
            if is_first {
                found = Some((value, shown));
            } else if !value.is_empty() {
                // RFC 6749 §2.3 and §3.2.
                let twice = match input.is_credential() {
                    true => Reason::CredentialsTwice,
                    false => Reason::ParameterRepeated,
                };
                return Err(Refusal::about(twice, input.as_str()));
            }
        }
        Ok(found)
    }

    /// A parameter of the body or of the query, by its own name.
    ///
    /// # Errors
    /// When it is there twice.
    pub(super) fn parameter(&self, name: &str) -> Result<Option<Cow<'a, str>>, Refusal> {
        let about = |reason| Refusal::about(reason, name);
        let any = Types { string: true, number: true };
        let in_json = self.json.as_ref().and_then(|json| json.member(name));
        let in_json = in_json.map_or(Ok(None), |value| text(value, any)).map_err(about)?;
        let in_body = self.form.take(name)?.or(in_json);
        let in_query = self.query.take(name)?;
        let is_there =
            |value: &Option<Cow<'_, str>>| value.as_ref().is_some_and(|it| !it.is_empty());
        match (is_there(&in_body), is_there(&in_query)) {
            (true, true) => Err(about(Reason::ParameterRepeated)),
            (_, true) => Ok(in_query),
            _ => Ok(in_body.or(in_query)),
        }
    }

    /// What `Authorization: Basic` says. With `or_other` another scheme is none of ours.
    ///
    /// # Errors
    /// When there are several such headers, or it cannot be read.
    pub(super) fn basic(
        &self,
        encoding: BasicEncoding,
        or_other: bool,
    ) -> Result<Option<basic::Basic>, Refusal> {
        let found = self.header(&header::AUTHORIZATION);
        let value = found.map_err(|reason| match reason {
            Reason::ParameterRepeated => Refusal::about(reason, "authorization"),
            _ => Reason::CredentialsMalformed.into(),
        })?;
        let Some(value) = value else { return Ok(None) };
        match value.split_once(' ') {
            Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
                basic::read(encoded, encoding).map(Some)
            }
            _ if or_other => Ok(None),
            _ => Err(Reason::CredentialsMalformed.into()),
        }
    }

    /// The names of all parameters, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let in_json = self.json.iter().flat_map(Json::names);
        self.query.names().chain(self.form.names()).chain(in_json)
    }

    fn at(&self, place: &Place) -> Result<Option<Found<'a>>, Reason> {
        let reason = |refusal: Refusal| refusal.reason;
        let found = match &place.source {
            Source::Form(name) => (self.form.take(name).map_err(reason)?, Shown::Post),
            Source::Query(name) => (self.query.take(name).map_err(reason)?, Shown::Query),
            Source::Json(path) => {
                let value = self.json.as_ref().and_then(|json| json.at(path));
                (value.map_or(Ok(None), |value| text(value, place.types))?, Shown::Post)
            }
            Source::Header(name, around) => {
                let Some(header) = self.header(name)? else { return Ok(None) };
                let value = around.value_in(header);
                if value.is_none() && !place.is_one_of_several {
                    return Err(Reason::ParameterMalformed);
                }
                (value.map(Cow::Borrowed), Shown::Header)
            }
            // Read by itself: it holds two values.
            Source::Basic | Source::Bearer => return Ok(None),
        };
        let (value, shown) = found;
        let Some(value) = value else { return Ok(None) };
        Ok(Some(match place.separator {
            Some(separator) => (value.replace(separator, " ").into(), shown),
            None => (value, shown),
        }))
    }

    fn header(&self, name: &HeaderName) -> Result<Option<&'a str>, Reason> {
        let Some(headers) = self.headers else { return Ok(None) };
        let mut values = headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Reason::ParameterRepeated);
        }
        value.to_str().map(Some).map_err(|_| Reason::ParameterMalformed)
    }
}

/// A JSON value as text; `null` is no value.
fn text<'a>(value: &Value<'a>, types: Types) -> Result<Option<Cow<'a, str>>, Reason> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) if types.string && !text.bytes().any(|b| b.is_ascii_control()) => {
            Ok(Some(text.clone()))
        }
        Value::Whole(number) if types.number => Ok(Some(Cow::Owned(number.to_string()))),
        _ => Err(Reason::ParameterMalformed),
    }
}
