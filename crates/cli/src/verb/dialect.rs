//! `portreeve dialect …`: what the writer of a dialect file may name.

use clap::Subcommand;
use portreeve_core::refusal::{Row, TABLE};
use serde::Serialize;

use crate::table::Table;
use crate::verb::Context;

/// What about dialects.
#[derive(Subcommand, Debug)]
pub(crate) enum DialectVerb {
    /// List every refusal: the conditions that a dialect's rows may name
    Conditions,
}

#[derive(Serialize)]
struct ConditionShown {
    slug: &'static str,
    error: &'static str,
    status: u16,
    text: &'static str,
}

pub(super) fn run(asked: &DialectVerb, context: &Context) -> anyhow::Result<()> {
    match asked {
        DialectVerb::Conditions => {
            let shown: Vec<ConditionShown> = TABLE.iter().map(ConditionShown::from).collect();
            context.voice.show(&shown, || table(&shown))
        }
    }
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
