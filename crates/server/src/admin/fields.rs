//! The members of a body, read one by one. Every mistake is noted and the reading goes
//! on, so that one answer tells all of them; members that nobody asked for are mistakes.

use portreeve_core::time::Timestamp;
use serde_json::{Map, Value};

use crate::admin::moment;
use crate::admin::problem::{FieldFault, Problem};

/// The members of an object.
pub(super) struct Fields {
    /// Where the object stands: empty for the whole body.
    at: String,
    members: Map<String, Value>,
    known: Vec<&'static str>,
    faults: Vec<FieldFault>,
}

impl Fields {
    /// Those of a body.
    pub(super) const fn new(members: Map<String, Value>) -> Self {
        Self { at: String::new(), members, known: Vec::new(), faults: Vec::new() }
    }

    /// Notes a mistake at a member.
    pub(super) fn fault(&mut self, name: &str, detail: impl Into<String>) {
        let pointer = format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1"));
        self.faults.push(FieldFault { pointer, detail: detail.into() });
    }

    /// The value of a member, null as well; `None` when it is absent.
    pub(super) fn value(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.members.get(name).cloned()
    }

    /// Notes that a member is missing.
    fn required<T>(&mut self, name: &'static str, found: Option<T>) -> Option<T> {
        if found.is_none() && !self.members.contains_key(name) {
            self.fault(name, "this member is missing");
        }
        found
    }

    /// A text.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(text),
            other => {
                self.fault(name, format!("expected a text, found {}", kind(&other)));
                None
            }
        }
    }

    /// A text that must be there.
    pub(super) fn required_text(&mut self, name: &'static str) -> Option<String> {
        let found = self.text(name);
        self.required(name, found)
    }

    /// A text, or null: `Some(None)`.
    pub(super) fn text_or_null(&mut self, name: &'static str) -> Option<Option<String>> {
        match self.members.get(name) {
            Some(Value::Null) => {
                self.known.push(name);
                Some(None)
            }
            _ => self.text(name).map(Some),
        }
    }

    /// True or false.
    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(flag) => Some(flag),
            other => {
                self.fault(name, format!("expected true or false, found {}", kind(&other)));
                None
            }
        }
    }

    /// A whole number of these, or null: `Some(None)`.
    pub(super) fn count_or_null(
        &mut self,
        name: &'static str,
        (least, most): (u32, u32),
    ) -> Option<Option<u32>> {
        match self.value(name)? {
            Value::Null => Some(None),
            value => {
                let whole = value.as_u64().and_then(|whole| u32::try_from(whole).ok());
                let found = whole.filter(|whole| (least..=most).contains(whole));
                if found.is_none() {
                    let expected = format!("expected a whole number from {least} to {most}");
                    self.fault(name, expected);
                }
                found.map(Some)
            }
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        match self.value(name)? {
            Value::Array(items) => {
                let before = self.faults.len();
                let mut texts = Vec::with_capacity(items.len());
                for (at, item) in items.into_iter().enumerate() {
                    match item {
                        Value::String(text) => texts.push(text),
                        other => {
                            let detail = format!("expected a text, found {}", kind(&other));
                            self.fault_in(name, at, detail);
                        }
                    }
                }
                (self.faults.len() == before).then_some(texts)
            }
            other => {
                self.fault(name, format!("expected a list of texts, found {}", kind(&other)));
                None
            }
        }
    }

    /// A list of texts, or null: `Some(None)`.
    pub(super) fn texts_or_null(&mut self, name: &'static str) -> Option<Option<Vec<String>>> {
        match self.members.get(name) {
            Some(Value::Null) => {
                self.known.push(name);
                Some(None)
            }
            _ => self.texts(name).map(Some),
        }
    }

    /// A list, each item read by `read`; every mistake is noted at its item.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let texts = self.texts(name)?;
        let before = self.faults.len();
        let mut items = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            match read(text) {
                Ok(item) => items.push(item),
                Err(detail) => self.fault_in(name, at, detail),
            }
        }
        (self.faults.len() == before).then_some(items)
    }

    /// A time, or null: `Some(None)`.
    pub(super) fn moment_or_null(&mut self, name: &'static str) -> Option<Option<Timestamp>> {
        let text = match self.text_or_null(name)? {
            None => return Some(None),
            Some(text) => text,
        };
        let found = moment::read(&text);
        if found.is_none() {
            self.fault(name, moment::EXPECTED);
        }
        found.map(Some)
    }

    /// An object, read by `read`.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        match self.value(name) {
            Some(Value::Object(members)) => {
                let at = format!("{}/{name}", self.at);
                let mut inner = Self { at, ..Self::new(members) };
                let found = read(&mut inner);
                inner.note_unknown();
                self.faults.append(&mut inner.faults);
                found
            }
            Some(other) => {
                self.fault(name, format!("expected an object, found {}", kind(&other)));
                None
            }
            None => {
                self.fault(name, "this member is missing");
                None
            }
        }
    }

    /// True when no member was sent at all.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Every mistake, and every member that nobody asked for.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        self.note_unknown();
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::fields(self.faults)) }
    }

    fn note_unknown(&mut self) {
        let names: Vec<String> = self.members.keys().cloned().collect();
        let known = self.known.join(", ");
        for name in names {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            let shown: String = name.chars().take(60).collect();
            self.fault(&shown, format!("there is no such member; known are {known}"));
        }
    }

    fn fault_in(&mut self, name: &str, at: usize, detail: String) {
        let pointer = format!("{}/{name}/{at}", self.at);
        self.faults.push(FieldFault { pointer, detail });
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
