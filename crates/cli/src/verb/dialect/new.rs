//! `portreeve dialect new NAME`: a file to begin with, and a first case beside it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use portreeve_core::dialect::compile::compile;
use portreeve_core::dialect::file::copied;
use serde::Serialize;

use crate::verb::Context;
use crate::verb::dialect::draft;
use crate::verb::dialect::source::{find, known};

/// Arguments of `new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// What it is called: lower-case letters, digits and "-"
    name: String,
    /// Begin with a copy of this dialect instead of the skeleton
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// The folder to write into, such as the one that portreeve.toml names
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

#[derive(Serialize)]
struct Written {
    written: Vec<String>,
}

const SKELETON: &str = include_str!("skeleton.toml");

pub(super) fn run(asked: &New, context: &Context) -> anyhow::Result<()> {
    let name = asked.name.as_str();
    check_name(name, context)?;
    let text = text(asked, context)?;
    let dialect = compile(&text)?;
    let case = draft::case(&dialect)?;
    let file = asked.folder.join(format!("{name}.toml"));
    let cases = asked.folder.join(name).join("cases");
    let granted = cases.join("granted.http");
    if let Some(there) = [&file, &granted].into_iter().find(|file| file.exists()) {
        anyhow::bail!("{} is there already; choose another name, or move it away", there.display());
    }
    fs::create_dir_all(&cases).with_context(|| format!("{} cannot be made", cases.display()))?;
    for (file, text) in [(&file, &text), (&granted, &case)] {
        write_new(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let written = [&file, &granted].map(|file| file.display().to_string()).to_vec();
    context.voice.show(&Written { written }, || next_steps(&file, &granted))
}

fn check_name(name: &str, context: &Context) -> anyhow::Result<()> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let fits = (1..=40).contains(&name.len()) && name.bytes().all(allowed);
    anyhow::ensure!(fits, "a dialect's name has 1 to 40 lower-case letters, digits or \"-\"");
    let sources = known(context)?.sources;
    if let Some(source) = sources.iter().find(|source| source.is_named(name)) {
        anyhow::bail!("\"{name}\" is already the name of {}; choose another", source.place());
    }
    Ok(())
}

fn text(asked: &New, context: &Context) -> anyhow::Result<String> {
    let name = asked.name.as_str();
    let Some(from) = &asked.from else {
        return copied(SKELETON, name, name).context("the skeleton has no name");
    };
    let source = find(from, context)?;
    source.compiled()?;
    let copy = copied(&source.text, name, name).context("the dialect has no name")?;
    Ok(format!(
        "# Begun as a copy of {from}. Its paths begin with /{name}, so that both can be served.\n{copy}"
    ))
}

fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
}

fn next_steps(file: &Path, granted: &Path) -> String {
    let (file, granted) = (file.display(), granted.display());
    format!(
        "Written: {file} and {granted}.\n\n\
         Next: write the vendor's words into both, then\n\n  \
         portreeve dialect check {file}\n  \
         portreeve dialect try {file} --request {granted}\n\n\
         A server reads it from the folder that portreeve.toml names: dialects = \"…\""
    )
}
