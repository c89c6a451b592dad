//! `[endpoint.token]` as types.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use toml::Spanned;

use crate::dialect::input::Input;
use crate::dialect::place::PlaceText;
use crate::oauth::basic::BasicEncoding;
use crate::oauth::grant_type::GrantType;

/// `[endpoint.token]`: where and how tokens are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenEndpointText {
    /// The path, with its leading slash.
    pub path: Spanned<String>,
    /// Further paths that answer the same.
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    /// True when upper and lower case are the same in the path.
    #[serde(default)]
    pub ignore_case: bool,
    /// Whether a slash at the path's end matters.
    #[serde(default)]
    pub trailing_slash: TrailingSlash,
    /// The HTTP methods, each `GET` or `POST`.
    pub methods: Spanned<Vec<MethodWord>>,
    /// The media types of a body.
    #[serde(default)]
    pub accepts: Vec<BodyKind>,
    /// How a Basic header joins id and secret.
    #[serde(default)]
    pub basic: BasicEncoding,
    /// What becomes of parameters that the endpoint does not know.
    #[serde(default)]
    pub unknown_parameters: UnknownParameters,
    /// Parameters that it knows and does not look at.
    #[serde(default)]
    pub ignores: Vec<Box<str>>,
    /// Where each input stands.
    pub inputs: Spanned<Inputs>,
    /// Which grant a request is for; the first row that fits.
    pub grant: Spanned<Vec<Spanned<GrantText>>>,
}

/// A method that an endpoint may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MethodWord {
    /// Everything stands in the query.
    Get,
    /// There is a body.
    Post,
}

/// A kind of body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json`: an object.
    Json,
    /// No body; one that is sent is not read.
    None,
}

/// Whether a slash at the path's end matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrailingSlash {
    /// The path is as it is written.
    #[default]
    Exact,
    /// It may be there or not.
    Optional,
}

/// What becomes of parameters that the endpoint does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownParameters {
    /// Nothing (RFC 6749 §3.2).
    #[default]
    Ignored,
    /// The request is refused.
    Refused,
}

/// `[endpoint.token.inputs]`: the places of each, in the order in which is looked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    client_id: Option<Spanned<Vec<PlaceText>>>,
    client_secret: Option<Spanned<Vec<PlaceText>>>,
    scope: Option<Spanned<Vec<PlaceText>>>,
    audience: Option<Spanned<Vec<PlaceText>>>,
    refresh_token: Option<Spanned<Vec<PlaceText>>>,
    access_token: Option<Spanned<Vec<PlaceText>>>,
    organization: Option<Spanned<Vec<PlaceText>>>,
}

impl Inputs {
    /// Each input with its places; those without any are left out.
    pub fn into_places(self) -> impl Iterator<Item = (Input, Spanned<Vec<PlaceText>>)> {
        let all = [
            (Input::ClientId, self.client_id),
            (Input::ClientSecret, self.client_secret),
            (Input::Scope, self.scope),
            (Input::Audience, self.audience),
            (Input::RefreshToken, self.refresh_token),
            (Input::AccessToken, self.access_token),
            (Input::Organization, self.organization),
        ];
        all.into_iter().filter_map(|(input, places)| Some((input, places?)))
    }
}

/// `[[endpoint.token.grant]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantText {
    /// The grant.
    pub is: GrantType,
    /// The one of the endpoint's paths that it is for; any if nothing is said.
    pub path: Option<Spanned<String>>,
    /// Parameters and what each must be.
    #[serde(default)]
    pub when: BTreeMap<Box<str>, When>,
    /// Inputs that must be there and not be empty.
    pub required: Option<Spanned<Vec<Input>>>,
    /// Who the client is.
    #[serde(default)]
    pub client: ClientFrom,
}

/// Who the client is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrom {
    /// The one that proves it.
    #[default]
    Credentials,
    /// The one that the refresh token belongs to; no credential is looked at.
    FromRefreshToken,
}

/// What a parameter must be for a row to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// Exactly this.
    Is(Box<str>),
    /// There and not empty, or absent or empty.
    Present(bool),
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextOrPresence)
    }
}

struct TextOrPresence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presence {
    present: bool,
}

impl<'de> Visitor<'de> for TextOrPresence {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value that the parameter must have, or { present = true }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<When, E> {
        Ok(When::Is(text.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<When, A::Error> {
        Presence::deserialize(MapAccessDeserializer::new(map)).map(|it| When::Present(it.present))
    }
}
