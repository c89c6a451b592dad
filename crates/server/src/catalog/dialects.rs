//! The dialects: those that Portreeve brings along and those of the operator's folder.

use std::path::PathBuf;
use std::sync::Arc;

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::builtin;
use portreeve_core::dialect::compile::compile;
use toml::de::{DeTable, DeValue};

use crate::catalog::Origin;
use crate::config::Config;
use crate::config::fault::ConfigFault;
use crate::config::folder::toml_files;
use crate::config::service::OWN_SEGMENTS;

/// The dialect that always answers.
const STANDARD: &str = "standard";

/// A dialect file, compiled.
struct Source {
    dialect: Arc<Dialect>,
    file: PathBuf,
    text: String,
    is_builtin: bool,
}

/// Compiles all of them: those that are whole and go together, and where each stood.
pub(super) fn read(
    config: &Config,
    faults: &mut Vec<ConfigFault>,
) -> (Vec<Arc<Dialect>>, Vec<Origin>) {
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
        check_paths(config, source, earlier, faults);
    }
    sources.into_iter().map(Source::apart).unzip()
}

/// True for a dialect that Portreeve brings along, the standard excepted: it answers
/// only where a service speaks it, so that its paths are free otherwise.
pub(super) fn comes_along(dialect: &Dialect) -> bool {
    let mut names = builtin::FILES.iter().map(|(name, _)| *name);
    dialect.name != STANDARD && names.any(|name| name == dialect.name)
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

/// Every path belongs to one dialect, and Portreeve's own to none of the folder's. A
/// dialect that came along and that no service speaks has none.
fn check_paths(
    config: &Config,
    source: &Source,
    earlier: &[Source],
    faults: &mut Vec<ConfigFault>,
) {
    let is_served = |source: &&Source| {
        let mut services = config.services.iter();
        let is_spoken = services.any(|service| service.dialect == source.dialect.name);
        is_spoken || !source.is_builtin || source.dialect.name == STANDARD
    };
    for path in source.paths().filter(|_| is_served(&source)) {
        let mut served = earlier.iter().filter(is_served);
        if let Some(other) = served.find(|other| other.paths().any(|theirs| path.meets(&theirs))) {
            let message = format!(
                "{}: \"{}\" is already a path of {}; choose another",
                path.key,
                path.text,
                other.file.display()
            );
            faults.push(source.fault_at_path(path, message));
        } else if !source.is_builtin && is_own(path.text, path.ignore_case) {
            let message = format!(
                "{}: \"{}\" lies within Portreeve's own paths; choose another, such as \"/oauth/token\"",
                path.key, path.text
            );
            faults.push(source.fault_at_path(path, message));
        }
    }
}

/// A path at which a dialect answers.
#[derive(Clone, Copy)]
struct Taken<'d> {
    key: &'static str,
    text: &'d str,
    ignore_case: bool,
}

impl Taken<'_> {
    /// True when some spelling of the path would reach both.
    fn meets(&self, other: &Self) -> bool {
        is_same(self.text, other.text, self.ignore_case || other.ignore_case)
    }
}

fn is_own(path: &str, ignore_case: bool) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    OWN_SEGMENTS.iter().any(|own| is_same(first, own, ignore_case))
}

fn is_same(one: &str, two: &str, ignore_case: bool) -> bool {
    one == two || (ignore_case && one.eq_ignore_ascii_case(two))
}

impl Source {
    fn apart(self) -> (Arc<Dialect>, Origin) {
        let file = Some(self.file).filter(|_| !self.is_builtin);
        (self.dialect, Origin { file, text: self.text.into() })
    }

    /// Every path at which it answers.
    fn paths(&self) -> impl Iterator<Item = Taken<'_>> {
        let token = &self.dialect.token;
        let own = token.paths.iter().enumerate().map(|(at, text)| Taken {
            key: if at == 0 { "path" } else { "aliases" },
            text,
            ignore_case: token.ignore_case,
        });
        let connector = self.dialect.connector.iter();
        let entries = connector.flat_map(|connector| &connector.entries);
        own.chain(entries.map(|entry| Taken { key: "path", text: &entry.path, ignore_case: false }))
    }

    /// A mistake at the line where this path is written.
    fn fault_at_path(&self, path: Taken<'_>, message: String) -> ConfigFault {
        let quoted = format!("\"{}\"", path.text);
        let written = |line: &str| match path.ignore_case {
            true => line.to_ascii_lowercase().contains(&quoted),
            false => line.contains(&quoted),
        };
        let line = self.text.lines().position(written).map(|line| line + 1);
        ConfigFault { file: self.file.clone(), line, message }
    }

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
