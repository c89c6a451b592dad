//! What came of trying a request, for people and for programs. Secrets and tokens are
//! three asterisks and a length.

use std::fmt::Write;

use axum::http::StatusCode;
use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::case::RawRequest;
use portreeve_core::dialect::connector::{Asked, Entry, Proof, Shown};
use portreeve_core::dialect::file::line_of_row;
use portreeve_core::dialect::place::Place;
use portreeve_core::dialect::read::GrantRow;
use portreeve_core::dialect::read::explain::ValueAt;
use portreeve_core::dialect::refusals::RefusalTable;
use portreeve_core::http_message::Reply;
use portreeve_core::refusal::Refusal;
use serde::Serialize;

use crate::table::Table;

/// The most characters of a value that are printed for people.
const LONGEST: usize = 80;

/// What came of it.
#[derive(Serialize)]
pub(super) struct Tried {
    dialect: String,
    method: String,
    path: String,
    /// What stands at that path.
    door: &'static str,
    /// The row that fits, at a token endpoint.
    pub(super) grant: Option<Grant>,
    /// What was read.
    pub(super) values: Vec<Value>,
    /// Every reason to refuse.
    pub(super) refusals: Vec<Refused>,
    /// What there is to know beside it.
    pub(super) notes: Vec<String>,
    /// `granted`, or the refusal that is told.
    pub(super) answered: Option<String>,
    reply: Option<ReplyShown>,
}

/// A row of the grants.
#[derive(Serialize)]
pub(super) struct Grant {
    is: &'static str,
    /// Its place among the rows, from 1.
    row: usize,
    line: Option<usize>,
}

/// A value that was read.
#[derive(Serialize)]
pub(super) struct Value {
    input: String,
    place: String,
    /// None for a secret.
    value: Option<String>,
    /// Characters; none where it cannot be read.
    length: Option<usize>,
}

/// A reason to refuse, and the row that answers it.
#[derive(Serialize)]
pub(super) struct Refused {
    slug: &'static str,
    about: Option<String>,
    /// Its list in the file.
    list: Option<&'static str>,
    /// Its place in the list, from 1.
    row: Option<usize>,
    line: Option<usize>,
}

#[derive(Serialize)]
struct ReplyShown {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Tried {
    /// Nothing has been read so far.
    pub(super) fn new(dialect: &Dialect, request: &RawRequest, door: &'static str) -> Self {
        Self {
            dialect: dialect.name.clone(),
            method: request.method.to_string(),
            path: request.uri.path().to_owned(),
            door,
            grant: None,
            values: Vec::new(),
            refusals: Vec::new(),
            notes: Vec::new(),
            answered: None,
            reply: None,
        }
    }

    /// The same with the reply that is given.
    pub(super) fn answered(mut self, outcome: &str, reply: &Reply) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let length = ("content-length".to_owned(), reply.body.len().to_string());
        let headers = reply.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        self.reply = Some(ReplyShown {
            status: reply.status,
            headers: headers.chain([length]).collect(),
            body: text(&reply.body),
        });
        self.answered = Some(outcome.to_owned());
        self
    }

    /// For people.
    pub(super) fn words(&self) -> String {
        let mut out = format!("{} {}\n{}: {}\n", self.method, self.path, self.dialect, self.door);
        // Writing into a String cannot fail.
        if let Some(Grant { is, row, line }) = &self.grant {
            let row = row_named("endpoint.token.grant", *row, *line);
            let _ = writeln!(out, "grant: {is}, by {row}");
        }
        let mut values = Table::new(&["INPUT", "PLACE", "VALUE"]);
        for value in &self.values {
            values.row([&value.input, &value.place, &value.words()]);
        }
        let _ = writeln!(out, "\n{}", values.or("Nothing was read.\n"));
        let mut refusals = Table::new(&["REFUSAL", "ABOUT", "ANSWERED BY"]);
        for refused in &self.refusals {
            let about = refused.about.as_deref().map_or_else(|| "-".to_owned(), printable);
            refusals.row([refused.slug, &about, &refused.answered_by()]);
        }
        if !self.refusals.is_empty() {
            let _ = writeln!(out, "{refusals}");
        }
        for note in &self.notes {
            let _ = writeln!(out, "{}\n", quiet(note));
        }
        out.push_str(&self.reply.as_ref().map(ReplyShown::words).unwrap_or_default());
        out
    }
}

impl Grant {
    /// The row with this number, from 0.
    pub(super) fn at(number: usize, row: &GrantRow, text: &str) -> Option<Self> {
        let line = line_of_row(text, &["endpoint", "token", "grant"], number);
        Some(Self { is: row.is.as_str(), row: number.checked_add(1)?, line })
    }
}

impl Value {
    /// What an application asks for at a connector.
    pub(super) fn of_entry(asked: &Asked<'_>, entry: &Entry) -> Vec<Self> {
        let names = &entry.names;
        let plain = |input: &str, place: &str, value: &str| Self {
            input: input.to_owned(),
            place: place.to_owned(),
            value: Some(value.to_owned()),
            length: Some(value.chars().count()),
        };
        let hidden = |input: &str, place: &str, value: &str| Self {
            value: None,
            ..plain(input, place, value)
        };
        let mut values = vec![
            plain("client_id", &names.client_id, &asked.client_id),
            plain("redirect_uri", &names.redirect_uri, &asked.redirect_uri),
        ];
        if let (Some(name), Some(scope)) = (&names.scope, &asked.scope) {
            values.push(plain("scope", name, scope));
        }
        if let (Some(name), Some(state)) = (&names.state, &asked.state) {
            values.push(plain("state", name, state));
        }
        match (&entry.proof, &asked.shown) {
            (Proof::ClientSecret(name), Shown::Secret(secret)) => {
                values.push(hidden("client_secret", name, secret.expose()));
            }
            (Proof::HmacTimestamp(by), Shown::Signature { timestamp, signature }) => {
                values.push(plain("message", &by.message, timestamp));
                values.push(hidden("signature", &by.signature, signature));
            }
            _ => {}
        }
        values
    }

    fn words(&self) -> String {
        match (&self.value, self.length) {
            (Some(value), _) => printable(value),
            (None, Some(1)) => "*** (1 character)".to_owned(),
            (None, Some(length)) => format!("*** ({length} characters)"),
            (None, None) => "cannot be read".to_owned(),
        }
    }
}

impl From<&ValueAt<'_, '_>> for Value {
    fn from(found: &ValueAt<'_, '_>) -> Self {
        Self {
            input: found.input.as_str().to_owned(),
            place: found.place.to_string(),
            value: (!found.input.is_secret()).then(|| found.value.to_string()),
            length: Some(found.value.chars().count()),
        }
    }
}

/// A token at a guarded call.
impl From<&(&Place, Option<usize>)> for Value {
    fn from((place, length): &(&Place, Option<usize>)) -> Self {
        let (input, place) = ("access_token".to_owned(), place.to_string());
        Self { input, place, value: None, length: *length }
    }
}

impl Refused {
    /// Each of them with the row of this list that answers it.
    pub(super) fn list(
        refusals: &[Refusal],
        table: &RefusalTable,
        list: &'static str,
        text: &str,
    ) -> Vec<Self> {
        let way: Vec<&str> = list.split('.').collect();
        let one = |refusal: &Refusal| {
            let number = table.answering(refusal);
            let line = line_of_row(text, &way, number);
            Self { list: Some(list), row: number.checked_add(1), line, ..Self::bare(refusal) }
        };
        refusals.iter().map(one).collect()
    }

    /// One that no row answers: a page's.
    pub(super) fn bare(refusal: &Refusal) -> Self {
        let about = refusal.about.as_deref().map(str::to_owned);
        Self { slug: refusal.reason.slug(), about, list: None, row: None, line: None }
    }

    fn answered_by(&self) -> String {
        match (self.list, self.row) {
            (Some(list), Some(row)) => row_named(list, row, self.line),
            _ => "a page".to_owned(),
        }
    }
}

impl ReplyShown {
    fn words(&self) -> String {
        let reason = StatusCode::from_u16(self.status).ok();
        let reason = reason.and_then(|status| status.canonical_reason()).unwrap_or("");
        let mut out = format!("HTTP/1.1 {} {reason}\n", self.status);
        for (name, value) in &self.headers {
            let _ = writeln!(out, "{name}: {value}");
        }
        let _ = write!(out, "\n{}", self.body);
        out
    }
}

fn row_named(list: &str, row: usize, line: Option<usize>) -> String {
    let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
    format!("[[{list}]] {row}{line}")
}

/// A value that fills no terminal.
fn printable(value: &str) -> String {
    let count = value.chars().count();
    let begin: String = value.chars().take(LONGEST).collect();
    let begin = quiet(&begin);
    if count > LONGEST { format!("{begin}… ({count} characters)") } else { begin }
}

/// A text without characters that move a terminal's cursor or turn its words round.
fn quiet(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let one = |c: char| if c.is_control() || turns(c) { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(one).collect()
}
