//! Putting a token request together, and choosing among what a dialect takes.

use http::HeaderMap;

use crate::dialect::Dialect;
use crate::dialect::example::{Carrier, Content, Example, Known, REFRESH_TOKEN, encoded, reply};
use crate::dialect::input::Input;
use crate::dialect::place::{Place, Source};
use crate::dialect::read::{GrantRow, TokenEndpoint};
use crate::dialect::text::endpoint::{BodyKind, MethodWord, When};
use crate::http_message::Request;
use crate::oauth::basic::BasicEncoding;
use crate::oauth::grant_type::GrantType;

/// In what form a request is made: its body, or none, and whether credentials stand in
/// `Authorization: Basic`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shape {
    method: MethodWord,
    body: BodyKind,
    basic: bool,
}

/// From the best to the last.
const SHAPES: [Shape; 8] = [
    Shape { method: MethodWord::Post, body: BodyKind::Form, basic: true },
    Shape { method: MethodWord::Post, body: BodyKind::Form, basic: false },
    Shape { method: MethodWord::Post, body: BodyKind::Json, basic: false },
    Shape { method: MethodWord::Post, body: BodyKind::Json, basic: true },
    Shape { method: MethodWord::Post, body: BodyKind::None, basic: true },
    Shape { method: MethodWord::Post, body: BodyKind::None, basic: false },
    Shape { method: MethodWord::Get, body: BodyKind::None, basic: true },
    Shape { method: MethodWord::Get, body: BodyKind::None, basic: false },
];

/// The best request that the dialect's own reading has nothing against.
pub(super) fn best(dialect: &Dialect, with: &Known<'_>) -> Example {
    let endpoint = &dialect.token;
    let own = endpoint.grants.iter().filter(|row| row.is == GrantType::ClientCredentials);
    let given = endpoint.grants.iter().filter(|row| row.is == GrantType::RefreshToken);
    let rows: Vec<&GrantRow> = own.chain(given).collect();
    let mut best: Option<(u8, Example)> = None;
    for row in rows {
        for shape in SHAPES.into_iter().filter(|shape| takes(endpoint, *shape, with)) {
            let (example, is_whole) = one(dialect, row, shape, with);
            let rank = u8::from(!reads(endpoint, &example)) * 2 + u8::from(!is_whole);
            if rank == 0 {
                return example;
            }
            if best.as_ref().is_none_or(|(other, _)| rank < *other) {
                best = Some((rank, example));
            }
        }
    }
    best.map_or_else(|| bare(dialect, with), |(_, example)| example)
}

fn takes(endpoint: &TokenEndpoint, shape: Shape, with: &Known<'_>) -> bool {
    let has_body = match (shape.method, shape.body) {
        (MethodWord::Get, _) => true,
        // Where everything may stand in the query, a POST needs no body.
        (MethodWord::Post, BodyKind::None) => endpoint.body_is_optional,
        (MethodWord::Post, kind) => endpoint.accepts.contains(&kind),
    };
    // As it is, an id with a colon would end too early (RFC 7617 §2).
    let fits = endpoint.basic == BasicEncoding::Decoded || !with.client_id.contains(':');
    let basic = !shape.basic || endpoint.takes_basic && fits;
    endpoint.methods.contains(&shape.method) && has_body && basic
}

/// Whether the dialect reads it as what it was meant to be.
fn reads(endpoint: &TokenEndpoint, example: &Example) -> bool {
    let (method, headers) = (example.http_method(), example.header_map());
    let query = encoded(&example.query);
    let body = example.content().map(|(_, body)| body).unwrap_or_default();
    let request = Request {
        method: &method,
        path: &example.path,
        query: (!query.is_empty()).then_some(&*query),
        headers: &headers as &HeaderMap,
        body: &body,
    };
    let read = endpoint.read(&request);
    read.refusals.is_empty() && read.grant == Some(example.grant)
}

fn bare(dialect: &Dialect, with: &Known<'_>) -> Example {
    Example {
        grant: GrantType::ClientCredentials,
        method: "POST",
        issuer: with.issuer.to_owned(),
        path: dialect.token.paths.first().cloned().unwrap_or_default(),
        query: Vec::new(),
        basic: None,
        headers: Vec::new(),
        body: None,
        separator: None,
        reply: reply::places(dialect),
        carrier: Carrier::of(&dialect.resource.places),
    }
}

/// The request for a row in a shape, and whether everything that is known is in it.
fn one(dialect: &Dialect, row: &GrantRow, shape: Shape, with: &Known<'_>) -> (Example, bool) {
    let endpoint = &dialect.token;
    let mut example = bare(dialect, with);
    example.grant = row.is;
    if shape.method == MethodWord::Get {
        example.method = "GET";
    }
    example.path = row.path.clone().unwrap_or(example.path);
    example.body = match shape.body {
        BodyKind::Form => Some(Content::Form(Vec::new())),
        BodyKind::Json => Some(Content::Json(serde_json::Map::new())),
        BodyKind::None => None,
    };
    // Conditions first: `grant_type` stands at the beginning, as everybody writes it.
    for (name, when) in &row.when {
        if let When::Is(value) = when {
            put_parameter(&mut example, name, value);
        }
    }
    let shows_credentials = !row.client_from_refresh_token;
    if shape.basic && shows_credentials {
        example.basic = Some(pair(endpoint.basic, with));
    }
    let mut is_whole = true;
    for (input, places) in &endpoint.places {
        let in_basic = input.is_credential() && (example.basic.is_some() || !shows_credentials);
        let Some(value) = value(*input, row, dialect, with).filter(|_| !in_basic) else { continue };
        is_whole &= put(&mut example, (*input, places), &value, row);
    }
    for (name, when) in &row.when {
        if *when == When::Present(true) && !has_parameter(&example, name) {
            put_parameter(&mut example, name, "1");
        }
    }
    (example, is_whole)
}

/// Id and secret, ready to be joined.
fn pair(encoding: BasicEncoding, with: &Known<'_>) -> (String, String) {
    let form = |text: &str| {
        let mut out = Vec::new();
        crate::dialect::phrase::percent_encode(text.as_bytes(), &mut out);
        String::from_utf8(out).unwrap_or_default()
    };
    match encoding {
        BasicEncoding::Decoded => (form(with.client_id), form(with.client_secret)),
        BasicEncoding::Raw => (with.client_id.to_owned(), with.client_secret.to_owned()),
    }
}

/// What an input is to be in a request for this row; `None` leaves it out.
fn value(input: Input, row: &GrantRow, dialect: &Dialect, with: &Known<'_>) -> Option<String> {
    let is_required = row.required.contains(&input);
    let is_own = row.is == GrantType::ClientCredentials;
    let or_mark = |mark: &str| is_required.then(|| format!("<{mark}>"));
    match input {
        Input::ClientId => Some(with.client_id.to_owned()),
        Input::ClientSecret => Some(with.client_secret.to_owned()),
        Input::Scope if is_own && !with.scopes.as_str().is_empty() => {
            Some(with.scopes.as_str().to_owned())
        }
        Input::Scope => or_mark("scope"),
        Input::Audience if is_own => {
            with.audience.map(str::to_owned).or_else(|| or_mark("audience"))
        }
        Input::Audience => or_mark("audience"),
        Input::RefreshToken => (!is_own || is_required).then(|| REFRESH_TOKEN.to_owned()),
        Input::AccessToken => or_mark("access token"),
        // A client's own token cannot be narrowed.
        Input::Organization if is_own => or_mark("organization"),
        Input::Organization => {
            let word = dialect.connector.as_ref().map(|it| &*it.words.organization);
            let mark = || format!("<{} id>", word.unwrap_or("organization"));
            let wanted = is_required || dialect.resource.narrowed;
            with.organization.map(str::to_owned).or_else(|| wanted.then(mark))
        }
    }
}

/// Puts a value where it may stand: in the body, else in a header, else in the query.
/// False when there is no such place in this shape.
fn put(
    example: &mut Example,
    (input, places): (Input, &[Place]),
    value: &str,
    row: &GrantRow,
) -> bool {
    let rank = |place: &&Place| match (&place.source, &example.body) {
        (Source::Form(_), Some(Content::Form(_))) | (Source::Json(_), Some(Content::Json(_))) => {
            Some(0)
        }
        (Source::Header(..), _) => Some(1),
        (Source::Query(_), _) => Some(2),
        _ => None,
    };
    let reachable = places.iter().filter(|place| rank(place).is_some());
    let Some(place) = reachable.min_by_key(rank) else { return false };
    // What a row is known by stays as the row has it.
    if let Some(name) = place.parameter()
        && row.when.iter().any(|(known, when)| **known == *name && *when != When::Present(true))
    {
        return true;
    }
    if input == Input::Scope {
        example.separator = place.separator;
    }
    let value = match place.separator {
        Some(separator) => value.replace(' ', &separator.to_string()),
        None => value.to_owned(),
    };
    match (&place.source, &mut example.body) {
        (Source::Form(name), Some(Content::Form(pairs))) => pairs.push((name.to_string(), value)),
        (Source::Json(path), Some(Content::Json(members))) => {
            put_member(members, path, json(place, value));
        }
        (Source::Header(name, around), _) => {
            example.headers.push((written(name.as_str()), around.with(&value)));
        }
        (Source::Query(name), _) => example.query.push((name.to_string(), value)),
        _ => return false,
    }
    true
}

/// A number where the place takes one, and the text is one.
fn json(place: &Place, value: String) -> serde_json::Value {
    let number = value.parse::<u64>().ok().filter(|number| number.to_string() == value);
    match number.filter(|_| place.types.number) {
        Some(number) => number.into(),
        None => value.into(),
    }
}

fn put_member(
    members: &mut serde_json::Map<String, serde_json::Value>,
    path: &[Box<str>],
    value: serde_json::Value,
) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        members.insert(first.to_string(), value);
        return;
    }
    let inner = members.entry(first.to_string()).or_insert_with(|| serde_json::Map::new().into());
    if let Some(inner) = inner.as_object_mut() {
        put_member(inner, rest, value);
    }
}

fn put_parameter(example: &mut Example, name: &str, value: &str) {
    let pair = || (name.to_owned(), value.to_owned());
    match &mut example.body {
        Some(Content::Form(pairs)) => pairs.push(pair()),
        Some(Content::Json(members)) => {
            members.insert(name.to_owned(), value.into());
        }
        None => example.query.push(pair()),
    }
}

fn has_parameter(example: &Example, name: &str) -> bool {
    let has = |pairs: &[(String, String)]| pairs.iter().any(|(known, _)| known == name);
    has(&example.query)
        || match &example.body {
            Some(Content::Form(pairs)) => has(pairs),
            Some(Content::Json(members)) => members.contains_key(name),
            None => false,
        }
}

/// A header's name as people write it; those with an underscore are a vendor's own.
fn written(name: &str) -> String {
    if name.contains('_') {
        return name.to_owned();
    }
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect::<Vec<_>>().join("-")
}
