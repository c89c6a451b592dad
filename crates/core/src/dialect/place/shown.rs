//! Places as people read them, and headers as programs write them.

use std::fmt;

use crate::dialect::place::{Around, Place, Source, Types};

impl Around {
    /// A header with this value in it: the other way round of [`Around::value_in`].
    pub fn with(&self, value: &str) -> String {
        format!("{}{value}{}", self.before, self.behind)
    }
}

/// As a file has it, the name of the parameter always said.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Form(name) => write!(f, "form:{name}"),
            Source::Query(name) => write!(f, "query:{name}"),
            Source::Json(path) => write!(f, "json:{}", path.join(".")),
            Source::Header(name, around) if *around == Around::default() => {
                write!(f, "header:{name}")
            }
            Source::Header(name, around) => {
                write!(f, "header:{name} as \"{}\"", around.with("${value}"))
            }
            Source::Basic => f.write_str("basic"),
            Source::Bearer => f.write_str("bearer"),
        }?;
        match self.types {
            Types { number: true, string: true } => f.write_str(" (number or string)")?,
            Types { number: true, string: false } => f.write_str(" (number)")?,
            Types { number: false, .. } => {}
        }
        match self.separator {
            Some(separator) => write!(f, " (separated by \"{separator}\")"),
            None => Ok(()),
        }
    }
}
