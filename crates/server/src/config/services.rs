//! The folder that `services` names: each TOML file there is a service of its own, with
//! the keys of a `[[service]]`, and called as the service is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use crate::config::fault::{ConfigFault, Faults};
use crate::config::folder::toml_files;
use crate::config::section::{self, Section};
use crate::config::service::ServiceConfig;

/// Files as if they held these texts, by path: what is tried before it is written.
pub type Drafts = BTreeMap<PathBuf, String>;

/// Reads the services of the folder, by file name; those that are whole.
pub(super) fn read(
    folder: &Path,
    drafts: &Drafts,
    top: &mut Section<'_, '_>,
) -> Vec<ServiceConfig> {
    let mut files = match toml_files(folder) {
        Ok(files) => files,
        Err(error) => {
            let folder = folder.display();
            top.fault("services", &format!("the folder {folder} cannot be read: {error}; make it"));
            return Vec::new();
        }
    };
    files.extend(drafts.keys().filter(|path| path.parent() == Some(folder)).cloned());
    files.sort();
    files.dedup();
    let mut whole = Vec::new();
    for file in files {
        match read_one(&file, drafts.get(&file)) {
            Ok(service) => whole.push(service),
            Err(faults) => faults.into_iter().for_each(|fault| top.add(fault)),
        }
    }
    whole
}

fn read_one(file: &Path, draft: Option<&String>) -> Result<ServiceConfig, Vec<ConfigFault>> {
    let text = draft.map_or_else(|| std::fs::read_to_string(file), |draft| Ok(draft.clone()));
    let text = text.map_err(|error| {
        let message = format!("the service cannot be read: {error}");
        vec![ConfigFault { file: file.to_owned(), line: None, message }]
    })?;
    let (table, errors) = DeTable::parse_recoverable(&text);
    let mut faults = Faults::new(file, &text);
    faults.note_broken(&errors);
    if !errors.is_empty() {
        return Err(faults.into_sorted());
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let service = section::read_file(table.get_ref(), &mut faults, |keys| {
        let service = ServiceConfig::read(keys, folder)?;
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if service.name != stem {
            keys.fault("name", &format!("expected {stem:?}, as the file is called"));
        }
        Some(service)
    });
    service.filter(|_| faults.len() == 0).ok_or_else(|| faults.into_sorted())
}
