//! The vendor's pages: a wrapper around each list, its numbers written as texts.

use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::{Deserialize, Serialize};

/// The most rows of one page.
const MOST: usize = 100;
/// How many there are on a page when nobody says.
const USUAL: usize = 20;

/// The query's words about pages.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    page: Option<String>,
    limit: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    current_page: String,
    per_page: String,
    total_items_on_page: String,
    total_items_count: String,
    first_page: String,
    last_page: String,
    next_page: Option<String>,
    prev_page: Option<String>,
    data: Vec<T>,
}

/// What is wrong with a request, all of it.
#[derive(Debug, Serialize)]
pub(super) struct Violations {
    violations: Vec<Violation>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Violation {
    #[serde(skip_serializing_if = "Option::is_none")]
    field_name: Option<&'static str>,
    message: String,
}

impl<T: Clone> Page<T> {
    /// The page that was asked for; one beyond the last is empty.
    ///
    /// # Errors
    /// [`Violations`] when a number is none, or out of its range.
    pub(super) fn of<'r>(
        rows: impl Iterator<Item = &'r T>,
        asked: Result<Query<Asked>, QueryRejection>,
    ) -> Result<Json<Self>, Violations>
    where
        T: 'r,
    {
        let (page, limit) = asked?.0.read()?;
        let rows: Vec<&T> = rows.collect();
        let last = rows.len().div_ceil(limit);
        let before = (page - 1).saturating_mul(limit);
        let data: Vec<T> = rows.iter().skip(before).take(limit).copied().cloned().collect();
        Ok(Json(Self {
            current_page: page.to_string(),
            per_page: limit.to_string(),
            total_items_on_page: data.len().to_string(),
            total_items_count: rows.len().to_string(),
            first_page: "1".to_owned(),
            last_page: last.to_string(),
            next_page: (page < last).then(|| (page + 1).to_string()),
            prev_page: (page > 1).then(|| (page - 1).to_string()),
            data,
        }))
    }
}

impl Asked {
    /// The page's number and its size.
    fn read(self) -> Result<(usize, usize), Violations> {
        let number = |text: Option<String>, usual: usize, most: usize| match text {
            None => Some(usual),
            Some(text) => text.parse().ok().filter(|n| (1..=most).contains(n)),
        };
        let page = number(self.page, 1, usize::MAX);
        let limit = number(self.limit, USUAL, MOST);
        match (page, limit) {
            (Some(page), Some(limit)) => Ok((page, limit)),
            (page, limit) => {
                let page = page.is_none().then(|| violation("page", "must be at least 1"));
                let limit = limit.is_none().then(|| violation("limit", "must be from 1 to 100"));
                Err(Violations { violations: page.into_iter().chain(limit).collect() })
            }
        }
    }
}

fn violation(field: &'static str, message: &str) -> Violation {
    Violation { field_name: Some(field), message: message.to_owned() }
}

impl From<QueryRejection> for Violations {
    fn from(rejection: QueryRejection) -> Self {
        let message = rejection.body_text();
        Self { violations: vec![Violation { field_name: None, message }] }
    }
}
