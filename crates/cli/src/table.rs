//! Aligned columns for people.

use std::fmt;

/// A table with a head. Printed with two spaces between columns.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column heads and no row.
    pub(crate) fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(ToString::to_string).collect()] }
    }

    /// Adds a row: one text per column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// The table, or this sentence when it has no row.
    pub(crate) fn or(&self, nothing: &str) -> String {
        if self.rows.len() > 1 { self.to_string() } else { nothing.to_owned() }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let length =
            |row: &Vec<String>, at: usize| row.get(at).map_or(0, |cell| cell.chars().count());
        let widths: Vec<usize> = (0..columns)
            .map(|at| self.rows.iter().map(|row| length(row, at)).max().unwrap_or(0))
            .collect();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters() {
        let mut table = Table::new(&["NAME", "STATE"]);
        assert_eq!(table.or("none"), "none");
        table.row(["Åse's notebook", "active"]);
        table.row(["x", ""]);
        assert_eq!(table.or("none"), "NAME            STATE\nÅse's notebook  active\nx\n");
    }
}
