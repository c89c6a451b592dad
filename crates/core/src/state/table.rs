//! A table of a declared state, read key by key. Every mistake is noted with its line and
//! the reading goes on; keys that nobody asked for are mistakes.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::state::declared::Fault;

/// Where lines begin: to find the line of an offset.
pub(super) struct Text<'t>(pub(super) &'t str);

impl Text<'_> {
    /// The line of the character at this offset, from 1.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        1 + self.0.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }
}

/// A table that is being read.
pub(super) struct Table<'t, 'f> {
    /// What it is called in messages: `client`.
    called: &'static str,
    table: &'t DeTable<'t>,
    text: &'t Text<'t>,
    /// Where it begins.
    pub(super) line: usize,
    known: Vec<&'static str>,
    /// True when any key may stand there.
    is_open: bool,
    faults: &'f mut Vec<Fault>,
}

impl<'t, 'f> Table<'t, 'f> {
    pub(super) const fn new(
        called: &'static str,
        (table, line): (&'t DeTable<'t>, usize),
        text: &'t Text<'t>,
        faults: &'f mut Vec<Fault>,
    ) -> Self {
        Self { called, table, text, line, known: Vec::new(), is_open: false, faults }
    }

    /// Notes a mistake at a key, or where the table begins.
    pub(super) fn fault(&mut self, key: &str, message: &str) {
        let line = self.table.iter().find(|(name, _)| name.get_ref() == key);
        let line = line.map_or(self.line, |(name, _)| self.text.line_at(name.span().start));
        let called =
            if self.called.is_empty() { key.to_owned() } else { format!("{}.{key}", self.called) };
        self.faults.push(Fault::at(line, format!("{called}: {message}")));
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&DeValue<'t>) -> Result<T, String>,
    ) -> Option<T> {
        self.known.push(key);
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        read(value.get_ref()).map_err(|message| self.fault(key, &message)).ok()
    }

    /// True when the table has the key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// Every key with its value and line; none is unknown afterwards.
    pub(super) fn all(&mut self) -> impl Iterator<Item = (&'t str, &'t DeValue<'t>, usize)> {
        self.is_open = true;
        let (table, text) = (self.table, self.text);
        table
            .iter()
            .map(|(key, value)| (&**key.get_ref(), value.get_ref(), text.line_at(key.span().start)))
    }

    /// A text, read by `read`.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.value(key, |value| match value.as_str() {
            Some(text) => read(text),
            None => Err("expected a text in quotation marks".to_owned()),
        })
    }

    /// The same, which must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(key) {
            self.fault(key, "this key is missing");
        }
        self.text(key, read)
    }

    /// True or false.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.value(key, |value| match value {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => Err("expected true or false".to_owned()),
        })
    }

    /// A list of texts, each read by `read`.
    pub(super) fn texts<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        self.value(key, |value| {
            let expected = || "expected a list of texts in quotation marks".to_owned();
            let items = value.as_array().ok_or_else(expected)?;
            let one = |item: &Spanned<DeValue<'_>>| {
                item.get_ref().as_str().ok_or_else(expected).and_then(&read)
            };
            items.iter().map(one).collect()
        })
    }

    /// The tables of the list `[[key]]`, or of an inline one, each read by `read`.
    pub(super) fn tables<T>(
        &mut self,
        key: &'static str,
        called: &'static str,
        mut read: impl FnMut(&mut Table<'t, '_>) -> Option<T>,
    ) -> Vec<T> {
        self.known.push(key);
        let table = self.table;
        let Some((_, value)) = table.iter().find(|(name, _)| name.get_ref() == key) else {
            return Vec::new();
        };
        let list = value.get_ref().as_array();
        let items = list.into_iter().flatten();
        let tables: Vec<_> = items.map(|item| (item.get_ref().as_table(), item.span())).collect();
        if list.is_none() || tables.iter().any(|(table, _)| table.is_none()) {
            self.fault(key, &format!("expected sections [[{key}]], with two brackets"));
            return Vec::new();
        }
        let mut found = Vec::new();
        for (table, span) in tables {
            let Some(table) = table else { continue };
            let place = (table, self.text.line_at(span.start));
            let mut inner = Table::new(called, place, self.text, self.faults);
            let one = read(&mut inner);
            inner.finish();
            found.extend(one);
        }
        found
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        if self.is_open {
            return;
        }
        let known = self.known.join(", ");
        for (key, _) in self.table {
            if !self.known.contains(&&**key.get_ref()) {
                let line = self.text.line_at(key.span().start);
                let name: String = key.get_ref().escape_debug().take(40).collect();
                let message = format!("{name}: there is no such key; known are {known}");
                self.faults.push(Fault::at(line, message));
            }
        }
    }
}
