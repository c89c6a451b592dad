//! `portreeve init DIR`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use portreeve_server::config::init_files;
use serde::Serialize;

use crate::verb::Context;

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// The folder; made if it is not there
    dir: PathBuf,
}

#[derive(Serialize)]
struct Written {
    written: Vec<String>,
}

pub(super) fn run(asked: &Init, context: &Context) -> anyhow::Result<()> {
    fs::create_dir_all(&asked.dir)
        .with_context(|| format!("{} cannot be made", asked.dir.display()))?;
    let files = init_files().map(|(name, text)| (asked.dir.join(name), text));
    if let Some((file, _)) = files.iter().find(|(file, _)| file.exists()) {
        anyhow::bail!(
            "{} is there already; choose another folder, or move it away",
            file.display()
        );
    }
    for (file, text) in &files {
        write_new(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let written = files.iter().map(|(file, _)| file.display().to_string()).collect();
    context.voice.show(&Written { written }, || next_steps(&asked.dir))
}

fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
}

fn next_steps(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "Written: {dir}/portreeve.toml and a small OpenAPI document to begin with.\n\n\
         Next: name your own API in it, then\n\n  \
         portreeve check --data {dir}\n  \
         portreeve serve --data {dir}"
    )
}
