//! A dialect's file as text: where its rows stand, and how to begin another from it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The line, from 1, of the row with this number, from 0, in a list of tables such as
/// `["resource", "refusal"]`.
pub fn line_of_row(text: &str, list: &[&str], number: usize) -> Option<usize> {
    let file = DeTable::parse(text).ok()?;
    let (last, sections) = list.split_last()?;
    let section = table(file.get_ref(), sections)?;
    let row = section.get(*last)?.get_ref().as_array()?.get(number)?;
    let before = text.get(..row.span().start)?;
    Some(1 + before.bytes().filter(|byte| *byte == b'\n').count())
}

/// A file that says the same under another name and title. Its paths begin with the
/// name, since every path belongs to one dialect. `None` when the text is no TOML or has
/// no name.
///
/// `name` and `title` must need no escaping in TOML.
pub fn copied(text: &str, name: &str, title: &str) -> Option<String> {
    let parsed = DeTable::parse(text).ok()?;
    let file = parsed.get_ref();
    let mut changes = vec![(file.get("name")?.span(), format!("\"{name}\""))];
    changes.extend(file.get("title").map(|it| (it.span(), format!("\"{title}\""))));
    for path in paths(file) {
        let below = format!("\"/{name}{}\"", path.get_ref().as_str()?);
        changes.push((path.span(), below));
    }
    changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut copy = text.to_owned();
    for (span, new) in changes {
        copy = replaced(&copy, &span, &new)?;
    }
    Some(copy)
}

/// Every path that a file names.
fn paths<'f, 't>(file: &'f DeTable<'t>) -> Vec<&'f Spanned<DeValue<'t>>> {
    let token = table(file, &["endpoint", "token"]);
    let own = token.and_then(|token| token.get("path"));
    let aliases = token.and_then(|token| token.get("aliases"));
    let aliases = aliases.and_then(|aliases| aliases.get_ref().as_array());
    let grants = token.and_then(|token| token.get("grant"));
    let entries = table(file, &["connector"]).and_then(|connector| connector.get("entry"));
    let rows = [grants, entries].into_iter().flatten();
    let rows = rows.filter_map(|rows| rows.get_ref().as_array()).flat_map(|rows| rows.iter());
    let of_rows = rows.filter_map(|row| row.get_ref().as_table()?.get("path"));
    let aliases = aliases.into_iter().flat_map(|aliases| aliases.iter());
    own.into_iter().chain(aliases).chain(of_rows).collect()
}

fn table<'f, 't>(file: &'f DeTable<'t>, sections: &[&str]) -> Option<&'f DeTable<'t>> {
    sections.iter().try_fold(file, |table, name| table.get(*name)?.get_ref().as_table())
}

fn replaced(text: &str, span: &Range<usize>, new: &str) -> Option<String> {
    Some(format!("{}{new}{}", text.get(..span.start)?, text.get(span.end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::builtin;
    use crate::dialect::compile::compile;

    #[test]
    fn rows_have_lines() {
        let text = "a = 1\n\n[[refusal]]\non = 1\n\n# x\n[[refusal]] # y\n[b]\n[[b.c]]\n";
        assert_eq!(line_of_row(text, &["refusal"], 0), Some(3));
        assert_eq!(line_of_row(text, &["refusal"], 1), Some(7));
        assert_eq!(line_of_row(text, &["b", "c"], 0), Some(9));
        for (list, number) in [(&["refusal"][..], 2), (&["x"], 0), (&["a", "x"], 0), (&[], 0)] {
            assert_eq!(line_of_row(text, list, number), None, "{list:?}");
        }
        assert_eq!(line_of_row("=", &["refusal"], 0), None);
    }

    #[test]
    fn a_copy_is_a_dialect_of_its_own() {
        for (name, text) in builtin::FILES {
            let (of, copy) = (compile(text).unwrap(), copied(text, "acme", "Acme").unwrap());
            let copy = compile(&copy).unwrap_or_else(|error| panic!("{name}: {error}\n{copy}"));
            assert_eq!((copy.name.as_str(), copy.title.as_str()), ("acme", "Acme"));
            let below = |path: &String| format!("/acme{path}");
            let paths: Vec<String> = of.token.paths.iter().map(below).collect();
            assert_eq!(copy.token.paths, paths);
            let entries = |dialect: &crate::dialect::Dialect| {
                let entries = dialect.connector.iter().flat_map(|connector| &connector.entries);
                entries.map(|entry| entry.path.clone()).collect::<Vec<_>>()
            };
            let below: Vec<String> = entries(&of).iter().map(below).collect();
            assert_eq!(entries(&copy), below, "{name}");
        }
        assert_eq!(copied("title = \"x\"", "acme", "Acme"), None);
        assert_eq!(copied("=", "acme", "Acme"), None);
    }
}
