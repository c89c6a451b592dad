//! What stands behind the question mark. Every mistake is noted and the reading goes on;
//! parameters that nobody asked for are mistakes.

use portreeve_core::time::Timestamp;

use crate::admin::json::has_control;
use crate::admin::moment;
use crate::admin::problem::{FieldFault, Problem};

/// The most of a page.
pub(super) const LARGEST_PAGE: u32 = 200;

/// A page when nobody says how large.
const USUAL_PAGE: u32 = 50;

/// The longest value, in characters.
const LONGEST: usize = 1024;

/// The parameters.
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Vec<FieldFault>,
}

impl Query {
    /// Reads a query, still encoded.
    pub(super) fn read(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let pairs: Vec<(String, String)> = pairs.into_owned().collect();
        let mut read = Self { pairs: Vec::new(), known: Vec::new(), faults: Vec::new() };
        for (name, value) in pairs {
            let is_strange = has_control(&name) || has_control(&value);
            if is_strange || value.chars().count() > LONGEST {
                read.fault(&name, "expected at most 1024 characters and no control characters");
            } else if read.pairs.iter().any(|(other, _)| *other == name) {
                read.fault(&name, "this parameter stands twice");
            } else {
                read.pairs.push((name, value));
            }
        }
        read
    }

    /// Notes a mistake.
    pub(super) fn fault(&mut self, name: &str, detail: impl Into<String>) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        self.faults.push(FieldFault { pointer: format!("?{shown}"), detail: detail.into() });
    }

    /// A parameter; one that is empty is none.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let found = self.pairs.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    /// How many records a page has.
    pub(super) fn limit(&mut self) -> u32 {
        self.count("limit", LARGEST_PAGE).unwrap_or(USUAL_PAGE)
    }

    /// A whole number, from 1 on.
    pub(super) fn count(&mut self, name: &'static str, most: u32) -> Option<u32> {
        let text = self.text(name)?;
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let found = text.parse::<u32>().ok();
        let found = found.filter(|number| digits && (1..=most).contains(number));
        if found.is_none() {
            self.fault(name, format!("expected a whole number from 1 to {most}"));
        }
        found
    }

    /// What is looked for: at most 200 characters.
    pub(super) fn q(&mut self) -> String {
        let text = self.text("q").unwrap_or_default();
        if text.chars().count() > 200 {
            self.fault("q", "expected at most 200 characters");
        }
        text
    }

    /// A time.
    pub(super) fn moment(&mut self, name: &'static str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let found = moment::read(&text);
        if found.is_none() {
            self.fault(name, moment::EXPECTED);
        }
        found
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Every mistake, and every parameter that nobody asked for.
    pub(super) fn finish(&mut self) -> Result<(), Problem> {
        let names: Vec<String> = self.pairs.iter().map(|(name, _)| name.clone()).collect();
        let known = if self.known.is_empty() { "none".to_owned() } else { self.known.join(", ") };
        for name in names {
            if !self.known.contains(&name.as_str()) {
                self.fault(&name, format!("there is no such parameter; known are {known}"));
            }
        }
        match std::mem::take(&mut self.faults) {
            faults if faults.is_empty() => Ok(()),
            faults => Err(Problem::fields(faults)),
        }
    }

    /// The same query for the page after `next`, encoded.
    pub(super) fn after(&self, next: &str) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| name != "after");
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        for (name, value) in kept {
            encoded.append_pair(name, value);
        }
        encoded.append_pair("after", next).finish()
    }
}
