//! `portreeve dialect …`: for whoever writes the file of a vendor's dialect.

mod answer;
mod attempt;
mod cases;
mod check;
mod conditions;
mod draft;
mod list;
mod new;
mod plain;
mod sample;
mod show;
mod source;
mod tried;

use std::process::ExitCode;

use clap::Subcommand;

use crate::verb::Context;

/// What about dialects.
#[derive(Subcommand, Debug)]
pub(crate) enum DialectVerb {
    /// List the built-in dialects and those of the configuration's folder
    List,
    /// Print a dialect's file; with --json, what was made of it
    Show(show::Show),
    /// Say whether files are right, and whether their cases are answered as they say
    Check(check::Check),
    /// Show what would be read from a request and what would be answered
    Try(attempt::Try),
    /// Write a commented file to begin with, and a first case
    New(new::New),
    /// List every refusal: the conditions that a dialect's rows may name
    Conditions,
}

pub(super) fn run(asked: &DialectVerb, context: &Context) -> anyhow::Result<ExitCode> {
    match asked {
        DialectVerb::List => return list::run(context),
        DialectVerb::Show(asked) => show::run(asked, context)?,
        DialectVerb::Check(asked) => return check::run(asked, context),
        DialectVerb::Try(asked) => attempt::run(asked, context)?,
        DialectVerb::New(asked) => new::run(asked, context)?,
        DialectVerb::Conditions => conditions::run(context)?,
    }
    Ok(ExitCode::SUCCESS)
}
