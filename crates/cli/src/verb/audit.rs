//! `portreeve audit …`: who changed what.

use clap::Subcommand;
use portreeve_core::audit::Fact;
use portreeve_server::flow::records;
use portreeve_store::contract::Page;
use serde::Serialize;

use crate::show::time;
use crate::table::Table;
use crate::verb::Context;

/// What about the register.
#[derive(Subcommand, Debug)]
pub(crate) enum AuditVerb {
    /// List changes, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        /// Only those before the change with this number
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
    },
}

#[derive(Serialize)]
struct FactShown {
    number: i64,
    at: String,
    actor: String,
    action: String,
    subject: String,
    organization: Option<String>,
    detail: String,
}

pub(super) async fn run(asked: AuditVerb, context: &Context) -> anyhow::Result<()> {
    let AuditVerb::List { limit, before } = asked;
    let installed = context.place.open().await?;
    let page = Page { after: before.map(|number| number.to_string()), limit };
    let facts = records::facts(&installed.env, &page).await?;
    let shown: Vec<FactShown> = facts.into_iter().map(FactShown::new).collect();
    context.voice.show(&shown, || table(&shown))
}

impl FactShown {
    fn new((number, fact): (i64, Fact)) -> Self {
        Self {
            number,
            at: time(fact.at),
            actor: fact.actor,
            action: fact.action,
            subject: fact.subject,
            organization: fact.organization.map(|id| id.to_string()),
            detail: fact.detail,
        }
    }
}

fn table(shown: &[FactShown]) -> String {
    let mut table = Table::new(&["NUMBER", "TIME", "ACTOR", "ACTION", "SUBJECT", "DETAIL"]);
    for one in shown {
        let number = one.number.to_string();
        table.row([&number, &one.at, &one.actor, &one.action, &one.subject, &one.detail]);
    }
    table.or("Nothing has been changed yet.")
}
