//! From the file's text to a [`Dialect`]: parsed, checked, every mistake with its
//! line and what was expected instead.

use std::ops::Range;

use toml::Spanned;

use crate::dialect::Dialect;
use crate::dialect::place::Place;
use crate::dialect::read::{GrantRow, InputPlaces, TokenEndpoint};
use crate::dialect::refusals::{RefusalTable, Row};
use crate::dialect::resource::ResourceSide;
use crate::dialect::template::Template;
use crate::dialect::text::{
    BodyKind, DialectText, GrantText, Inputs, MethodWord, RefusalText, ResourceText,
    TokenEndpointText,
};
use crate::refusal::TABLE;

/// A mistake in a dialect file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct DialectError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

/// A mistake and where it stands; becomes a line once the text is at hand.
struct Mistake(Range<usize>, String);

/// Reads and checks a dialect file.
///
/// # Errors
/// The first mistake, with its line.
pub fn compile(text: &str) -> Result<Dialect, DialectError> {
    let at = |span: Option<Range<usize>>, message: &str| DialectError {
        line: line_of(text, span.map_or(0, |span| span.start)),
        message: message.trim().replace('\n', "; "),
    };
    let file: DialectText =
        toml::from_str(text).map_err(|error| at(error.span(), error.message()))?;
    dialect(file).map_err(|Mistake(span, message)| at(Some(span), &message))
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn dialect(file: DialectText) -> Result<Dialect, Mistake> {
    let reply_status = match file.reply.status {
        Some(status) => checked_status(&status)?,
        None => 200,
    };
    Ok(Dialect {
        name: checked_name(file.name)?,
        title: file.title,
        token: token_endpoint(file.endpoint.token)?,
        reply: template(&file.reply.json)?,
        reply_status,
        refusals: refusals(file.refusal)?,
        resource: resource(file.resource)?,
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
    let message = "name: expected 1 to 40 lower-case letters, digits or \"-\"";
    Err(Mistake(name.span(), message.to_owned()))
}

fn checked_status(status: &Spanned<u16>) -> Result<u16, Mistake> {
    if (200..600).contains(status.get_ref()) {
        return Ok(*status.get_ref());
    }
    Err(Mistake(status.span(), "status: expected an HTTP status from 200 to 599".to_owned()))
}

fn template<V: crate::dialect::template::Variable>(
    json: &Spanned<toml::Value>,
) -> Result<Template<V>, Mistake> {
    Template::compile(json.get_ref()).map_err(|message| Mistake(json.span(), message))
}

fn token_endpoint(text: TokenEndpointText) -> Result<TokenEndpoint, Mistake> {
    let mut paths = vec![checked_path(text.path, text.ignore_case)?];
    for alias in text.aliases {
        paths.push(checked_path(alias, text.ignore_case)?);
    }
    let methods = text.methods.get_ref().clone();
    let takes_body = methods.contains(&MethodWord::Post);
    if methods.is_empty() || takes_body != text.accepts.contains(&BodyKind::Form) {
        let message = "methods: expected \"GET\", \"POST\" or both; with POST, accepts = [\"form\"] says which bodies are taken, and without it there are none";
        return Err(Mistake(text.methods.span(), message.to_owned()));
    }
    let allow = |method: &MethodWord| match method {
        MethodWord::Get => "GET",
        MethodWord::Post => "POST",
    };
    Ok(TokenEndpoint {
        paths,
        ignore_case: text.ignore_case,
        allow: methods.iter().map(allow).collect::<Vec<_>>().join(", "),
        methods,
        accepts: text.accepts,
        basic: text.basic,
        places: input_places(text.inputs)?,
        grants: grants(text.grant)?,
    })
}

fn checked_path(path: Spanned<String>, ignore_case: bool) -> Result<String, Mistake> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    let text = path.get_ref();
    let fits = text.starts_with('/') && text.bytes().all(allowed) && !text.contains("//");
    if !fits {
        let message = "path: expected a path such as \"/oauth/token\": a leading slash, letters, digits, \"-\", \"_\", \".\", \"~\"";
        return Err(Mistake(path.span(), message.to_owned()));
    }
    Ok(if ignore_case { text.to_ascii_lowercase() } else { path.into_inner() })
}

fn input_places(inputs: Inputs) -> Result<InputPlaces, Mistake> {
    let basic = |places: &[Place]| places.contains(&Place::Basic);
    if basic(inputs.client_id.get_ref()) != basic(inputs.client_secret.get_ref()) {
        let message =
            "client_secret: \"basic\" holds both id and secret: name it in both, or in neither";
        return Err(Mistake(inputs.client_secret.span(), message.to_owned()));
    }
    for places in [&inputs.client_id, &inputs.client_secret] {
        if places.get_ref().is_empty() || places.get_ref().contains(&Place::Bearer) {
            let message = "expected at least one of \"basic\", \"form\", \"query\", \"header:…\"";
            return Err(Mistake(places.span(), message.to_owned()));
        }
    }
    Ok(InputPlaces {
        client_id: inputs.client_id.into_inner(),
        client_secret: inputs.client_secret.into_inner(),
        scope: inputs.scope,
        audience: inputs.audience,
    })
}

fn grants(rows: Spanned<Vec<GrantText>>) -> Result<Vec<GrantRow>, Mistake> {
    if rows.get_ref().is_empty() {
        return Err(Mistake(rows.span(), "grant: expected at least one row".to_owned()));
    }
    let row = |row: GrantText| GrantRow { is: row.is, when: row.when.into_iter().collect() };
    Ok(rows.into_inner().into_iter().map(row).collect())
}

fn resource(text: ResourceText) -> Result<ResourceSide, Mistake> {
    let span = text.token.span();
    let places = text.token.into_inner();
    let readable =
        |place: &Place| matches!(place, Place::Bearer | Place::Header(_) | Place::Query(Some(_)));
    if places.is_empty() || !places.iter().all(readable) {
        let message =
            "token: expected places such as \"bearer\", \"query:Licence\" or \"header:X-Token\"";
        return Err(Mistake(span, message.to_owned()));
    }
    Ok(ResourceSide { places, refusals: refusals(text.refusal)? })
}

/// Numbers the rows and gives every reason the first row that names it. A reason
/// without a row would have no answer, so it is a mistake.
fn refusals(rows: Vec<Spanned<RefusalText>>) -> Result<RefusalTable, Mistake> {
    let mut row_of: Vec<Option<usize>> = vec![None; TABLE.len()];
    let mut compiled = Vec::with_capacity(rows.len());
    let mut last = 0..0;
    for (number, row) in rows.into_iter().enumerate() {
        last = row.span();
        let row = row.into_inner();
        for reason in row.on.reasons() {
            if let Some(slot) = row_of.get_mut(reason as usize) {
                slot.get_or_insert(number);
            }
        }
        let status = row.status.as_ref().map(checked_status).transpose()?;
        let body = template(&row.json)?;
        compiled.push(Row { status, challenge: row.challenge, body });
    }
    let unanswered =
        TABLE.iter().find(|row| !matches!(row_of.get(row.reason as usize), Some(Some(_))));
    if let Some(row) = unanswered {
        let message = format!(
            "refusal: no row answers \"{}\"; end the table with a row on = \"any\"",
            row.slug
        );
        return Err(Mistake(last, message));
    }
    Ok(RefusalTable::new(compiled, row_of.into_iter().flatten().collect()))
}

#[cfg(test)]
#[path = "compile_tests.rs"]
mod tests;
