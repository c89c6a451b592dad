//! The verbs of the command line: one file per group.

mod apply;
mod audit;
mod check;
mod client;
mod completions;
mod demo;
mod dialect;
mod explain;
mod init;
mod key;
mod organization;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::installed::Place;
use crate::say::Voice;

/// An authorization server and gate for companies that sell an HTTP API.
#[derive(Parser, Debug)]
#[command(name = "portreeve", version, about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    place: Place,
    /// Print one JSON value instead of words
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Try everything: a server, the APIs that it guards, clients and people
    Demo(demo::Demo),
    /// Run the server
    Serve(serve::Serve),
    /// Write a first configuration into a folder
    Init(init::Init),
    /// Say whether the configuration, dialects and OpenAPI documents are right
    Check,
    /// Make services, organizations, people and clients as a file declares them
    Apply(apply::Apply),
    /// Programs that ask for tokens
    #[command(subcommand)]
    Client(client::ClientVerb),
    /// Customers, and who belongs to them
    #[command(subcommand)]
    Organization(organization::OrganizationVerb),
    /// People
    #[command(subcommand)]
    User(user::UserVerb),
    /// Signing and sealing keys
    #[command(subcommand)]
    Key(key::KeyVerb),
    /// The register of changes
    #[command(subcommand)]
    Audit(audit::AuditVerb),
    /// Say why a request was refused, and what would make it work
    Explain(explain::Explain),
    /// How the vendors' requests and replies look
    #[command(subcommand)]
    Dialect(dialect::DialectVerb),
    /// Print completions for a shell
    Completions(completions::Completions),
}

/// What every verb is told beside its own arguments.
pub(crate) struct Context {
    /// Which installation.
    pub(crate) place: Place,
    /// How to print.
    pub(crate) voice: Voice,
}

/// Does what was asked.
///
/// # Errors
/// A sentence with the remedy; for a configuration one line per mistake.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let context = Context { place: cli.place, voice: Voice { json: cli.json } };
    match cli.verb {
        Verb::Demo(asked) => demo::run(asked, &context).await?,
        Verb::Serve(asked) => serve::run(asked, &context).await?,
        Verb::Init(asked) => init::run(&asked, &context)?,
        Verb::Check => return check::run(&context),
        Verb::Apply(asked) => return apply::run(asked, &context).await,
        Verb::Client(asked) => client::run(asked, &context).await?,
        Verb::Organization(asked) => organization::run(asked, &context).await?,
        Verb::User(asked) => user::run(asked, &context).await?,
        Verb::Key(asked) => key::run(asked, &context).await?,
        Verb::Audit(asked) => audit::run(asked, &context).await?,
        Verb::Explain(asked) => explain::run(&asked, &context).await?,
        Verb::Dialect(asked) => return dialect::run(&asked, &context),
        Verb::Completions(asked) => completions::run(&asked)?,
    }
    Ok(ExitCode::SUCCESS)
}
