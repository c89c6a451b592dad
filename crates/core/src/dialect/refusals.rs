//! A dialect's ordered table of refusals. Of several reasons the one in the
//! earliest row is answered; within a row, the core's own order decides.

use http::{HeaderName, HeaderValue, header};

use crate::dialect::template::{Template, Value, Variable};
use crate::dialect::text::Challenge;
use crate::http_message::Reply;
use crate::oauth::challenge;
use crate::refusal::{Reason, Refusal};

/// The rows, compiled.
#[derive(Debug)]
pub struct RefusalTable {
    rows: Vec<Row>,
    /// For each reason, in the order of the enum, the row that answers it.
    row_of: Vec<usize>,
}

/// One row.
#[derive(Debug)]
pub struct Row {
    /// The HTTP status; the core's own if the file says nothing.
    pub status: Option<u16>,
    /// What `WWW-Authenticate` asks for.
    pub challenge: Option<Challenge>,
    /// The body.
    pub body: Template<RefusalVariable>,
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
    /// The HTTP status, as answered.
    Status,
    /// The request's id.
    RequestId,
}

impl Variable for RefusalVariable {
    const NAMES: &'static [&'static str] =
        &["error", "description", "slug", "status", "request_id"];

    fn named(name: &str) -> Option<Self> {
        match name {
            "error" => Some(Self::Error),
            "description" => Some(Self::Description),
            "slug" => Some(Self::Slug),
            "status" => Some(Self::Status),
            "request_id" => Some(Self::RequestId),
            _ => None,
        }
    }
}

/// What stands around a refusal when it is written.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The request's id, for whoever asks the operator.
    pub request_id: &'a str,
    /// The scopes that the operation needs, for a Bearer challenge.
    pub scope: Option<&'a str>,
    /// The methods that would have been right, for a 405.
    pub allow: &'a str,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

impl RefusalTable {
    /// The table with these rows; `row_of` has one entry per reason.
    pub(super) const fn new(rows: Vec<Row>, row_of: Vec<usize>) -> Self {
        Self { rows, row_of }
    }

    /// The refusal that is answered when there are several.
    pub fn pick(&self, refusals: Vec<Refusal>) -> Refusal {
        let rank = |refusal: &Refusal| (self.row_number(refusal.reason), refusal.reason);
        refusals.into_iter().min_by_key(rank).unwrap_or_else(|| Reason::ServerError.into())
    }

    /// The refusal as this dialect says it.
    pub fn write(&self, refusal: &Refusal, around: &Around<'_>) -> Reply {
        let core = refusal.reason.row();
        let row = self.rows.get(self.row_number(refusal.reason));
        let status = row.and_then(|row| row.status).unwrap_or(core.status);
        let mut body = Vec::with_capacity(192);
        let look_up = |variable| match variable {
            RefusalVariable::Error => Value::Text(core.code.as_str()),
            RefusalVariable::Description => Value::Text(core.text),
            RefusalVariable::Slug => Value::Text(core.slug),
            RefusalVariable::Status => Value::Number(status.into()),
            RefusalVariable::RequestId => Value::Text(around.request_id),
        };
        if let Some(row) = row {
            row.body.write(&look_up, &mut body);
        }
        let mut headers = vec![(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, NO_STORE)];
        headers.extend(challenge(row.and_then(|row| row.challenge), refusal, around));
        headers.extend(consequences(status, refusal, around));
        Reply { status, headers, body }
    }

    fn row_number(&self, reason: Reason) -> usize {
        self.row_of.get(reason as usize).copied().unwrap_or(usize::MAX)
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
