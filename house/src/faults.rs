//! Where a rule is broken, gathered so that one run shows every place.

/// The places that break one rule.
#[derive(Default)]
pub(crate) struct Faults(Vec<String>);

impl Faults {
    /// A fault in a line (the first is 1) of a file.
    pub(crate) fn at(&mut self, path: &str, line: usize, what: &str) {
        self.0.push(format!("{path}:{line}: {what}"));
    }

    /// A fault of a whole file, or of something that is missing.
    pub(crate) fn about(&mut self, path: &str, what: &str) {
        self.0.push(format!("{path}: {what}"));
    }

    /// Fails the test when there are any, and says what to do.
    #[track_caller]
    pub(crate) fn none_or(self, remedy: &str) {
        assert!(self.0.is_empty(), "\n{}\n\nRemedy: {remedy}\n", self.0.join("\n"));
    }
}
