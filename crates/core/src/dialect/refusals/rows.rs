//! A table of refusals, looked at row by row, for whoever writes a dialect.

use crate::dialect::refusals::{RefusalTable, Row};
use crate::refusal::{Refusal, TABLE};

impl RefusalTable {
    /// The rows, in the order of the file.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The number of the row that answers a refusal, from 0.
    pub fn answering(&self, refusal: &Refusal) -> usize {
        self.row_number(refusal)
    }

    /// The conditions that the row with this number answers: each reason's slug, with
    /// the input that it must be about, if it must. A reason that an earlier row takes
    /// is not among them.
    pub fn answered_by(&self, row: usize) -> Vec<String> {
        let is_own = |number: &usize| *number == row;
        let plain = TABLE.iter().zip(&self.row_of).filter(|(_, number)| is_own(number));
        let plain = plain.map(|(reason, _)| reason.slug.to_owned());
        let about = self.qualified.iter().filter(|(_, _, number)| is_own(number));
        let about = about.map(|(reason, about, _)| format!("{}:{about}", reason.slug()));
        plain.chain(about).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::dialect::compile::compile;
    use crate::refusal::{Reason, Refusal, TABLE};

    #[test]
    fn every_reason_is_answered_by_one_row() {
        let text = include_str!("../../../dialects/dotypos/dialect.toml");
        let table = compile(text).unwrap().refusals;
        let mut all = Vec::new();
        for row in 0..table.rows().len() {
            all.extend(table.answered_by(row));
        }
        let plain = all.iter().filter(|slug| !slug.contains(':')).count();
        assert_eq!(plain, TABLE.len());
        assert!(table.answered_by(0).contains(&"parameter_missing:refresh_token".to_owned()));
        let missing = |about: &str| Refusal::about(Reason::ParameterMissing, about);
        assert_eq!(table.answering(&missing("refresh_token")), 0);
        assert_eq!(table.answering(&missing("organization")), 1);
    }
}
