//! A table as text: aligned for a terminal, or Markdown.

/// Rows under a head. The first column is words, the others are figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row; it has as many cells as the head.
    pub(crate) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// The whole table, with a line end after each row.
    pub(crate) fn text(&self, markdown: bool) -> String {
        let rows = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                rows().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        let mut lines: Vec<String> = rows().map(|row| line(row, &widths, markdown)).collect();
        if markdown {
            let rest = "---:|".repeat(self.head.len().saturating_sub(1));
            lines.insert(1, format!("|---|{rest}"));
        }
        lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

fn line(row: &[String], widths: &[usize], markdown: bool) -> String {
    let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
        0 => format!("{cell:<width$}"),
        _ => format!("{cell:>width$}"),
    });
    let cells: Vec<String> = cells.collect();
    if markdown { format!("| {} |", cells.join(" | ")) } else { cells.join("  ") }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&["what", "µs"]);
        table.push(vec!["a token".to_owned(), "18.0".to_owned()]);
        assert_eq!(table.text(false), "what       µs\na token  18.0\n");
        assert_eq!(table.text(true), "| what    |   µs |\n|---|---:|\n| a token | 18.0 |\n");
    }
}
