//! Where dialects come from: this program, the folder that a configuration names, or a
//! file that is named itself.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::builtin;
use portreeve_core::dialect::compile::compile;
use portreeve_server::config::fault::ConfigFault;

use crate::verb::Context;

/// The largest file that is read: a dialect has a few kilobytes, and of a token request
/// a server reads 64.
const LARGEST: u64 = 1024 * 1024;

/// A dialect's text and where it is from.
pub(super) struct Source {
    /// The name, where it is known before the text is read.
    builtin: Option<&'static str>,
    /// The file; none for what is built in.
    pub(super) file: Option<PathBuf>,
    /// The file's text.
    pub(super) text: String,
}

/// What an installation, or this program alone, knows.
pub(super) struct Known {
    /// Every dialect.
    pub(super) sources: Vec<Source>,
    /// Each service's name and that of its dialect.
    pub(super) services: Vec<(String, String)>,
}

impl Source {
    /// Where it is from, for people.
    pub(super) fn place(&self) -> String {
        match (&self.file, self.builtin) {
            (Some(file), _) => file.display().to_string(),
            (None, name) => format!("built-in dialect {}", name.unwrap_or_default()),
        }
    }

    /// Checks the text.
    ///
    /// # Errors
    /// The first mistake, with file and line.
    pub(super) fn compiled(&self) -> Result<Dialect, ConfigFault> {
        compile(&self.text).map_err(|error| ConfigFault {
            file: self.place().into(),
            line: Some(error.line),
            message: error.message,
        })
    }

    /// True when this is its name. What cannot be compiled goes by its file's.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let stem = || self.file.as_deref().and_then(Path::file_stem);
        match (self.builtin, compile(&self.text)) {
            (Some(own), _) => own == name,
            (None, Ok(dialect)) => dialect.name == name,
            (None, Err(_)) => stem().is_some_and(|stem| stem == name),
        }
    }
}

/// The dialect that somebody named: a file if there is a slash or a `.toml` in it, or
/// else one that is known.
///
/// # Errors
/// When there is no such dialect, or it cannot be read.
pub(super) fn find(asked: &str, context: &Context) -> anyhow::Result<Source> {
    if asked.contains('/') || Path::new(asked).extension().is_some_and(|it| it == "toml") {
        return read(Path::new(asked));
    }
    let mut sources = known(context)?.sources;
    if let Some(at) = sources.iter().position(|source| source.is_named(asked)) {
        return Ok(sources.swap_remove(at));
    }
    let names: Vec<String> =
        sources.iter().filter_map(|source| Some(source.compiled().ok()?.name)).collect();
    anyhow::bail!(
        "there is no dialect \"{asked}\"; there are {}; a file is named by its path, such as \"./{asked}.toml\"",
        names.join(", ")
    )
}

/// Every dialect that is known here: the built-in ones and, if there is a configuration,
/// those of its folder.
///
/// # Errors
/// When the configuration, the folder or a file in it cannot be read.
pub(super) fn known(context: &Context) -> anyhow::Result<Known> {
    let own = |(name, text): &(&'static str, &str)| Source {
        builtin: Some(name),
        file: None,
        text: (*text).to_owned(),
    };
    let mut known =
        Known { sources: builtin::FILES.iter().map(own).collect(), services: Vec::new() };
    let place = &context.place;
    let is_meant = place.config.is_some() || place.data.is_some();
    if !is_meant && !place.file().exists() {
        return Ok(known);
    }
    let config = place.read()?;
    if let Some(folder) = &config.dialects {
        for file in files(folder, "toml")? {
            known.sources.push(read(&file)?);
        }
    }
    let services = config.services.into_iter();
    known.services = services.map(|service| (service.name, service.dialect)).collect();
    Ok(known)
}

/// The files of a folder whose names end so, by name.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn files(folder: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let told = || format!("{} cannot be read", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(told)? {
        let path = entry.with_context(told)?.path();
        if path.extension().is_some_and(|own| own == ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file's bytes, or those of standard input for `-`.
///
/// # Errors
/// When it cannot be read, or is larger than anything that is meant.
pub(super) fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_input = file == Path::new("-");
    let name = if is_input { "standard input".into() } else { file.display().to_string() };
    let told = || format!("{name} cannot be read");
    let from: Box<dyn Read> = match is_input {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(File::open(file).with_context(told)?),
    };
    from.take(LARGEST + 1).read_to_end(&mut bytes).with_context(told)?;
    let is_whole = u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST);
    anyhow::ensure!(
        is_whole,
        "{name} is larger than 1 MiB, which neither a dialect nor a request is"
    );
    Ok(bytes)
}

fn read(file: &Path) -> anyhow::Result<Source> {
    let text = String::from_utf8(bytes(file)?).map_err(|error| {
        let (end, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let line = 1 + bytes.iter().take(end).filter(|byte| **byte == b'\n').count();
        let message = "expected UTF-8 text".to_owned();
        ConfigFault { file: file.to_owned(), line: Some(line), message }
    })?;
    Ok(Source { builtin: None, file: Some(file.to_owned()), text })
}
