//! A dialect's ordered table of refusals. Of several reasons the one in the
//! earliest row is answered; within a row, the core's own order decides.

mod rows;

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::dialect::address::Address;
use crate::dialect::body::Body;
use crate::dialect::cast::{Kind, Value};
use crate::dialect::phrase::Variable;
use crate::dialect::text::Challenge;
use crate::http_message::Reply;
use crate::oauth::challenge;
use crate::refusal::{Reason, Refusal};

/// The rows, compiled.
#[derive(Debug, Default)]
pub struct RefusalTable {
    pub(super) rows: Vec<Row>,
    /// For each reason, in the order of the enum, the row that answers it whatever it
    /// is about.
    pub(super) row_of: Vec<usize>,
    /// Rows for a reason about one input, in order.
    pub(super) qualified: Vec<(Reason, Box<str>, usize)>,
    /// Parameters of a query whose values are never repeated.
    pub(super) secrets: Vec<Box<str>>,
}

/// One row.
#[derive(Debug)]
pub struct Row {
    /// The HTTP status; the core's own if the file says nothing.
    pub status: Option<u16>,
    /// What `WWW-Authenticate` asks for.
    pub challenge: Option<Challenge>,
    /// The body.
    pub body: Body<RefusalVariable>,
}

/// What a refusal's body may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalVariable {
    /// The OAuth error code.
    Error,
    /// The public text.
    Description,
    /// The slug.
    Slug,
    /// What it is about: a parameter's name, an audience, a scope.
    About,
    /// The HTTP status, as answered.
    Status,
    /// What HTTP calls that status: `Not Found`.
    StatusText,
    /// `SUCCESSFUL`, `CLIENT_ERROR` and so on.
    StatusFamily,
    /// Now.
    Now,
    /// The request's method.
    Method,
    /// The request's full URI, without secrets.
    Uri,
    /// The request's id.
    RequestId,
}

impl Variable for RefusalVariable {
    const ALL: &'static [(&'static str, Self, Kind)] = &[
        ("error", Self::Error, Kind::Text),
        ("description", Self::Description, Kind::Text),
        ("slug", Self::Slug, Kind::Text),
        ("about", Self::About, Kind::Text),
        ("status", Self::Status, Kind::Number),
        ("status_text", Self::StatusText, Kind::Text),
        ("status_family", Self::StatusFamily, Kind::Text),
        ("now", Self::Now, Kind::Time),
        ("method", Self::Method, Kind::Text),
        ("uri", Self::Uri, Kind::Text),
        ("request_id", Self::RequestId, Kind::Text),
    ];
}

/// What stands around a refusal when it is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// The request's id, for whoever asks the operator.
    pub request_id: &'a str,
    /// How the request was addressed.
    pub address: Address<'a>,
    /// Now: milliseconds since 1970.
    pub unix_ms: i64,
    /// The scopes that the operation needs, for a Bearer challenge.
    pub scope: Option<&'a str>,
    /// The methods that would have been right, for a 405.
    pub allow: &'a str,
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");

impl RefusalTable {
    /// The refusal that is answered when there are several.
    pub fn pick(&self, refusals: Vec<Refusal>) -> Refusal {
        let rank = |refusal: &Refusal| (self.row_number(refusal), refusal.reason);
        refusals.into_iter().min_by_key(rank).unwrap_or_else(|| Reason::ServerError.into())
    }

    /// The refusal as this dialect says it.
    pub fn write(&self, refusal: &Refusal, around: &Around<'_>) -> Reply {
        let core = refusal.reason.row();
        let row = self.rows.get(self.row_number(refusal));
        let status = row.and_then(|row| row.status).unwrap_or(core.status);
        let mut body = Vec::with_capacity(256);
        let look_up = |variable| match variable {
            RefusalVariable::Error => Value::text(core.code.as_str()),
            RefusalVariable::Description => Value::text(core.text),
            RefusalVariable::Slug => Value::text(core.slug),
            RefusalVariable::About => refusal.about.as_deref().map_or(Value::Absent, Value::text),
            RefusalVariable::Status => Value::Number(status.into()),
            RefusalVariable::StatusText => Value::text(status_text(status)),
            RefusalVariable::StatusFamily => Value::text(status_family(status)),
            RefusalVariable::Now => Value::Time(around.unix_ms),
            RefusalVariable::Method => Value::text(around.address.method),
            RefusalVariable::Uri => Value::Text(Cow::Owned(around.address.uri(&self.secrets))),
            RefusalVariable::RequestId => Value::text(around.request_id),
        };
        let mut headers = Vec::with_capacity(5);
        if let Some(row) = row {
            row.body.write(&look_up, &mut body);
            headers.push((header::CONTENT_TYPE, row.body.kind()));
        }
        headers.push((header::CACHE_CONTROL, NO_STORE));
        headers.push((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF));
        headers.extend(challenge(row.and_then(|row| row.challenge), refusal, around));
        headers.extend(consequences(status, refusal, around));
        Reply { status, headers, body }
    }

    /// The first row that answers the refusal, in the order of the file.
    fn row_number(&self, refusal: &Refusal) -> usize {
        let plain = self.row_of.get(refusal.reason as usize).copied().unwrap_or(usize::MAX);
        let fits = |(reason, about, _): &&(Reason, Box<str>, usize)| {
            *reason == refusal.reason && Some(&**about) == refusal.about.as_deref()
        };
        let qualified = self.qualified.iter().find(fits).map(|(_, _, row)| *row);
        qualified.map_or(plain, |row| row.min(plain))
    }
}

fn status_text(status: u16) -> &'static str {
    let known = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    known.unwrap_or("")
}

/// As JAX-RS calls the families.
const fn status_family(status: u16) -> &'static str {
    match status {
        200..300 => "SUCCESSFUL",
        300..400 => "REDIRECTION",
        400..500 => "CLIENT_ERROR",
        500..600 => "SERVER_ERROR",
        _ => "OTHER",
    }
}

fn challenge(
    challenge: Option<Challenge>,
    refusal: &Refusal,
    around: &Around<'_>,
) -> Option<(HeaderName, HeaderValue)> {
    let value = match challenge? {
        Challenge::Basic => challenge::BASIC,
        Challenge::Bearer => challenge::bearer(refusal, around.scope),
    };
    Some((header::WWW_AUTHENTICATE, value))
}

/// The headers that HTTP itself wants with a status (RFC 9110 §15.5.6, §10.2.3).
fn consequences(
    status: u16,
    refusal: &Refusal,
    around: &Around<'_>,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let allow = HeaderValue::from_str(around.allow).ok();
    let allow = allow.filter(|_| status == 405).map(|value| (header::ALLOW, value));
    let wait = refusal.retry_after.map(|wait| HeaderValue::from(wait.as_seconds()));
    allow.into_iter().chain(wait.map(|value| (header::RETRY_AFTER, value)))
}

#[cfg(test)]
#[path = "refusals_tests.rs"]
mod tests;
