//! The register for other programs, as CSV and as JSON lines. It is read and sent piece
//! by piece, to its end, so that a long one costs no memory.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use portreeve_core::audit::Fact;
use serde::Serialize;

use crate::env::Env;
use crate::flow::register::{self, Asked};
use crate::pages::download::{self, Cell};
use crate::pages::portal::audit::Scope;
use crate::pages::portal::audit::lines::machine;
use crate::pages::portal::{At, Shown};

/// How many facts are read at a time.
const PIECE: u32 = 1_000;

/// An organization's, as CSV.
///
/// # Errors
/// As the page.
pub async fn export_csv(at: At) -> Shown {
    let scope = Scope::organization(&at).await?;
    Ok(scope.export(&at, Form::Csv))
}

/// An organization's, as JSON lines.
///
/// # Errors
/// As the page.
pub async fn export_lines(at: At) -> Shown {
    let scope = Scope::organization(&at).await?;
    Ok(scope.export(&at, Form::Lines))
}

/// Everything, as CSV.
///
/// # Errors
/// As the page.
pub async fn export_all_csv(at: At) -> Shown {
    Ok(Scope::everything(&at)?.export(&at, Form::Csv))
}

/// Everything, as JSON lines.
///
/// # Errors
/// As the page.
pub async fn export_all_lines(at: At) -> Shown {
    Ok(Scope::everything(&at)?.export(&at, Form::Lines))
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Lines,
}

/// What is still to be sent.
struct Rest {
    env: Arc<Env>,
    asked: Asked,
    form: Form,
    is_first: bool,
}

/// One line of a file.
#[derive(Serialize)]
struct Line<'a> {
    number: i64,
    at: String,
    actor: &'a str,
    action: &'a str,
    subject: &'a str,
    organization: Option<&'a str>,
    detail: &'a str,
}

impl Scope {
    fn export(self, at: &At, form: Form) -> axum::response::Response {
        let asked = Asked { below: None, ..self.asked(at) };
        let rest = Rest { env: Arc::clone(&at.env), asked, form, is_first: true };
        let pieces = stream::unfold(Some(rest), async |rest| {
            let mut rest = rest?;
            match rest.next().await {
                Ok((piece, true)) => Some((Ok(piece), Some(rest))),
                Ok((piece, false)) => Some((Ok(piece), None)),
                // A file that breaks off is told from a whole one by its missing end.
                Err(error) => Some((Err(std::io::Error::other(error)), None)),
            }
        });
        let body = Body::from_stream(Box::pin(pieces));
        let name = self.organization.as_ref().map_or("all", |(id, _)| id.as_str());
        match form {
            Form::Csv => {
                download::file(&format!("audit-{name}.csv"), "text/csv; charset=utf-8", body)
            }
            Form::Lines => {
                download::file(&format!("audit-{name}.jsonl"), "application/jsonl", body)
            }
        }
    }
}

impl Rest {
    /// The next piece, and whether more follows.
    async fn next(&mut self) -> Result<(Bytes, bool), crate::flow::change::ChangeError> {
        let facts = register::facts(&self.env, &self.asked, PIECE).await?;
        let mut text = String::new();
        if std::mem::take(&mut self.is_first) && matches!(self.form, Form::Csv) {
            let head = ["number", "at", "actor", "action", "subject", "organization", "detail"];
            download::row(&mut text, head.map(|cell| Cell::Text(cell.to_owned())));
        }
        for (number, fact) in &facts {
            self.write(&mut text, *number, fact);
        }
        self.asked.below = facts.last().map(|(number, _)| *number);
        let is_full = facts.len() == usize::try_from(PIECE).unwrap_or(usize::MAX);
        Ok((text.into(), is_full))
    }

    fn write(&self, text: &mut String, number: i64, fact: &Fact) {
        let line = Line {
            number,
            at: machine(fact.at),
            actor: &fact.actor,
            action: &fact.action,
            subject: &fact.subject,
            organization: fact.organization.as_ref().map(|id| id.as_str()),
            detail: &fact.detail,
        };
        match self.form {
            Form::Lines => {
                // Texts and numbers only: nothing that could fail.
                text.push_str(&serde_json::to_string(&line).unwrap_or_default());
                text.push('\n');
            }
            Form::Csv => {
                let organization = line.organization.unwrap_or_default().to_owned();
                let cells = [
                    Cell::Text(number.to_string()),
                    Cell::Text(line.at),
                    Cell::Text(fact.actor.clone()),
                    Cell::Text(fact.action.clone()),
                    Cell::Text(fact.subject.clone()),
                    Cell::Text(organization),
                    Cell::Text(fact.detail.clone()),
                ];
                download::row(text, cells);
            }
        }
    }
}
