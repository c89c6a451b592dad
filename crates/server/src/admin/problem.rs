//! Refusals as RFC 9457 writes them. One type per slug; the text is for people.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Ttl;
use serde_json::{Value, json};

use crate::catalog::ServiceEntry;
use crate::flow::change::ChangeError;
use crate::flow::stop::Stop;
use crate::visit::Visit;

/// One member, or query parameter, that cannot stay as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldFault {
    /// A JSON pointer (RFC 6901) into the body, or `?name`.
    pub(super) pointer: String,
    /// What was expected.
    pub(super) detail: String,
}

/// A "no" of this API.
#[derive(Debug)]
pub(super) struct Problem {
    slug: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    errors: Vec<FieldFault>,
    retry_after: Option<Ttl>,
    /// For the log and the counters.
    reason: Reason,
}

impl Problem {
    fn of(slug: &'static str, status: u16, title: &'static str, reason: Reason) -> Self {
        let (detail, errors, retry_after) = (String::new(), Vec::new(), None);
        Self { slug, title, status, detail, errors, retry_after, reason }
    }

    /// Members or parameters that cannot stay as they are: all of them.
    pub(super) fn fields(errors: Vec<FieldFault>) -> Self {
        let title = "Something in the request cannot stay as it is.";
        let problem = Self::of("invalid-fields", 422, title, Reason::ParameterMalformed);
        Self { errors, ..problem }
    }

    /// One of them.
    pub(super) fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldFault { pointer: pointer.to_owned(), detail: detail.into() }])
    }

    /// The body is no JSON object.
    pub(super) fn body(detail: impl Into<String>) -> Self {
        let title = "The body cannot be read as a JSON object.";
        Self::of("malformed-body", 400, title, Reason::BodyMalformed).because(detail)
    }

    /// The body is something else than JSON.
    pub(super) fn media_type() -> Self {
        let title = "The body must be sent as application/json.";
        Self::of("wrong-media-type", 415, title, Reason::ContentTypeWrong)
    }

    /// What is there is not what was seen.
    pub(super) fn precondition() -> Self {
        let title = "This is not what you saw: look at it again and repeat the change.";
        Self::of("precondition-failed", 412, title, Reason::ChangedMeanwhile)
    }

    /// Another record is there under this name.
    pub(super) fn differs(members: Vec<FieldFault>) -> Self {
        let title = "Another record is there under this name.";
        Self { errors: members, ..Self::of("differs", 409, title, Reason::ChangedMeanwhile) }
    }

    /// The `Idempotency-Key` cannot be read.
    pub(super) fn key() -> Self {
        let title = "An Idempotency-Key is one text of 1 to 255 visible ASCII characters.";
        Self::of("malformed-key", 400, title, Reason::ParameterMalformed)
    }

    /// An `Idempotency-Key` where it would not count.
    pub(super) fn key_not_taken() -> Self {
        let title = "This operation takes no Idempotency-Key.";
        Self::of("key-not-taken", 400, title, Reason::ParameterMalformed)
    }

    /// Something else was asked for under the `Idempotency-Key`.
    pub(super) fn key_reused() -> Self {
        let title = "Something else was asked for under this Idempotency-Key: choose another.";
        Self::of("key-reused", 422, title, Reason::ParameterMalformed)
    }

    /// The name is taken.
    pub(super) fn taken(detail: impl Into<String>) -> Self {
        let title = "The name is taken.";
        Self::of("taken", 409, title, Reason::ChangedMeanwhile).because(detail)
    }

    /// There is no such record.
    pub(super) fn missing(detail: impl Into<String>) -> Self {
        Self::of("not-found", 404, "There is no such record.", Reason::NotFound).because(detail)
    }

    /// A rule stands against it.
    pub(super) fn impossible(detail: impl Into<String>) -> Self {
        let title = "A rule stands against it.";
        Self::of("not-possible", 422, title, Reason::ParameterMalformed).because(detail)
    }

    /// Too much of it in too short a time.
    pub(super) fn wait(wait: Ttl) -> Self {
        let title = "Too many of these within the hour. Wait as long as Retry-After says.";
        let problem = Self::of("too-many", 429, title, Reason::TooManyAttempts);
        Self { retry_after: Some(wait), ..problem }
    }

    fn because(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same after a change with `If-Match`: a conflict is a condition that failed.
    pub(super) fn conditionally(self, is_conditional: bool) -> Self {
        if is_conditional && self.slug == CHANGED { Self::precondition() } else { self }
    }

    /// As the server's own failure is told.
    fn failed(reason: Reason) -> Self {
        let row = reason.row();
        Self::of(row.slug, row.status, row.text, reason)
    }

    /// Answers with it.
    pub(super) fn answer(self, visit: Visit<'_>, issuer: &str) -> Response {
        let mut body = json!({
            "type": type_of(issuer, self.slug),
            "title": self.title,
            "status": self.status,
            "request_id": visit.id.as_str(),
        });
        if let Value::Object(members) = &mut body {
            if !self.detail.is_empty() {
                members.insert("detail".to_owned(), self.detail.into());
            }
            if !self.errors.is_empty() {
                let shown =
                    |one: &FieldFault| json!({"pointer": one.pointer, "detail": one.detail});
                members.insert("errors".to_owned(), self.errors.iter().map(shown).collect());
            }
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, wait.as_seconds().into());
        }
        dress(&mut response);
        visit.end(response, Err(self.reason))
    }
}

const CHANGED: &str = "changed-meanwhile";

/// A refusal of the gate's kind: before the operation was begun.
pub(super) fn refuse(
    entry: &ServiceEntry,
    visit: Visit<'_>,
    refusal: &Refusal,
    allow: &str,
    issuer: &str,
) -> Response {
    let scope = refusal.about.as_deref().filter(|_| refusal.reason == Reason::ScopeInsufficient);
    let table = &entry.service.dialect.resource.refusals;
    let reply = table.write(refusal, &visit.around(scope, allow));
    let row = refusal.reason.row();
    let mut body = json!({
        "type": type_of(issuer, row.slug),
        "title": row.text,
        "status": reply.status,
        "request_id": visit.id.as_str(),
    });
    if let (Some(scope), Value::Object(members)) = (scope, &mut body) {
        members.insert("detail".to_owned(), format!("the scope {scope} is missing").into());
    }
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().extend(reply.headers);
    dress(&mut response);
    visit.end(response, Err(refusal.reason))
}

fn type_of(issuer: &str, slug: &str) -> String {
    format!("{issuer}/admin/v1/problems/{}", slug.replace('_', "-"))
}

fn dress(response: &mut Response) {
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/problem+json");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let plain = HeaderName::from_static("x-content-type-options");
    headers.insert(plain, HeaderValue::from_static("nosniff"));
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        let told = error.to_string();
        match error {
            ChangeError::Missing { .. } => Self::missing(told),
            ChangeError::Wrong(_) | ChangeError::Full { .. } => Self::impossible(told),
            ChangeError::Taken(_) => Self::taken(told),
            ChangeError::NotPermitted | ChangeError::SignInAgain => {
                let title = "Only the vendor's own staff may do this, in the portal or at the \
                             command line.";
                Self::of("not-permitted", 403, title, Reason::NotPermitted)
            }
            ChangeError::ChangedMeanwhile => {
                let title = "Somebody changed this in the meantime: repeat the change.";
                Self::of(CHANGED, 409, title, Reason::ChangedMeanwhile)
            }
            ChangeError::Store(error) => Stop::Failed(error).into(),
        }
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        let refusal = stop.into_refusals().into_iter().next();
        Self::failed(refusal.map_or(Reason::ServerError, |refusal| refusal.reason))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::failed(refusal.reason)
    }
}
