//! `portreeve organization services`: what a contract opens.

use clap::Args;
use portreeve_core::org::organization::Organization;
use portreeve_server::flow::organizations;

use crate::installed::{ACTOR, Installed};
use crate::verb::Context;
use crate::verb::organization::say;

/// Arguments of `organization services`.
#[derive(Args, Debug)]
pub(crate) struct Services {
    /// Your id for it, or ours
    organization_id: String,
    #[command(flatten)]
    change: Change,
}

/// Which services are open from now on.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct Change {
    /// These and no others, by their names, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Those that are open to the organization above; at the top, all
    #[arg(long)]
    as_parent: bool,
    /// None
    #[arg(long)]
    none: bool,
}

pub(super) async fn run(
    installed: &Installed,
    asked: Services,
    context: &Context,
) -> anyhow::Result<()> {
    let env = &installed.env;
    let one = organizations::find(env, &asked.organization_id).await?;
    let Change { only, as_parent, none } = asked.change;
    let one = match (only.is_empty(), as_parent, none) {
        (true, false, false) => one,
        (is_empty, ..) => {
            let services = Some(only).filter(|_| !is_empty || none);
            let version = Some(one.version);
            let opening = organizations::open_services(env, &one.id, services, version, &ACTOR);
            installed.change(opening).await?
        }
    };
    say(&one, &format!("has open: {}", told(&one)), context)
}

/// What a contract opens, in words.
pub(super) fn told(one: &Organization) -> String {
    match (one.services.as_deref(), &one.parent) {
        (None, Some(_)) => "as the organization above".to_owned(),
        (None, None) => "all services".to_owned(),
        (Some([]), _) => "none".to_owned(),
        (Some(names), _) => names.join(", "),
    }
}
