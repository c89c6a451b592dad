//! The dialects: those that Portreeve brings along and those of the operator's folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::builtin;
use portreeve_core::dialect::compile::compile;
use toml::de::{DeTable, DeValue};

use crate::config::Config;
use crate::config::fault::ConfigFault;
use crate::config::service::OWN_SEGMENTS;

/// A dialect file, compiled.
struct Source {
    dialect: Arc<Dialect>,
    file: PathBuf,
    text: String,
    is_builtin: bool,
}

/// Compiles all of them; those that are whole and go together.
pub(super) fn read(config: &Config, faults: &mut Vec<ConfigFault>) -> Vec<Arc<Dialect>> {
    let mut sources: Vec<Source> = Vec::new();
    for (name, text) in builtin::FILES {
        let file = PathBuf::from(format!("built-in dialect {name}"));
        sources.extend(compiled(file, (*text).to_owned(), true, faults));
    }
    for file in files(config, faults) {
        match std::fs::read_to_string(&file) {
            Ok(text) => sources.extend(compiled(file, text, false, faults)),
            Err(error) => {
                let message = format!("the dialect cannot be read: {error}");
                faults.push(ConfigFault { file, line: None, message });
            }
        }
    }
    for (at, source) in sources.iter().enumerate() {
        let (earlier, _) = sources.split_at(at);
        check_name(source, earlier, faults);
        check_paths(source, earlier, faults);
    }
    sources.into_iter().map(|source| source.dialect).collect()
}

/// The files of the folder, by name.
fn files(config: &Config, faults: &mut Vec<ConfigFault>) -> Vec<PathBuf> {
    let Some(folder) = &config.dialects else { return Vec::new() };
    match toml_files(folder) {
        Ok(files) => files,
        Err(error) => {
            let message = format!(
                "dialects: the folder {} cannot be read: {error}; make it, or leave the key out",
                folder.display()
            );
            faults.push(config.fault(config.lines.of("dialects"), message));
            Vec::new()
        }
    }
}

fn toml_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn compiled(
    file: PathBuf,
    text: String,
    is_builtin: bool,
    faults: &mut Vec<ConfigFault>,
) -> Option<Source> {
    match compile(&text) {
        Ok(dialect) => Some(Source { dialect: Arc::new(dialect), file, text, is_builtin }),
        Err(error) => {
            faults.push(ConfigFault { file, line: Some(error.line), message: error.message });
            None
        }
    }
}

fn check_name(source: &Source, earlier: &[Source], faults: &mut Vec<ConfigFault>) {
    let name = &source.dialect.name;
    if let Some(other) = earlier.iter().find(|other| other.dialect.name == *name) {
        let message = format!(
            "name: \"{name}\" is already the name of {}; choose another",
            other.file.display()
        );
        faults.push(source.fault(&["name"], message));
    }
}

/// Every path belongs to one dialect, and Portreeve's own to none of the folder's.
fn check_paths(source: &Source, earlier: &[Source], faults: &mut Vec<ConfigFault>) {
    for (at, path) in source.dialect.token.paths.iter().enumerate() {
        let key = if at == 0 { "path" } else { "aliases" };
        let place = ["endpoint", "token", key];
        if let Some(other) = earlier.iter().find(|other| meets(source, path, other)) {
            let message = format!(
                "{key}: \"{path}\" is already a token endpoint of {}; choose another",
                other.file.display()
            );
            faults.push(source.fault(&place, message));
        } else if !source.is_builtin && is_own(path, source.dialect.token.ignore_case) {
            let message = format!(
                "{key}: \"{path}\" lies within Portreeve's own paths; choose another, such as \"/oauth/token\""
            );
            faults.push(source.fault(&place, message));
        }
    }
}

/// True when some spelling of the path would reach both dialects.
fn meets(source: &Source, path: &str, other: &Source) -> bool {
    let ignore_case = source.dialect.token.ignore_case || other.dialect.token.ignore_case;
    other.dialect.token.paths.iter().any(|theirs| is_same(path, theirs, ignore_case))
}

fn is_own(path: &str, ignore_case: bool) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    OWN_SEGMENTS.iter().any(|own| is_same(first, own, ignore_case))
}

fn is_same(one: &str, two: &str, ignore_case: bool) -> bool {
    one == two || (ignore_case && one.eq_ignore_ascii_case(two))
}

impl Source {
    /// A mistake at the line of this key.
    fn fault(&self, key: &[&str], message: String) -> ConfigFault {
        let line = line_of(&self.text, key);
        ConfigFault { file: self.file.clone(), line, message }
    }
}

/// The line of a key, from 1, named from the top of the file downwards.
fn line_of(text: &str, key: &[&str]) -> Option<usize> {
    let parsed = DeTable::parse(text).ok()?;
    let (last, sections) = key.split_last()?;
    let table = sections.iter().try_fold(parsed.get_ref(), |table, section| {
        table.get(*section).and_then(|value| DeValue::as_table(value.get_ref()))
    })?;
    let start = table.get(*last)?.span().start;
    Some(1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count())
}
