//! A dialect file as types. What can be checked word by word is checked here, so
//! that the error names the line; what needs two places is `compile`'s.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::dialect::condition::Conditions;
use crate::dialect::place::Place;
use crate::oauth::basic::BasicEncoding;
use crate::oauth::grant_type::GrantType;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectText {
    /// A short name: letters, digits and `-`.
    pub name: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// The endpoints.
    pub endpoint: Endpoints,
    /// The reply to a granted request.
    pub reply: ReplyText,
    /// How the token endpoint says no; the first row that names a reason answers it.
    #[serde(default)]
    pub refusal: Vec<Spanned<RefusalText>>,
    /// The guarded API's side.
    pub resource: ResourceText,
}

/// `[endpoint]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// `[endpoint.token]`.
    pub token: TokenEndpointText,
}

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
    /// The HTTP methods, each `GET` or `POST`.
    pub methods: Spanned<Vec<MethodWord>>,
    /// The media types of a body.
    #[serde(default)]
    pub accepts: Vec<BodyKind>,
    /// How a Basic header joins id and secret.
    #[serde(default)]
    pub basic: BasicEncoding,
    /// Where each input stands, in the order in which the places are looked at.
    pub inputs: Inputs,
    /// Which grant a request is for; the first row that fits.
    pub grant: Spanned<Vec<GrantText>>,
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
}

/// `[endpoint.token.inputs]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The client's id.
    pub client_id: Spanned<Vec<Place>>,
    /// The client's secret.
    pub client_secret: Spanned<Vec<Place>>,
    /// The scope that is asked for.
    #[serde(default)]
    pub scope: Vec<Place>,
    /// The API that the token shall be for.
    #[serde(default)]
    pub audience: Vec<Place>,
}

/// `[[endpoint.token.grant]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantText {
    /// The grant.
    pub is: GrantType,
    /// Parameters and the value that each must have.
    #[serde(default)]
    pub when: BTreeMap<String, String>,
}

/// `[reply]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyText {
    /// The HTTP status; 200 if nothing is said.
    pub status: Option<Spanned<u16>>,
    /// The body, with `${…}` for what is issued.
    pub json: Spanned<toml::Value>,
}

/// `[[refusal]]` and `[[resource.refusal]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalText {
    /// Which reasons it answers.
    pub on: Conditions,
    /// The HTTP status; the refusal table's if nothing is said.
    pub status: Option<Spanned<u16>>,
    /// What `WWW-Authenticate` asks for.
    pub challenge: Option<Challenge>,
    /// The body, with `${…}` for the refusal's parts.
    pub json: Spanned<toml::Value>,
}

/// The scheme that a refusal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Challenge {
    /// RFC 7617.
    Basic,
    /// RFC 6750 §3.
    Bearer,
}

/// `[resource]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceText {
    /// Where the access token may stand, in the order in which is looked.
    pub token: Spanned<Vec<Place>>,
    /// How the guarded API says no.
    #[serde(default)]
    pub refusal: Vec<Spanned<RefusalText>>,
}
