//! The project's Rust files, and which of their lines are tests.

use std::sync::LazyLock;

use crate::mask;
use crate::tree;

/// One Rust file.
pub(crate) struct Source {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// As it stands.
    pub(crate) text: String,
    /// Without comments and the insides of strings, line for line.
    pub(crate) code: String,
    /// Whether line n (from 0) is compiled for tests only.
    tests: Vec<bool>,
}

impl Source {
    /// Lines of code with their numbers (the first is 1), tests included.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(number, line)| (number + 1, line))
    }

    /// Lines of code that a release build has.
    pub(crate) fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(number, _)| !self.tests.get(number - 1).copied().unwrap_or(false))
    }

    /// The first folder or file below `crates/<name>/src`, without its ending.
    pub(crate) fn room(&self) -> Option<&str> {
        let below = self.path.split_once("/src/")?.1;
        let first = below.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    fn new(path: String, text: String, is_test: bool) -> Self {
        let code = mask::code(&text);
        let mut tests = vec![is_test; code.lines().count()];
        for (first, last) in test_spans(&code) {
            tests[first..=last].fill(true);
        }
        Self { path, text, code, tests }
    }
}

/// Every Rust file of the project.
pub(crate) fn all() -> &'static [Source] {
    static ALL: LazyLock<Vec<Source>> = LazyLock::new(read_all);
    &ALL
}

/// Every Rust file below a folder, such as `crates/core/src`.
pub(crate) fn below(folder: &str) -> impl Iterator<Item = &'static Source> {
    let prefix = format!("{folder}/");
    all().iter().filter(move |source| source.path.starts_with(&prefix))
}

fn read_all() -> Vec<Source> {
    let paths = tree::files().into_iter().filter(|path| path.ends_with(".rs"));
    let texts: Vec<_> = paths.map(|path| (tree::text(&path), path)).collect();
    let declared: Vec<_> = texts.iter().flat_map(|(text, path)| test_modules(path, text)).collect();
    let is_declared = |path: &str| {
        declared.iter().filter_map(|module| path.strip_prefix(module.as_str())).any(is_end_or_below)
    };
    let read = |(text, path): (String, String)| {
        let is_test = is_test_by_name(&path) || is_declared(&path);
        Source::new(path, text, is_test)
    };
    texts.into_iter().map(read).collect()
}

fn is_end_or_below(rest: &str) -> bool {
    rest == ".rs" || rest.starts_with('/')
}

/// Tests, measuring programs, and what exists for them only. (`conformance` is the
/// suite that other crates' tests may call, so it is no `cfg(test)`.)
fn is_test_by_name(path: &str) -> bool {
    const FOLDERS: &[&str] =
        &["tests", "examples", "benches", "conformance", "bench", "fuzz", "house"];
    path.ends_with("_tests.rs")
        || path.split('/').any(|part| FOLDERS.contains(&part.strip_suffix(".rs").unwrap_or(part)))
}

/// Paths, without `.rs`, of the modules that `#[cfg(test)] mod name;` declares here.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let code = mask::code(text);
    let lines: Vec<&str> = code.lines().collect();
    let declaration = |(first, last): (usize, usize)| {
        let name = lines[first..=last].join(" ");
        let name = name.rsplit_once("mod ")?.1.trim().strip_suffix(';')?.to_owned();
        Some(format!("{}/{name}", children_of(path)))
    };
    test_spans(&code).into_iter().filter_map(declaration).collect()
}

/// Where the submodules of a file stand.
fn children_of(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder,
        _ => path.strip_suffix(".rs").unwrap_or(path),
    }
}

/// First and last line (from 0) of every item under a `#[cfg(test)]`.
fn test_spans(code: &str) -> Vec<(usize, usize)> {
    let line_of = |at: usize| code[..at].matches('\n').count();
    let spans = ["#[cfg(test)]", "#[cfg(all(test,", "#[cfg(any(test,"].iter().flat_map(|marker| {
        code.match_indices(marker).map(|(at, _)| (line_of(at), line_of(end_of_item(code, at))))
    });
    spans.collect()
}

/// Where the item that begins here ends: at its `;`, or at the brace that closes it.
fn end_of_item(code: &str, start: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[start..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(c, ';' | '}') {
            return start + at;
        }
    }
    code.len()
}

#[test]
fn test_lines_are_told_from_shipped_ones() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { {} }\n}\nfn c() {}\n";
    let source = Source::new("crates/x/src/a.rs".to_owned(), text.to_owned(), false);
    let shipped: Vec<usize> = source.shipped_lines().map(|(number, _)| number).collect();
    assert_eq!(shipped, [1, 6]);
    assert_eq!(source.room(), Some("a"));
}

#[test]
fn test_modules_are_found() {
    let text = "#[cfg(test)]\nmod sample;\nmod real;\n";
    assert_eq!(test_modules("crates/x/src/room/mod.rs", text), ["crates/x/src/room/sample"]);
    assert_eq!(test_modules("crates/x/src/room.rs", text), ["crates/x/src/room/sample"]);
    assert!(is_test_by_name("crates/x/src/room/tests/late.rs"));
    assert!(is_test_by_name("crates/x/src/room/tests.rs"));
    assert!(!is_test_by_name("crates/x/src/latest.rs"));
}
