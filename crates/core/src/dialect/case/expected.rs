//! The reply that a case expects, and how another differs from it.

use http::HeaderName;

use crate::dialect::case::{CaseError, Line};
use crate::http_message::Reply;

/// A reply with patterns.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The line of its status, from 1.
    pub line: usize,
    /// The HTTP status.
    pub status: u16,
    /// Headers that must be there.
    pub headers: Vec<ExpectedHeader>,
    /// Headers that must not be there.
    pub absent: Vec<HeaderName>,
    /// The body, `<*>` standing for any text without a quote.
    pub body: String,
    /// The line where the body begins.
    pub body_line: usize,
}

/// A header that must be there.
#[derive(Clone, Debug)]
pub struct ExpectedHeader {
    /// Its line, from 1.
    pub line: usize,
    /// Its name.
    pub name: HeaderName,
    /// Its value, `<*>` standing for any text without a quote.
    pub value: String,
}

/// Something in which a reply is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line of the expectation, from 1.
    pub line: usize,
    /// What was found and what was expected.
    pub message: String,
}

const STATUS_LINE: &str = "expected a status line such as \"HTTP/1.1 200\"";
const HEADER_LINE: &str =
    "expected a header such as \"Cache-Control: no-store\", or \"!Name\" for one that is absent";

impl Expected {
    pub(super) fn read(status: Line<'_>, rest: &[Line<'_>]) -> Result<Self, CaseError> {
        let words = text(status)?;
        let number = words.split_ascii_whitespace().nth(1).and_then(|word| word.parse().ok());
        let end = rest.iter().position(|line| line.plain().is_empty()).unwrap_or(rest.len());
        let (head, body) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        let mut expected = Self {
            line: status.number,
            status: number.ok_or_else(|| status.error(STATUS_LINE))?,
            headers: Vec::new(),
            absent: Vec::new(),
            body: String::new(),
            body_line: body.get(1).map_or(status.number, |line| line.number),
        };
        for line in head {
            expected.header(*line)?;
        }
        let body = body.iter().map(|line| text(*line)).collect::<Result<Vec<_>, _>>()?;
        body.join("\n").trim().clone_into(&mut expected.body);
        Ok(expected)
    }

    /// Everything in which a reply is not as expected.
    pub fn differences(&self, reply: &Reply) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut note = |line, message| found.push(Difference { line, message });
        if reply.status != self.status {
            note(self.line, format!("the status is {}, expected {}", reply.status, self.status));
        }
        let value_of = |name: &HeaderName| {
            let value = reply.headers.iter().find(|(own, _)| own == name);
            value.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        for ExpectedHeader { line, name, value } in &self.headers {
            match value_of(name) {
                None => note(*line, format!("{name} is missing, expected \"{value}\"")),
                Some(found) if !fits(value, &found) => {
                    note(*line, format!("{name} is \"{found}\", expected \"{value}\""));
                }
                Some(_) => {}
            }
        }
        for name in &self.absent {
            if let Some(found) = value_of(name) {
                note(self.line, format!("{name} is \"{found}\", expected no such header"));
            }
        }
        let body = String::from_utf8_lossy(&reply.body);
        if !fits(&self.body, body.trim()) {
            note(self.body_line, format!("the body is {body}, expected {}", self.body));
        }
        found
    }

    fn header(&mut self, line: Line<'_>) -> Result<(), CaseError> {
        let named = |name: &str| {
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| line.error(HEADER_LINE))
        };
        let words = text(line)?;
        if let Some(name) = words.strip_prefix('!') {
            self.absent.push(named(name.trim())?);
            return Ok(());
        }
        let (name, value) = words.split_once(':').ok_or_else(|| line.error(HEADER_LINE))?;
        let (line, name, value) = (line.number, named(name)?, value.trim().to_owned());
        self.headers.push(ExpectedHeader { line, name, value });
        Ok(())
    }
}

fn text(line: Line<'_>) -> Result<&str, CaseError> {
    std::str::from_utf8(line.plain()).map_err(|_| line.error("expected UTF-8 text"))
}

/// True when `found` is `pattern` with each `<*>` filled by text without a quote, at
/// least one character of it.
pub fn fits(pattern: &str, found: &str) -> bool {
    let mut pieces = pattern.split("<*>");
    let Some(mut rest) = found.strip_prefix(pieces.next().unwrap_or("")) else { return false };
    for piece in pieces {
        let end = rest.find('"').unwrap_or(rest.len());
        let at = if piece.is_empty() { Some(end) } else { rest.find(piece) };
        let Some(at) = at.filter(|at| *at <= end && *at > 0) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or("");
    }
    rest.is_empty()
}
