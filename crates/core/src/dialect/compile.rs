//! From the file's text to a [`Dialect`]: parsed, checked, every mistake with its
//! line and what was expected instead.

mod told;
mod endpoint;
mod issue;
mod refusals;
mod connector;

use std::ops::Range;

use toml::Spanned;

use crate::dialect::Dialect;
use crate::dialect::body::Body;
use crate::dialect::phrase::Variable;
use crate::dialect::place::{PlaceText, Source};
use crate::dialect::read::TokenEndpoint;
use crate::dialect::resource::ResourceSide;
use crate::dialect::text::{DialectText, ReplyText, ResourceText};
use crate::dialect::write::{ReplyForm, ReplyVariable};
use crate::oauth::scope::ScopeSet;

/// A mistake in a dialect file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct DialectError {
    /// The line, from 1.
    pub line: usize,
    /// Where in the file it is, what is wrong and what was expected.
    pub message: String,
}

/// A mistake and where it stands; becomes a line once the text is at hand.
struct Mistake {
    span: Range<usize>,
    expected: String,
}

impl Mistake {
    fn at<T>(place: &Spanned<T>, expected: impl Into<String>) -> Self {
        Self { span: place.span(), expected: expected.into() }
    }
}

/// Reads and checks a dialect file.
///
/// # Errors
/// The first mistake, with its line.
pub fn compile(text: &str) -> Result<Dialect, DialectError> {
    let file: DialectText = toml::from_str(text)
        .map_err(|error| told::fault(text, error.span().unwrap_or(0..0), error.message()))?;
    dialect(file).map_err(|mistake| told::fault(text, mistake.span, &mistake.expected))
}

fn dialect(file: DialectText) -> Result<Dialect, Mistake> {
    let name = checked_name(file.name)?;
    let reply = reply(&file.reply)?;
    let redirects = file.connector.is_some();
    let issue = issue::issue(file.issue, &reply, redirects)?;
    if let (Some(hole), None) = (names_refresh_token(&reply), &issue.refresh)
        && !hole
    {
        let place = file.reply.json.as_ref().map(Spanned::span);
        let span = place.or(file.reply.text.as_ref().map(Spanned::span)).unwrap_or(0..0);
        let expected = "${refresh_token}: this dialect makes none; say in [issue] what they look like, or write ${refresh_token?}";
        return Err(Mistake { span, expected: expected.to_owned() });
    }
    let token = endpoint::token_endpoint(file.endpoint.token, &issue)?;
    let secrets = secret_parameters(&token);
    let resource = resource(file.resource, &secrets)?;
    let context = refusals::Context { inputs: refusals::names(&token), secrets };
    let connector = file.connector.map(|text| connector::connector(text, &issue, &token));
    Ok(Dialect {
        name,
        title: file.title,
        basic_scope: file.basic_scope.map_or(Ok(ScopeSet::EMPTY), |scope| checked_scope(&scope))?,
        reply,
        refusals: refusals::table(file.refusal, &context)?,
        resource,
        connector: connector.transpose()?,
        issue,
        token,
    })
}

fn checked_name(name: Spanned<String>) -> Result<String, Mistake> {
    let fits = |name: &str| {
        !name.is_empty()
            && name.len() <= 40
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if fits(name.get_ref()) {
        return Ok(name.into_inner());
    }
    Err(Mistake::at(&name, "expected 1 to 40 lower-case letters, digits or \"-\""))
}

fn checked_scope(scope: &Spanned<String>) -> Result<ScopeSet, Mistake> {
    let expected = "expected scopes, one space between them, such as \"organization_read\"";
    ScopeSet::parse(scope.get_ref()).map_err(|_| Mistake::at(scope, expected))
}

fn checked_status(status: &Spanned<u16>) -> Result<u16, Mistake> {
    if (200..600).contains(status.get_ref()) {
        return Ok(*status.get_ref());
    }
    Err(Mistake::at(status, "expected an HTTP status from 200 to 599"))
}

fn checked_path(path: &Spanned<String>) -> Result<String, Mistake> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    let text = path.get_ref();
    if text.starts_with('/') && text.bytes().all(allowed) && !text.contains("//") {
        return Ok(text.clone());
    }
    Err(Mistake::at(
        path,
        "expected a path such as \"/oauth/token\": a leading slash, letters, digits, \"-\", \"_\", \".\", \"~\"",
    ))
}

/// The body of a reply or a refusal: JSON or a text, the one or the other.
fn body<V: Variable>(
    row: Range<usize>,
    json: Option<&Spanned<toml::Value>>,
    text: Option<&Spanned<String>>,
    kind: Option<&Spanned<String>>,
) -> Result<Body<V>, Mistake> {
    if let Some(kind) = kind {
        Body::<V>::text("", Some(kind.get_ref())).map_err(|told| Mistake::at(kind, told))?;
    }
    let kind = kind.map(|kind| kind.get_ref().as_str());
    match (json, text) {
        (Some(json), None) => {
            Body::json(json.get_ref(), kind).map_err(|told| Mistake::at(json, told))
        }
        (None, Some(text)) => {
            Body::text(text.get_ref(), kind).map_err(|told| Mistake::at(text, told))
        }
        _ => {
            let expected = "expected a body: json = { … }, or text = \"…\"".to_owned();
            Err(Mistake { span: row, expected })
        }
    }
}

fn reply(text: &ReplyText) -> Result<ReplyForm, Mistake> {
    let span = text.status.as_ref().map_or(0..0, Spanned::span);
    let body: Body<ReplyVariable> =
        body(span, text.json.as_ref(), text.text.as_ref(), text.content_type.as_ref())?;
    let names = |variable| body.holes().iter().any(|hole| hole.variable == variable);
    Ok(ReplyForm {
        status: text.status.as_ref().map_or(Ok(200), checked_status)?,
        names_owner: names(ReplyVariable::Owner),
        names_organization: names(ReplyVariable::Organization),
        body,
    })
}

/// Whether the reply names the refresh token, and whether it can do without.
fn names_refresh_token(reply: &ReplyForm) -> Option<bool> {
    let holes = reply.body.holes();
    let found = holes.iter().find(|hole| hole.variable == ReplyVariable::RefreshToken);
    found.map(|hole| hole.optional)
}

/// Parameters of a query whose values are secrets.
fn secret_parameters(token: &TokenEndpoint) -> Vec<Box<str>> {
    let secret = token.places.iter().filter(|(input, _)| input.is_secret());
    let names = secret.flat_map(|(_, places)| places).filter_map(|place| place.parameter());
    names.map(Into::into).collect()
}

fn resource(text: ResourceText, secrets: &[Box<str>]) -> Result<ResourceSide, Mistake> {
    let span = text.token.span();
    let named = |place: PlaceText| place.named("access_token");
    let places: Vec<_> = text.token.into_inner().into_iter().map(named).collect();
    let readable =
        |source: &Source| matches!(source, Source::Bearer | Source::Header(..) | Source::Query(_));
    if places.is_empty() || !places.iter().all(|place| readable(&place.source)) {
        let expected =
            "expected places such as \"bearer\", \"query:Licence\" or \"header:X-Token\"";
        return Err(Mistake { span, expected: expected.to_owned() });
    }
    let own = places.iter().filter_map(|place| place.parameter()).map(Into::into);
    let secrets = own.chain(secrets.iter().cloned()).collect();
    let context = refusals::Context { inputs: Vec::new(), secrets };
    let refusals = refusals::table(text.refusal, &context)?;
    Ok(ResourceSide { places, narrowed: text.narrowed, refusals })
}

#[cfg(test)]
#[path = "compile_tests.rs"]
mod tests;
