//! `portreeve dialect check FILE…`.

use std::process::ExitCode;

use clap::Args;
use portreeve_server::config::fault::ConfigFault;
use serde::Serialize;

use crate::say::note;
use crate::verb::Context;
use crate::verb::check::FaultShown;
use crate::verb::dialect::cases;
use crate::verb::dialect::source::find;

/// Arguments of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Files, or names of dialects; of acme.toml the cases in acme/cases are read as well
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    dialects: Vec<DialectChecked>,
    faults: Vec<FaultShown>,
}

/// A dialect whose file is right.
#[derive(Serialize)]
struct DialectChecked {
    file: String,
    name: String,
    /// How many cases it has.
    cases: usize,
    /// How many of them could be compared without a server.
    compared: usize,
}

pub(super) fn run(asked: &Check, context: &Context) -> anyhow::Result<ExitCode> {
    let (mut dialects, mut faults) = (Vec::new(), Vec::new());
    for file in &asked.files {
        dialects.extend(check(file, context, &mut faults)?);
    }
    let ok = faults.is_empty();
    let words = dialects.iter().map(words).collect::<Vec<_>>().join("\n");
    let code = if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if context.voice.json {
        let faults = faults.iter().map(FaultShown::from).collect();
        context.voice.show(&Checked { ok, dialects, faults }, String::new)?;
        return Ok(code);
    }
    faults.iter().for_each(|fault| note(&fault.to_string()));
    if ok {
        crate::say::print(&words)?;
    }
    Ok(code)
}

fn check(
    file: &str,
    context: &Context,
    faults: &mut Vec<ConfigFault>,
) -> anyhow::Result<Option<DialectChecked>> {
    let source = match find(file, context) {
        Ok(source) => source,
        // A file that is no text is a fault like others.
        Err(error) => match error.downcast::<ConfigFault>() {
            Ok(fault) => {
                faults.push(fault);
                return Ok(None);
            }
            Err(error) => return Err(error),
        },
    };
    let dialect = match source.compiled() {
        Ok(dialect) => dialect,
        Err(fault) => {
            faults.push(fault);
            return Ok(None);
        }
    };
    let outcome = source.file.as_deref().map(|file| cases::check(file, &dialect)).transpose()?;
    let outcome = outcome.unwrap_or_default();
    faults.extend(outcome.faults);
    let (cases, compared) = (outcome.read, outcome.compared);
    Ok(Some(DialectChecked { file: source.place(), name: dialect.name, cases, compared }))
}

fn words(checked: &DialectChecked) -> String {
    let DialectChecked { file, cases, compared, .. } = checked;
    match cases {
        0 => format!("{file} is right. It has no cases."),
        1 => format!(
            "{file} is right. It has 1 case; {compared} could be compared without a server."
        ),
        _ => format!(
            "{file} is right. It has {cases} cases; {compared} could be compared without a server."
        ),
    }
}
