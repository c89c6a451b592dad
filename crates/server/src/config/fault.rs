//! What is wrong with a configuration, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// One mistake. Printed as `portreeve.toml:14: limits.drain: expected …`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigFault {
    /// The file, as it was named: the configuration, a dialect or an OpenAPI document.
    pub file: PathBuf,
    /// The line, from 1; none when something is missing from the file as a whole.
    pub line: Option<usize>,
    /// The key, what was expected there and what to do. Never holds a secret.
    pub message: String,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file.display(), self.message),
            None => write!(f, "{}: {}", self.file.display(), self.message),
        }
    }
}

impl std::error::Error for ConfigFault {}

/// Where the keys of a section stand, for what is found wrong later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    pub(super) header: Option<usize>,
    pub(super) keys: Vec<(String, usize)>,
}

impl Lines {
    /// The line of the key, or where its section begins.
    pub fn of(&self, key: &str) -> Option<usize> {
        let found = self.keys.iter().find(|(name, _)| name == key);
        found.map(|(_, line)| *line).or(self.header)
    }
}

/// The mistakes of one file, gathered while it is read.
#[derive(Debug)]
pub(super) struct Faults<'t> {
    file: &'t Path,
    text: &'t str,
    found: Vec<ConfigFault>,
}

impl<'t> Faults<'t> {
    /// None so far in this file with this text.
    pub(super) const fn new(file: &'t Path, text: &'t str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Notes one.
    pub(super) fn note(&mut self, line: Option<usize>, message: impl Into<String>) {
        self.found.push(ConfigFault { file: self.file.to_owned(), line, message: message.into() });
    }

    /// Notes where the text is no TOML.
    pub(super) fn note_broken(&mut self, errors: &[toml::de::Error]) {
        for error in errors {
            let line = error.span().map(|span| self.line_at(span.start));
            self.note(line, error.message().trim().replace('\n', "; "));
        }
    }

    /// Adds one of another file's.
    pub(super) fn add(&mut self, fault: ConfigFault) {
        self.found.push(fault);
    }

    /// Which file it is.
    pub(super) const fn file(&self) -> &'t Path {
        self.file
    }

    /// The line of the character at this offset, from 1.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.found.len()
    }

    /// Forgets all but the first `kept`.
    pub(super) fn truncate(&mut self, kept: usize) {
        self.found.truncate(kept);
    }

    /// All of them, by line.
    pub(super) fn into_sorted(mut self) -> Vec<ConfigFault> {
        self.found.sort();
        self.found
    }
}
