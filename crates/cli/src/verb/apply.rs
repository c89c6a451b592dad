//! `portreeve apply`: makes what a file declares, and prints the difference first.

mod file;
mod secrets;
mod services;

use std::io::{BufRead, IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use portreeve_core::state;
use portreeve_core::state::declared::{Declared, Fault};
use portreeve_core::state::difference::difference;
use portreeve_core::state::step::Step;
use portreeve_server::catalog::Catalog;
use portreeve_server::flow::administration::apply;
use serde::Serialize;

use crate::installed::{ACTOR, Installed};
use crate::say::{note, print};
use crate::verb::Context;
use crate::verb::apply::secrets::Secrets;
use crate::verb::apply::services::Services;

/// Arguments of `apply`.
#[derive(Args, Debug)]
pub(crate) struct Apply {
    /// The file with its sections service, organization, user and client
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
    /// True when servers must be started again to serve what was made.
    restart: bool,
}

/// Everything that is to change, and what of it was made.
struct Changes {
    services: Services,
    steps: Vec<Step>,
    made: usize,
}

/// What `--dry-run` ends with when there is a difference.
const DIFFERS: u8 = 2;

pub(super) async fn run(asked: Apply, context: &Context) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(&asked.file)
        .with_context(|| format!("{} cannot be read", asked.file.display()))?;
    let mut declared = state::read(&text).map_err(|faults| listed(&asked.file, &faults))?;
    let services = std::mem::take(&mut declared.services);
    let services = services::compared(&asked.file, services, &context.place)?;
    let installed = context.place.open().await?;
    let catalog = services.catalog.as_ref().unwrap_or(&installed.env.catalog);
    let steps = steps(&installed, catalog, declared, &asked).await?;
    let changes = Changes { services, steps, made: 0 };
    if asked.dry_run || changes.count() == 0 {
        changes.tell(context)?;
        let is_so = changes.count() == 0;
        return Ok(if is_so { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) });
    }
    if !context.voice.json {
        changes.tell(context)?;
    }
    if !asked.yes && !is_wanted(&changes, context)? {
        note("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    make(changes, installed, &asked, context).await?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the changes and says so.
async fn make(
    mut changes: Changes,
    installed: Installed,
    asked: &Apply,
    context: &Context,
) -> anyhow::Result<()> {
    let mut secrets = secrets(&changes.steps, asked)?;
    let made = make_all(&mut changes, installed, &mut secrets, context).await;
    // What was written is there even if something failed after it, and no JSON says so then.
    if changes.is_restart() && (made.is_err() || !context.voice.json) {
        note("A server reads its services when it starts: restart those that run.");
    }
    secrets.tell();
    made.with_context(|| changes.until_it_failed())?;
    match context.voice.json {
        true => changes.tell(context),
        false => print(&counted(changes.count(), "was made.", "were made.")),
    }
}

async fn make_all(
    changes: &mut Changes,
    mut installed: Installed,
    secrets: &mut Secrets,
    context: &Context,
) -> anyhow::Result<()> {
    if !changes.services.files.is_empty() {
        file::write(&changes.services.files, &mut changes.made)?;
        // What follows may be about the services that are there only now.
        installed = context.place.open().await?;
    }
    for step in &changes.steps {
        let taken = installed.change(apply::take(&installed.env, step, &ACTOR)).await;
        let taken = taken.with_context(|| step.to_string())?;
        changes.made += 1;
        if let Some((client_id, secret)) = taken {
            secrets.keep(client_id.as_str(), secret.expose())?;
        }
    }
    Ok(())
}

async fn steps(
    installed: &Installed,
    catalog: &Catalog,
    declared: Declared,
    asked: &Apply,
) -> anyhow::Result<Vec<Step>> {
    let env = &installed.env;
    let told = |faults: Vec<Fault>| listed(&asked.file, &faults);
    let declared = apply::settled(catalog, declared).map_err(told)?;
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

impl Changes {
    fn count(&self) -> usize {
        self.services.steps.len() + self.steps.len()
    }

    fn is_restart(&self) -> bool {
        self.made > 0 && !self.services.files.is_empty()
    }

    fn until_it_failed(&self) -> String {
        let (made, of) = (self.made, self.count());
        // They come first.
        let files = match made.min(self.services.files.len()) {
            0 => String::new(),
            1 => ", 1 of them a service's file".to_owned(),
            files => format!(", {files} of them services' files"),
        };
        format!("it failed after {made} of {of} changes were made{files}")
    }

    fn lines(&self) -> Vec<String> {
        let services = self.services.steps.iter().map(ToString::to_string);
        services.chain(self.steps.iter().map(ToString::to_string)).collect()
    }

    fn tell(&self, context: &Context) -> anyhow::Result<()> {
        let changes = self.lines();
        let words = match changes.is_empty() {
            true => "Nothing to change.".to_owned(),
            false => changes.join("\n"),
        };
        let told = Told { changes, made: self.made, restart: self.is_restart() };
        context.voice.show(&told, || words)
    }
}

/// Asks whoever sits there, who has seen what it is about.
fn is_wanted(changes: &Changes, context: &Context) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("nobody can be asked here: say --yes to make these changes, or --dry-run");
    }
    if context.voice.json {
        note(&changes.lines().join("\n"));
    }
    note(&format!("Apply {}? [y/N]", counted(changes.count(), "", "").trim()));
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
    wrong(&faults.iter().map(told).collect::<Vec<_>>())
}

fn wrong(lines: &[String]) -> anyhow::Error {
    anyhow!("the state is not right\n{}", lines.join("\n"))
}
