//! `portreeve dialect conditions`.

use portreeve_core::refusal::{Row, TABLE};
use serde::Serialize;

use crate::table::Table;
use crate::verb::Context;

#[derive(Serialize)]
struct ConditionShown {
    slug: &'static str,
    error: &'static str,
    status: u16,
    text: &'static str,
}

pub(super) fn run(context: &Context) -> anyhow::Result<()> {
    let shown: Vec<ConditionShown> = TABLE.iter().map(ConditionShown::from).collect();
    context.voice.show(&shown, || table(&shown))
}

impl From<&Row> for ConditionShown {
    fn from(row: &Row) -> Self {
        Self { slug: row.slug, error: row.code.as_str(), status: row.status, text: row.text }
    }
}

fn table(shown: &[ConditionShown]) -> String {
    let mut table = Table::new(&["CONDITION", "ERROR", "STATUS", "TEXT"]);
    for row in shown {
        table.row([row.slug, row.error, &row.status.to_string(), row.text]);
    }
    format!("{table}\nA row may also name an ERROR, which is all of its conditions, or \"any\".")
}
