//! `portreeve apply`: makes what a file declares, and prints the difference first.

mod secrets;

use std::io::{BufRead, IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use portreeve_core::state;
use portreeve_core::state::declared::{Declared, Fault};
use portreeve_core::state::difference::difference;
use portreeve_core::state::step::Step;
use portreeve_server::flow::administration::apply;
use serde::Serialize;

use crate::installed::{ACTOR, Installed};
use crate::say::{note, print};
use crate::verb::Context;
use crate::verb::apply::secrets::Secrets;

/// Arguments of `apply`.
#[derive(Args, Debug)]
pub(crate) struct Apply {
    /// The file with its sections organization, user and client
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Also delete clients, and end memberships, of the organizations that the file names
    /// when it does not name them
    #[arg(long)]
    prune: bool,
    /// Print the difference and change nothing; ends with 2 when there is one
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Where the secrets of new clients are written; only you can read the file
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// Print the secrets of new clients
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Serialize)]
struct Told {
    changes: Vec<String>,
    made: usize,
}

/// What `--dry-run` ends with when there is a difference.
const DIFFERS: u8 = 2;

pub(super) async fn run(asked: Apply, context: &Context) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(&asked.file)
        .with_context(|| format!("{} cannot be read", asked.file.display()))?;
    let declared = state::read(&text).map_err(|faults| listed(&asked.file, &faults))?;
    let installed = context.place.open().await?;
    let steps = steps(&installed, declared, &asked).await?;
    if asked.dry_run || steps.is_empty() {
        tell(&steps, 0, context)?;
        let ends = if steps.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) };
        return Ok(ends);
    }
    if !context.voice.json {
        tell(&steps, 0, context)?;
    }
    if !asked.yes && !is_wanted(steps.len())? {
        note("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    let mut secrets = secrets(&steps, &asked)?;
    for (made, step) in steps.iter().enumerate() {
        let taken = installed.change(apply::take(&installed.env, step, &ACTOR)).await;
        let taken = taken.with_context(|| {
            format!("{step}\nit failed after {made} of {} changes were made", steps.len())
        })?;
        if let Some((client_id, secret)) = taken {
            secrets.keep(client_id.as_str(), secret.expose())?;
        }
    }
    match context.voice.json {
        true => tell(&steps, steps.len(), context)?,
        false => print(&counted(steps.len(), "was made.", "were made."))?,
    }
    secrets.tell()?;
    Ok(ExitCode::SUCCESS)
}

async fn steps(
    installed: &Installed,
    declared: Declared,
    asked: &Apply,
) -> anyhow::Result<Vec<Step>> {
    let env = &installed.env;
    let told = |faults: Vec<Fault>| listed(&asked.file, &faults);
    let declared = apply::settled(env, declared).map_err(told)?;
    let existing = apply::existing(env, &declared, asked.prune).await?;
    difference(&declared, &existing, asked.prune).map_err(told)
}

fn secrets(steps: &[Step], asked: &Apply) -> anyhow::Result<Secrets> {
    let is_needed = steps.iter().any(Step::makes_secret);
    if is_needed && asked.secrets.is_none() && !asked.show_secrets {
        bail!(
            "new clients get secrets that are shown once: say where they go with --secrets FILE, \
             or print them with --show-secrets; nothing was changed"
        );
    }
    Secrets::open(asked.secrets.as_deref().filter(|_| is_needed), asked.show_secrets)
}

fn tell(steps: &[Step], made: usize, context: &Context) -> anyhow::Result<()> {
    let changes: Vec<String> = steps.iter().map(ToString::to_string).collect();
    let words = match changes.is_empty() {
        true => "Nothing to change.".to_owned(),
        false => changes.join("\n"),
    };
    context.voice.show(&Told { changes, made }, || words)
}

/// Asks whoever sits there.
fn is_wanted(changes: usize) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("nobody can be asked here: say --yes to make these changes, or --dry-run");
    }
    note(&format!("Apply {}? [y/N]", counted(changes, "", "").trim()));
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn counted(changes: usize, one: &str, more: &str) -> String {
    match changes {
        1 => format!("1 change {one}"),
        more_than_one => format!("{more_than_one} changes {more}"),
    }
}

fn listed(file: &Path, faults: &[Fault]) -> anyhow::Error {
    let told = |fault: &Fault| format!("{}:{}: {}", file.display(), fault.line, fault.message);
    let lines: Vec<String> = faults.iter().map(told).collect();
    anyhow!("the state is not right\n{}", lines.join("\n"))
}
