//! The cases beside a dialect's file: read, and compared with what would be answered as
//! far as that needs no server.

use std::path::{Path, PathBuf};

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::case::{Case, RawRequest};
use portreeve_core::http_message::Reply;
use portreeve_server::config::fault::ConfigFault;

use crate::verb::dialect::answer::{Door, refused, token_refusals};
use crate::verb::dialect::source;

/// What came of the cases of one file.
#[derive(Default)]
pub(super) struct Outcome {
    /// How many there are.
    pub(super) read: usize,
    /// How many of them need no server.
    pub(super) compared: usize,
    /// What is wrong.
    pub(super) faults: Vec<ConfigFault>,
}

/// Reads the cases of a dialect's file: those of `acme/cases` beside `acme.toml` or, if
/// there is no such folder, of `cases`.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub(super) fn check(file: &Path, dialect: &Dialect) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let Some(folder) = folder(file) else { return Ok(outcome) };
    for file in source::files(&folder, "http")? {
        outcome.read += 1;
        let fault = |(line, message)| ConfigFault { file: file.clone(), line: Some(line), message };
        match compare(&source::bytes(&file)?, dialect) {
            Ok(None) => {}
            Ok(Some(differences)) => {
                outcome.compared += 1;
                outcome.faults.extend(differences.into_iter().map(fault));
            }
            Err(told) => outcome.faults.push(fault(told)),
        }
    }
    Ok(outcome)
}

fn folder(file: &Path) -> Option<PathBuf> {
    let own = file.with_extension("").join("cases");
    let beside = file.with_file_name("cases");
    [own, beside].into_iter().find(|folder| folder.is_dir())
}

/// A line and what is wrong there.
type Told = (usize, String);

/// In what the reply differs; nothing when only a server can say.
fn compare(text: &[u8], dialect: &Dialect) -> Result<Option<Vec<Told>>, Told> {
    let case = Case::read(text).map_err(|error| (error.line, error.message))?;
    let Some(expected) = &case.expected else {
        let message = "a case ends with the reply that it must get: \"HTTP/1.1\" and a status";
        return Err((1, message.to_owned()));
    };
    let Some(reply) = decided(dialect, &case.request) else { return Ok(None) };
    let differences = expected.differences(&reply).into_iter();
    Ok(Some(differences.map(|it| (it.line, it.message)).collect()))
}

/// The reply, where the request alone says it. What a gate answers depends on the API's
/// document, and what a connector's page says is no reply of the dialect's.
fn decided(dialect: &Dialect, request: &RawRequest) -> Option<Reply> {
    let Door::Token = Door::at(dialect, request) else { return None };
    let refusals = token_refusals(dialect, request);
    if refusals.is_empty() {
        return None;
    }
    let refusal = dialect.refusals.pick(refusals);
    Some(refused(&dialect.refusals, &refusal, request, &dialect.token.allow))
}
