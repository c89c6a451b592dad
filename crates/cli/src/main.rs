//! The portreeve program: the server, its demo, and the administrator's command line.
//!
//! One file per group of verbs, in [`verb`]. A verb reads its arguments, calls the same
//! flow as the portal and the admin API, and prints what came of it.

mod demo;
mod installed;
mod logging;
mod say;
mod serving;
mod show;
mod stop;
mod table;
mod verb;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::verb::Cli;

// Many small allocations from two threads and more: measurably faster than the
// system's allocator on the token path.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Usage errors end here, with exit code 2.
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        // Whoever reads our output has seen enough.
        Err(error) if say::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed as well; there is nobody left to tell then.
            let _ = writeln!(std::io::stderr(), "portreeve: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes, as far as they say something new.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

/// How long a thread may take to end what it is at.
const LAST_WORK: Duration = Duration::from_secs(2);

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(verb::run(cli));
    // Everything that was acknowledged is on the disk. A thread that still computes is
    // waited for: the crypto library must not be taken down beneath it.
    runtime.shutdown_timeout(LAST_WORK);
    done
}
