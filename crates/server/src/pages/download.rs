//! Tables to take away: CSV (RFC 4180) and JSON lines.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};

/// A cell of a table.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// A number.
    Count(u64),
}

/// A table as CSV, in a file of this name.
pub(super) fn csv(
    name: &str,
    head: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Response {
    let mut text = String::new();
    row(&mut text, head.iter().map(|cell| Cell::Text((*cell).to_owned())));
    for cells in rows {
        row(&mut text, cells);
    }
    file(&format!("{name}.csv"), "text/csv; charset=utf-8", text)
}

/// A file that a browser keeps and does not show.
pub(super) fn file(name: &str, kind: &'static str, text: impl Into<Body>) -> Response {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let kept = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.extend(kept.ok().map(|kept| (header::CONTENT_DISPOSITION, kept)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let nothing = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
    response
}

/// One row, with its line end.
pub(super) fn row(text: &mut String, cells: impl IntoIterator<Item = Cell>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        match cell {
            Cell::Count(count) => text.push_str(&count.to_string()),
            Cell::Text(cell) => quoted(text, &cell),
        }
    }
    text.push_str("\r\n");
}

/// Spreadsheets take what begins so for a formula: an apostrophe tells them it is none.
fn quoted(text: &mut String, cell: &str) {
    text.push('"');
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        let mut text = String::new();
        let cell = |text: &str| Cell::Text(text.to_owned());
        row(
            &mut text,
            [cell("a \"b\", c"), Cell::Count(7), cell("=1+1"), cell("-x"), cell("a\nb")],
        );
        assert_eq!(text, "\"a \"\"b\"\", c\",7,\"'=1+1\",\"'-x\",\"a\nb\"\r\n");
    }

    #[test]
    fn a_files_name_is_plain() {
        let response = file("a\"b\r\nc.csv", "text/csv; charset=utf-8", "x");
        let name = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(name, "attachment; filename=\"a-b--c.csv\"");
    }
}
