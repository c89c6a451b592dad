//! A dialect file as types. What can be checked word by word is checked here, so
//! that the error names the line; what needs two places is `compile`'s.

pub mod endpoint;
pub mod issue;
pub mod connector;

use serde::Deserialize;
use toml::Spanned;

use crate::dialect::condition::Conditions;
use crate::dialect::place::PlaceText;

pub use crate::dialect::text::endpoint::MethodWord;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectText {
    /// A short name: letters, digits and `-`.
    pub name: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// The scope that every client of its services has.
    pub basic_scope: Option<Spanned<String>>,
    /// The endpoints.
    pub endpoint: Endpoints,
    /// What tokens look like.
    #[serde(default)]
    pub issue: issue::IssueText,
    /// The reply to a granted request.
    pub reply: ReplyText,
    /// How the token endpoint says no; the first row that names a reason answers it.
    #[serde(default)]
    pub refusal: Vec<Spanned<RefusalText>>,
    /// The guarded API's side.
    pub resource: ResourceText,
    /// A page where a person lets an application in.
    pub connector: Option<Spanned<connector::ConnectorText>>,
}

/// `[endpoint]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// `[endpoint.token]`.
    pub token: endpoint::TokenEndpointText,
}

/// `[reply]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyText {
    /// The HTTP status; 200 if nothing is said.
    pub status: Option<Spanned<u16>>,
    /// The body as JSON, with `${…}` for what is issued.
    pub json: Option<Spanned<toml::Value>>,
    /// The body as another text.
    pub text: Option<Spanned<String>>,
    /// The media type of the body.
    pub content_type: Option<Spanned<String>>,
}

/// `[[refusal]]` and `[[resource.refusal]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalText {
    /// Which reasons it answers.
    pub on: Spanned<Conditions>,
    /// The HTTP status; the refusal table's if nothing is said.
    pub status: Option<Spanned<u16>>,
    /// What `WWW-Authenticate` asks for.
    pub challenge: Option<Challenge>,
    /// The body as JSON, with `${…}` for the refusal's parts.
    pub json: Option<Spanned<toml::Value>>,
    /// The body as another text.
    pub text: Option<Spanned<String>>,
    /// The media type of the body.
    pub content_type: Option<Spanned<String>>,
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
    pub token: Spanned<Vec<PlaceText>>,
    /// True when an operation that touches an organization takes only a token that is
    /// narrowed to one.
    #[serde(default)]
    pub narrowed: bool,
    /// How the guarded API says no.
    #[serde(default)]
    pub refusal: Vec<Spanned<RefusalText>>,
}
