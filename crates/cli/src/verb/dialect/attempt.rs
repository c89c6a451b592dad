//! `portreeve dialect try FILE --request case.http`: what would be read from a request
//! and what would be answered. Nothing is asked of a server or a database, so what these
//! would find out is told by `--as`.

use std::path::PathBuf;

use clap::Args;
use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::case::{Case, RawRequest};
use portreeve_core::dialect::connector::{Asked, Connector, Entry, RedirectValues, Shown};
use portreeve_core::dialect::nearest;
use portreeve_core::refusal::{Reason, Refusal, TABLE};
use portreeve_core::time::Ttl;
use portreeve_core::token::request::TokenRequest;
use portreeve_server::config::fault::ConfigFault;

use crate::verb::Context;
use crate::verb::dialect::answer::{Door, is_too_large, refused, token_refusals, with_request_id};
use crate::verb::dialect::sample::{self, Tokens};
use crate::verb::dialect::source::{Source, bytes, find};
use crate::verb::dialect::tried::{Grant, Refused, Tried, Value};

/// Arguments of `try`.
#[derive(Args, Debug)]
pub(crate) struct Try {
    /// A dialect's file, or the name of one
    #[arg(value_name = "FILE")]
    dialect: String,
    /// A raw HTTP/1.1 request or a case; "-" for standard input
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// What a server finds out after reading: "granted", or a condition such as secret_wrong
    #[arg(long = "as", value_name = "OUTCOME", default_value = "granted")]
    outcome: String,
}

const GRANTED: &str = "Nothing is wrong with the request as such. If a server grants it, it answers so, with \
     other tokens and times:";
const NOT_REACHED: &str = "The request itself is refused, so what --as says is never found out.";
const STRIPPED: &str = "The API sees the query without the token.";
const GOES_ON: &str = "The call goes on to the API if the token and its rights are good. --as shows a refusal: \
     --as token_expired";
const DOCUMENT_FIRST: &str = "If the API's document has this operation, and it needs a token:";

/// A request, a dialect and where its rows stand.
struct Trial<'t> {
    source: &'t Source,
    dialect: &'t Dialect,
    request: &'t RawRequest,
    /// What is found out after reading.
    later: Option<Refusal>,
}

pub(super) fn run(asked: &Try, context: &Context) -> anyhow::Result<()> {
    let later = outcome(&asked.outcome)?;
    let source = find(&asked.dialect, context)?;
    let dialect = source.compiled()?;
    let case = Case::read(&bytes(&asked.request)?).map_err(|error| ConfigFault {
        file: asked.request.clone(),
        line: Some(error.line),
        message: error.message,
    })?;
    let request = &case.request;
    let trial = Trial { source: &source, dialect: &dialect, request, later };
    let tried = match Door::at(&dialect, request) {
        Door::Token => trial.token()?,
        Door::Entry(connector, entry) => trial.entry(connector, entry),
        Door::Call => trial.call(),
    };
    context.voice.show(&tried, || tried.words())
}

/// Reads `granted`, `secret_wrong` or `parameter_missing:scope`.
fn outcome(text: &str) -> anyhow::Result<Option<Refusal>> {
    if text == "granted" {
        return Ok(None);
    }
    let (slug, about) = text.split_once(':').unwrap_or((text, ""));
    let Some(reason) = Reason::from_slug(slug) else {
        let known = TABLE.iter().map(|row| row.slug).chain(["granted"]);
        let hint = nearest::hint(slug, known);
        anyhow::bail!(
            "--as: no such outcome{hint} (\"granted\", or one of portreeve dialect conditions)"
        );
    };
    let mut refusal = Refusal::from(reason);
    refusal.about = Some(about.into()).filter(|_| !about.is_empty());
    // A server says how long; here any wait will do.
    refusal.retry_after = (reason == Reason::TooManyAttempts).then_some(Ttl::from_seconds(30));
    Ok(Some(refusal))
}

impl Trial<'_> {
    fn token(self) -> anyhow::Result<Tried> {
        let (dialect, request) = (self.dialect, self.request);
        let mut tried = Tried::new(dialect, request, "token endpoint");
        let plain = request.plain();
        let asked = match is_too_large(request) {
            true => TokenRequest::default(),
            false => {
                let explained = dialect.token.explain(&plain);
                tried.values = explained.values.iter().map(Value::from).collect();
                tried.grant = explained.grant.and_then(|row| {
                    Grant::at(row, dialect.token.grants.get(row)?, &self.source.text)
                });
                dialect.token.read(&plain)
            }
        };
        let found = token_refusals(dialect, request);
        let later = self.later.map(|later| about(later, &asked));
        // A server looks no further when the request itself is refused.
        if later.is_some() && !found.is_empty() {
            tried.notes.push(NOT_REACHED.to_owned());
        }
        let all: Vec<Refusal> = if found.is_empty() { later.into_iter().collect() } else { found };
        if all.is_empty() {
            let granted = sample::granted(dialect, &asked, Tokens::of(dialect))?;
            tried.notes.push(GRANTED.to_owned());
            return Ok(tried.answered("granted", &with_request_id(granted)));
        }
        let table = &dialect.refusals;
        tried.refusals = Refused::list(&all, table, "refusal", &self.source.text);
        let refusal = table.pick(all);
        let reply = refused(table, &refusal, request, &dialect.token.allow);
        Ok(tried.answered(refusal.reason.slug(), &reply))
    }

    fn call(self) -> Tried {
        let side = &self.dialect.resource;
        let mut tried = Tried::new(
            self.dialect,
            self.request,
            "no endpoint of this dialect: a call to the API",
        );
        let call = self.request.plain();
        tried.values = side.explain(&call).iter().map(Value::from).collect();
        let found = side.token(call.headers, call.query).err();
        let Some(refusal) = found.or(self.later) else {
            if side.query_to_forward(call.query).as_deref() != call.query {
                tried.notes.push(STRIPPED.to_owned());
            }
            tried.notes.push(GOES_ON.to_owned());
            return tried;
        };
        tried.notes.push(DOCUMENT_FIRST.to_owned());
        let text = &self.source.text;
        let all = [refusal];
        tried.refusals = Refused::list(&all, &side.refusals, "resource.refusal", text);
        let [refusal] = &all;
        let reply = refused(&side.refusals, refusal, self.request, "");
        tried.answered(refusal.reason.slug(), &reply)
    }

    fn entry(self, connector: &Connector, entry: &Entry) -> Tried {
        let mut tried =
            Tried::new(self.dialect, self.request, "a way to the page that lets an application in");
        let read = connector.read(entry, &self.request.plain());
        let found = match &read {
            Ok(asked) => {
                tried.values = Value::of_entry(asked, entry);
                self.later.into_iter().collect()
            }
            Err(refusals) => refusals.clone(),
        };
        if let (Ok(asked), true) = (&read, found.is_empty()) {
            tried.notes.push(way_back(connector, asked));
            return tried;
        }
        tried.refusals = found.iter().map(Refused::bare).collect();
        let reason = connector.pick(found).reason;
        let text = connector.refusal_text(reason);
        tried.notes.push(format!("A page of Portreeve's says, and leads nowhere: {text}"));
        tried.answered = Some(reason.slug().to_owned());
        tried
    }
}

/// What a refusal is about where a server knows it from the request.
fn about(mut refusal: Refusal, asked: &TokenRequest<'_>) -> Refusal {
    let known = match refusal.reason {
        Reason::AudienceUnknown | Reason::AudienceNotAllowed => asked.audience.as_deref(),
        Reason::ScopeUnknown | Reason::ScopeNotAllowed => {
            asked.scope.as_deref().and_then(|scope| scope.split(' ').next())
        }
        _ => None,
    };
    refusal.about = refusal.about.or_else(|| known.map(Into::into));
    refusal
}

/// Where a person goes who grants what is asked.
fn way_back(connector: &Connector, asked: &Asked<'_>) -> String {
    let values = RedirectValues {
        refresh_token: "sample-of-a-refresh-token",
        organization: connector.chooses_organization.then_some("1"),
        state: asked.state.as_deref(),
        client_id: &asked.client_id,
    };
    let uri = connector.redirect_uri(&asked.redirect_uri, &values);
    let signed = match asked.shown {
        Shown::Secret(_) => "the secret is right",
        Shown::Signature { .. } => "the signature is right and of this moment",
    };
    format!(
        "If {signed} and the redirect URI is registered, a person signs in and decides, and whoever grants goes to: {uri}"
    )
}
