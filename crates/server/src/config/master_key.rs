//! `[master_key]`: where the key is from which all others come.

use std::path::{Path, PathBuf};

use crate::config::section::{Section, path_in};

/// Where the 32 bytes of the master key are. This only names the place: the
/// environment is read elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MasterKeySource {
    /// A file of 64 hexadecimal digits; made with mode 0600 at the first start.
    File(PathBuf),
    /// The name of an environment variable that holds 64 hexadecimal digits.
    Variable(String),
}

impl MasterKeySource {
    pub(super) fn read(section: &mut Section<'_, '_>, folder: &Path) -> Option<Self> {
        let file = section.text("file", path_in(folder)).map(Self::File);
        let variable = section.text("env", |name| {
            let is_name = is_variable_name(name);
            is_name.then(|| Self::Variable(name.to_owned())).ok_or_else(|| {
                "expected the name of an environment variable, such as \"PORTREEVE_MASTER_KEY\"; the key itself does not belong here".to_owned()
            })
        });
        if section.has("file") == section.has("env") {
            section.fault_of_all(
                "expected exactly one of file = \"master.key\" and env = \"PORTREEVE_MASTER_KEY\"",
            );
        }
        file.or(variable)
    }
}

/// Names as shells take them (POSIX, Environment Variables §8.1). A key written here
/// by mistake has a digit first, or is longer than any name.
pub(super) fn is_variable_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.len() < 64
        && name.bytes().all(allowed)
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
