//! `portreeve dialect show NAME`.

use std::io::{self, Write};

use clap::Args;

use crate::verb::Context;
use crate::verb::dialect::plain::Plain;
use crate::verb::dialect::source::find;

/// Arguments of `show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The name of a dialect, or a file
    name: String,
}

pub(super) fn run(asked: &Show, context: &Context) -> anyhow::Result<()> {
    let source = find(&asked.name, context)?;
    if context.voice.json {
        return context.voice.show(&Plain::from(&source.compiled()?), String::new);
    }
    // As it is, so that it can become a file again.
    let mut out = io::stdout().lock();
    out.write_all(source.text.as_bytes())?;
    out.flush()?;
    Ok(())
}
