//! What must be mended in a form: a sentence per field, and sometimes what to write.

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages) struct Fault {
    /// The id of the field.
    pub(in crate::pages) field: &'static str,
    /// The sentence.
    pub(in crate::pages) text: String,
    /// What would be right, as a machine reads it: it ends the sentence.
    pub(in crate::pages) right: Option<String>,
}

/// Everything to mend in a form, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Faults(Vec<Fault>);

impl Faults {
    /// One more.
    pub(in crate::pages) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push(Fault { field, text: text.into(), right: None });
    }

    /// One more, that ends with what to write.
    pub(in crate::pages) fn add_with(&mut self, field: &'static str, text: String, right: String) {
        self.0.push(Fault { field, text, right: Some(right) });
    }

    /// Those of one field.
    pub(in crate::pages) fn of(&self, field: &str) -> Vec<&Fault> {
        self.0.iter().filter(|fault| fault.field == field).collect()
    }

    /// True when the field has one.
    pub(in crate::pages) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|fault| fault.field == field)
    }

    /// True when nothing must be mended.
    pub(in crate::pages) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub(in crate::pages) fn all(&self) -> &[Fault] {
        &self.0
    }
}
