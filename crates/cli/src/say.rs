//! Standard output: words for people, or one JSON value for programs. Never a panic
//! when whoever reads it has gone.

use std::io::{self, ErrorKind, Write};

use serde::Serialize;

/// How a verb's outcome is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    /// One JSON value instead of words.
    pub(crate) json: bool,
}

impl Voice {
    /// Prints `value` as JSON, or what `words` make of it.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(crate) fn show<T: Serialize>(
        self,
        value: &T,
        words: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        if self.json {
            return print(&serde_json::to_string_pretty(value)?);
        }
        print(&words())
    }
}

/// Prints a text and a line's end, at once.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

/// Prints a line on standard error, for people who watch.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// True when the error is only that nobody reads our output any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
