//! The dialects: where each comes from, what speaks it, and its file, read-only.

use askama::Template;
use portreeve_core::refusal::Reason;

use crate::catalog::DialectEntry;
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::operator::{Part, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/operator_dialects.html")]
struct Dialects {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "portal/operator_dialect.html")]
struct OneDialect {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    line: Line,
    text: String,
}

struct Line {
    name: String,
    title: String,
    file: Option<String>,
    is_served: bool,
    services: Vec<String>,
    endpoints: Vec<String>,
}

/// The list; with `?dialect=` one of them and its file.
///
/// # Errors
/// 403 for others, 404 for a dialect that is none.
pub async fn dialects(at: At) -> Shown {
    staff(&at)?;
    let frame = at.frame(Tab::Operator, None).await?;
    let (t, parts, known) = (at.texts(), parts(&at), &at.env.catalog.dialects);
    let asked = at.query("dialect");
    if asked.is_empty() {
        let lines = known.iter().map(|entry| line(&at, entry)).collect();
        return Ok(page(200, &Dialects { frame, t, parts, lines }));
    }
    let entry = known.iter().find(|entry| entry.dialect.name == asked);
    let entry = entry.ok_or(Reason::NotFound)?;
    let text = entry.origin.text.to_string();
    Ok(page(200, &OneDialect { frame, t, parts, line: line(&at, entry), text }))
}

fn line(at: &At, entry: &DialectEntry) -> Line {
    let dialect = &entry.dialect;
    let services = at.env.catalog.services.iter().map(|one| &one.service);
    let speak = services.filter(|one| one.dialect.name == dialect.name);
    let connector = dialect.connector.iter().flat_map(|connector| &connector.entries);
    let pages = connector.map(|entry| entry.path.to_string());
    Line {
        name: dialect.name.clone(),
        title: dialect.title.clone(),
        file: entry.origin.file.as_ref().map(|file| file.display().to_string()),
        is_served: entry.is_served(),
        services: speak.map(|one| one.title.clone()).collect(),
        endpoints: dialect.token.paths.iter().cloned().chain(pages).collect(),
    }
}
