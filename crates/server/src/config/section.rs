//! A table of the file, read key by key. Every mistake is noted and the reading goes
//! on, so that one look shows all of them; keys that nobody asked for are mistakes.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use portreeve_core::time::Ttl;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::fault::{ConfigFault, Faults, Lines};

/// A table, or the place where one could stand.
pub(super) struct Section<'t, 'f> {
    /// What its keys are called by: empty for the top of the file, else `limits.`.
    called: String,
    table: Option<&'t DeTable<'t>>,
    line: Option<usize>,
    known: Vec<&'static str>,
    faults: &'f mut Faults<'t>,
}

/// A key and its value, each with its place.
type Entry<'t> = (&'t Spanned<Cow<'t, str>>, &'t Spanned<DeValue<'t>>);

/// Reads the whole file, beginning at the top.
pub(super) fn read_file<'t, T>(
    table: &'t DeTable<'t>,
    faults: &mut Faults<'t>,
    read: impl FnOnce(&mut Section<'t, '_>) -> T,
) -> T {
    Section { called: String::new(), table: Some(table), line: None, known: Vec::new(), faults }
        .finish(read)
}

impl<'t> Section<'t, '_> {
    /// True when the file does not have this section.
    pub(super) const fn is_absent(&self) -> bool {
        self.table.is_none()
    }

    /// True when the section has the key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The lines of everything in it.
    pub(super) fn lines(&self) -> Lines {
        let line = |key: &Spanned<_>| self.faults.line_at(key.span().start);
        let keys = self.table.into_iter().flatten();
        Lines {
            header: self.line,
            keys: keys.map(|(key, _)| (key.get_ref().to_string(), line(key))).collect(),
        }
    }

    /// Notes a mistake at this key, or at the section's head when it is not there.
    pub(super) fn fault(&mut self, key: &str, message: &str) {
        let at = self.entry(key).map(|(key, _)| self.faults.line_at(key.span().start));
        let message = format!("{}{key}: {message}", self.called);
        self.faults.note(at.or(self.line), message);
    }

    /// Notes that a text is missing; `example` is the remedy.
    pub(super) fn missing(&mut self, key: &str, example: &str) {
        let message = format!("{}{key} is missing; write {key} = {example:?}", self.called);
        self.faults.note(self.line, message);
    }

    /// The file in which it stands.
    pub(super) const fn file(&self) -> &'t Path {
        self.faults.file()
    }

    /// Notes a mistake that is found later, or in another file.
    pub(super) fn add(&mut self, fault: ConfigFault) {
        self.faults.add(fault);
    }

    /// Notes a mistake of the section as a whole.
    pub(super) fn fault_of_all(&mut self, message: &str) {
        let message = format!("{}: {message}", self.called.trim_end_matches('.'));
        self.faults.note(self.line, message);
    }

    /// The text at `key`, read by `read`; `None` if it is absent or a mistake.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.value(key, |value| match value.as_str() {
            Some(text) => read(text),
            None => Err(format!("expected a text in quotation marks, found {}", shown(value))),
        })
    }

    /// As [`Section::text`], but its absence is a mistake; `example` is the remedy.
    pub(super) fn required_text<T>(
        &mut self,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.text(key, read)
    }

    /// The duration at `key`, within `range`; `default` if it is absent or a mistake.
    pub(super) fn duration(
        &mut self,
        key: &'static str,
        default: Ttl,
        range: &RangeInclusive<Ttl>,
    ) -> Ttl {
        let read = self.value(key, |value| {
            let example =
                || format!("expected a duration such as \"{default}\", found {}", shown(value));
            let text = value.as_str().ok_or_else(example)?;
            let found: Ttl = text.parse().map_err(|error| format!("{error}"))?;
            let (from, to) = (range.start(), range.end());
            let outside = || format!("expected a duration from {from} to {to}, found \"{found}\"");
            if range.contains(&found) { Ok(found) } else { Err(outside()) }
        });
        read.unwrap_or(default)
    }

    /// The number at `key`, within `range`; `default` if it is absent or a mistake.
    pub(super) fn count(
        &mut self,
        key: &'static str,
        default: u32,
        range: &RangeInclusive<u32>,
    ) -> u32 {
        let read = self.value(key, |value| {
            let number = value.as_integer().filter(|number| number.radix() == 10);
            let number = number.and_then(|number| number.as_str().parse().ok());
            let (from, to, found) = (range.start(), range.end(), shown(value));
            number.filter(|number| range.contains(number)).ok_or_else(|| {
                format!("expected a whole number from {from} to {to}, found {found}")
            })
        });
        read.unwrap_or(default)
    }

    /// The word `true` or `false` at `key`; `default` if it is absent or a mistake.
    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let read = self.value(key, |value| match value {
            DeValue::Boolean(word) => Ok(*word),
            other => Err(format!("expected true or false, found {}", shown(other))),
        });
        read.unwrap_or(default)
    }

    /// The texts of the list at `key`, each read by `read`, without the mistakes;
    /// `example` is one of them.
    pub(super) fn texts<T>(
        &mut self,
        key: &'static str,
        example: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        self.known.push(key);
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let expected =
            |value| format!("expected a list such as [{example:?}], found {}", shown(value));
        let Some(items) = value.get_ref().as_array() else {
            self.fault(key, &expected(value.get_ref()));
            return Vec::new();
        };
        let mut whole = Vec::new();
        for item in items {
            let value = item.get_ref();
            let found = value.as_str().map_or_else(
                || Err(format!("expected texts such as {example:?}, found {}", shown(value))),
                &read,
            );
            match found {
                Ok(one) => whole.push(one),
                Err(message) => {
                    let line = self.faults.line_at(item.span().start);
                    self.faults.note(Some(line), format!("{}{key}: {message}", self.called));
                }
            }
        }
        whole
    }

    /// Reads the table at `key`, or what stands for an absent one.
    pub(super) fn section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'t, '_>) -> T,
    ) -> T {
        self.known.push(key);
        let found = self.entry(key);
        let table = found.and_then(|(_, value)| value.get_ref().as_table());
        let is_wrong = found.is_some() && table.is_none();
        if is_wrong {
            self.fault(
                key,
                &format!(
                    "expected a table: a section [{}{key}], or {{ … }} on one line",
                    self.called
                ),
            );
        }
        let line = found.map(|(key, _)| self.faults.line_at(key.span().start));
        let called = format!("{}{key}.", self.called);
        let kept = self.faults.len();
        let inner = Section { called, table, line, known: Vec::new(), faults: self.faults };
        let read = inner.finish(read);
        if is_wrong {
            self.faults.truncate(kept);
        }
        read
    }

    /// Reads every table of the list `[[key]]`, in order; those that are whole.
    pub(super) fn sections<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Section<'t, '_>) -> Option<T>,
    ) -> Vec<T> {
        self.known.push(key);
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let items = || value.get_ref().as_array().into_iter().flatten();
        let is_table = |item: &Spanned<DeValue<'_>>| item.get_ref().is_table();
        if items().next().is_none() || !items().all(is_table) {
            self.fault(key, &format!("expected sections [[{key}]], with two brackets"));
            return Vec::new();
        }
        let mut whole = Vec::new();
        for item in items() {
            let line = Some(self.faults.line_at(item.span().start));
            let called = format!("{key}.");
            let table = item.get_ref().as_table();
            let inner = Section { called, table, line, known: Vec::new(), faults: self.faults };
            whole.extend(inner.finish(&mut read));
        }
        whole
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&DeValue<'t>) -> Result<T, String>,
    ) -> Option<T> {
        self.known.push(key);
        let (_, value) = self.entry(key)?;
        read(value.get_ref()).map_err(|message| self.fault(key, &message)).ok()
    }

    fn entry(&self, key: &str) -> Option<Entry<'t>> {
        self.table?.iter().find(|(name, _)| name.get_ref() == key)
    }

    /// Reads, then notes every key that was not asked for.
    fn finish<T>(mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let read = read(&mut self);
        let known = self.known.join(", ");
        for (key, _) in self.table.into_iter().flatten() {
            if !self.known.contains(&&**key.get_ref()) {
                let line = self.faults.line_at(key.span().start);
                let name: String = key.get_ref().escape_debug().take(40).collect();
                let message =
                    format!("{}{name}: there is no such key; known are {known}", self.called);
                self.faults.note(Some(line), message);
            }
        }
        read
    }
}

/// Reads the path of a file or folder; a relative one is so to `folder`.
pub(super) fn path_in(folder: &Path) -> impl FnOnce(&str) -> Result<PathBuf, String> {
    move |text| match text {
        "" => Err("expected a path, found an empty text".to_owned()),
        text => Ok(folder.join(text)),
    }
}

/// A value as a message shows it, shortened. Texts are not shown here: whoever
/// reads one knows whether it may be.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) => number.to_string(),
        DeValue::Boolean(word) => word.to_string(),
        DeValue::String(_) => "a text".to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a section".to_owned(),
    }
}
