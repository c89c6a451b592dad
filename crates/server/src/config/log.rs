//! `[log]`: how log lines look.

use crate::config::section::Section;

/// The form of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line.
    #[default]
    Json,
    /// Words, for people.
    Text,
}

impl LogFormat {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let read = section.text("format", |word| match word {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(format!("expected \"json\" or \"text\", found {word:?}")),
        });
        read.unwrap_or_default()
    }
}
