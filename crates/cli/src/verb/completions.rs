//! `portreeve completions SHELL`.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::say::print;
use crate::verb::Cli;

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// For which shell
    shell: Shell,
}

pub(super) fn run(asked: &Completions) -> anyhow::Result<()> {
    // Into memory first: the generator itself would panic on a closed pipe.
    let mut script = Vec::new();
    generate(asked.shell, &mut Cli::command(), "portreeve", &mut script);
    print(&String::from_utf8(script)?)
}
