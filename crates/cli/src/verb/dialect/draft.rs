//! A first case of a dialect: a request that fits its file, and the reply to it.

use std::borrow::Cow;

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::case::Case;
use portreeve_core::dialect::input::Input;
use portreeve_core::dialect::place::{Place, Source, Types};
use portreeve_core::dialect::read::GrantRow;
use portreeve_core::dialect::text::endpoint::{BodyKind, MethodWord, When};
use portreeve_core::http_message::Reply;
use portreeve_core::oauth::grant_type::GrantType;
use serde_json::{Map, Value};

use crate::verb::dialect::sample::{self, CLIENT, NOW, REQUEST_ID, SCOPE, Tokens};

/// `my-client:my-secret`, in base64.
const BASIC: &str = "Basic bXktY2xpZW50Om15LXNlY3JldA==";

/// A request while it is put together.
#[derive(Default)]
struct Draft {
    kind: Option<BodyKind>,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    json: Map<String, Value>,
    headers: Vec<(String, String)>,
}

/// The text of a case in which a token is granted.
///
/// # Errors
/// When the reply cannot be made, which no dialect that compiles brings about.
pub(super) fn case(dialect: &Dialect) -> anyhow::Result<String> {
    let request = request(dialect);
    let read = Case::read(request.as_bytes())?;
    let asked = dialect.token.read(&read.request.plain());
    let tokens = Tokens { access: "<*>".to_owned(), refresh: "<*>".to_owned() };
    let reply = pattern(dialect, &sample::granted(dialect, &asked, tokens)?);
    Ok(format!(
        "### A token is granted\n\
         # Write the row of the vendor's page that this case proves. <*> stands for any text\n\
         # without a quote; a line \"!Name\" in the reply says that there is no such header.\n\
         {request}\n{reply}\n"
    ))
}

fn request(dialect: &Dialect) -> String {
    let token = &dialect.token;
    let is_of_client = |row: &&GrantRow| row.is == GrantType::ClientCredentials;
    let row = token.grants.iter().find(is_of_client).or(token.grants.first());
    let is_post = token.methods.contains(&MethodWord::Post);
    let kinds = token.accepts.iter().copied().filter(|kind| *kind != BodyKind::None);
    let mut draft = Draft { kind: kinds.take(usize::from(is_post)).next(), ..Draft::default() };
    draft.fill(dialect, row);
    let path = row.and_then(|row| row.path.as_ref()).or(token.paths.first());
    draft.text(if is_post { "POST" } else { "GET" }, path.map_or("/", String::as_str))
}

impl Draft {
    fn fill(&mut self, dialect: &Dialect, row: Option<&GrantRow>) {
        let when = row.map_or(&[][..], |row| &row.when);
        let is_chosen = |place: &&Place| {
            !when.iter().any(|(name, _)| place.parameter() == Some(name)) && self.may_hold(place)
        };
        let mut chosen: Vec<(Input, &Place)> = Vec::new();
        for (input, places) in &dialect.token.places {
            let is_wanted = row.is_some_and(|row| is_wanted(*input, row));
            let mut fitting: Vec<&Place> = places.iter().filter(is_chosen).collect();
            fitting.sort_by_key(|place| self.rank(place));
            chosen.extend(fitting.first().filter(|_| is_wanted).map(|place| (*input, *place)));
        }
        for (name, value) in when {
            match value {
                When::Is(value) => self.put_parameter(name, value),
                When::Present(true) => self.put_parameter(name, "sample"),
                When::Present(false) => {}
            }
        }
        for (input, place) in chosen {
            self.put(place, &value_of(input, dialect));
        }
    }

    /// The body first: it is what most clients send.
    const fn rank(&self, place: &Place) -> u8 {
        match &place.source {
            Source::Form(_) | Source::Json(_) => 0,
            Source::Header(..) => 1,
            Source::Basic | Source::Bearer => 2,
            Source::Query(_) => {
                if self.kind.is_some() {
                    3
                } else {
                    0
                }
            }
        }
    }

    fn may_hold(&self, place: &Place) -> bool {
        match &place.source {
            Source::Form(_) => self.kind == Some(BodyKind::Form),
            Source::Json(_) => self.kind == Some(BodyKind::Json),
            Source::Query(_) | Source::Header(..) | Source::Basic => true,
            Source::Bearer => false,
        }
    }

    fn put(&mut self, place: &Place, value: &str) {
        match &place.source {
            Source::Form(name) => self.form.push((name.to_string(), value.to_owned())),
            Source::Query(name) => self.query.push((name.to_string(), value.to_owned())),
            Source::Json(path) => put_at(&mut self.json, path, typed(value, place.types)),
            Source::Header(name, around) => {
                self.headers.push((name.to_string(), around.with(value)));
            }
            Source::Basic | Source::Bearer => {
                let header = ("Authorization".to_owned(), BASIC.to_owned());
                // It holds both the id and the secret.
                if !self.headers.contains(&header) {
                    self.headers.push(header);
                }
            }
        }
    }

    fn put_parameter(&mut self, name: &str, value: &str) {
        let pair = (name.to_owned(), value.to_owned());
        match self.kind {
            Some(BodyKind::Form) => self.form.push(pair),
            Some(BodyKind::Json) => {
                self.json.insert(pair.0, Value::String(pair.1));
            }
            Some(BodyKind::None) | None => self.query.push(pair),
        }
    }

    fn text(&self, method: &str, path: &str) -> String {
        let query = encoded(&self.query);
        let joint = if query.is_empty() { "" } else { "?" };
        let mut text = format!("{method} {path}{joint}{query} HTTP/1.1\nHost: api.example.com\n");
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        let (kind, body) = match self.kind {
            Some(BodyKind::Form) => ("application/x-www-form-urlencoded", encoded(&self.form)),
            Some(BodyKind::Json) => {
                ("application/json", Value::Object(self.json.clone()).to_string())
            }
            Some(BodyKind::None) | None => return text,
        };
        text.push_str(&format!("Content-Type: {kind}\n\n{body}\n"));
        text
    }
}

/// What the row asks for, who the client is, and a scope if there is a place for one.
fn is_wanted(input: Input, row: &GrantRow) -> bool {
    let is_of_client = input.is_credential() && !row.client_from_refresh_token;
    let is_refresh = input == Input::RefreshToken && row.is == GrantType::RefreshToken;
    is_of_client || is_refresh || input == Input::Scope || row.required.contains(&input)
}

fn value_of(input: Input, dialect: &Dialect) -> Cow<'static, str> {
    match input {
        Input::ClientId => CLIENT.0.into(),
        Input::ClientSecret => CLIENT.1.into(),
        Input::Scope => SCOPE.into(),
        Input::Audience => "https://api.example.com".into(),
        Input::RefreshToken => Tokens::of(dialect).refresh.into(),
        Input::AccessToken => Tokens::of(dialect).access.into(),
        Input::Organization => "1".into(),
    }
}

fn typed(value: &str, types: Types) -> Value {
    let number = value.parse::<u64>().ok().filter(|_| !types.string);
    number.map_or_else(|| Value::from(value), Value::from)
}

fn put_at(object: &mut Map<String, Value>, path: &[Box<str>], value: Value) {
    match path {
        [] => {}
        [name] => {
            object.insert(name.to_string(), value);
        }
        [name, rest @ ..] => {
            let inner = object.entry(name.to_string()).or_insert_with(|| Map::new().into());
            if let Some(inner) = inner.as_object_mut() {
                put_at(inner, rest, value);
            }
        }
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    let half = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~*".contains(&b);
        let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        text.bytes().map(one).collect()
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", half(name), half(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A reply with `<*>` for what is another each time.
fn pattern(dialect: &Dialect, reply: &Reply) -> String {
    let mut body = String::from_utf8_lossy(&reply.body).into_owned();
    let lives = [dialect.issue.access.ttl, dialect.issue.refresh.as_ref().and_then(|it| it.ttl)];
    let ends = lives.into_iter().flatten().chain([sample::LIFE]).map(|ttl| NOW.plus(ttl));
    for time in ends.chain([NOW]) {
        for text in [format!("{}000", time.as_unix()), time.as_unix().to_string()] {
            body = body.replace(&text, "<*>");
        }
    }
    body = body.replace(REQUEST_ID, "<*>").replace(sample::OWNER, "<*>");
    let kind = String::from_utf8_lossy(dialect.reply.body.kind().as_bytes()).into_owned();
    let status = reply.status;
    format!("HTTP/1.1 {status}\nContent-Type: {kind}\nCache-Control: no-store\n\n{body}")
}

#[cfg(test)]
mod tests {
    use portreeve_core::dialect::compile::compile;

    use super::*;

    /// The draft of a dialect is a request in which nothing is wrong, and its own samples
    /// are the reply that it expects.
    fn check(name: &str, text: &str) {
        let dialect = compile(text).unwrap();
        let text = case(&dialect).unwrap();
        let case = Case::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let asked = dialect.token.read(&case.request.plain());
        assert!(asked.refusals.is_empty(), "{name}: {:?}\n{text}", asked.refusals);
        assert!(asked.grant.is_some(), "{name}\n{text}");
        let reply = sample::granted(&dialect, &asked, Tokens::of(&dialect)).unwrap();
        assert_eq!(case.expected.unwrap().differences(&reply), [], "{name}\n{text}");
    }

    #[test]
    fn every_dialect_has_a_draft() {
        check("skeleton", include_str!("skeleton.toml"));
        let core = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/dialects");
        for folder in std::fs::read_dir(core).unwrap() {
            let file = folder.unwrap().path().join("dialect.toml");
            check(&file.display().to_string(), &std::fs::read_to_string(&file).unwrap());
        }
    }
}
