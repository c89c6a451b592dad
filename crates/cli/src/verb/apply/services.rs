//! The services that a state declares: compared with the files of the folder `services`,
//! and checked as the server checks them when it starts, before any is written.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, anyhow};
use portreeve_core::state::declared::Fault;
use portreeve_core::state::service::{DeclaredService, ServiceStep, Value};
use portreeve_server::catalog::Catalog;
use portreeve_server::config::Config;
use portreeve_server::config::fault::ConfigFault;
use portreeve_server::config::services::Drafts;

use crate::installed::Place;
use crate::verb::apply::file::NewText;
use crate::verb::apply::{listed, wrong};

/// What the declared services change.
#[derive(Default)]
pub(super) struct Services {
    /// The difference, as people read it, in the order of [`Services::files`].
    pub(super) steps: Vec<ServiceStep>,
    /// The files that make it.
    pub(super) files: Vec<NewText>,
    /// What there will be; none when nothing changes.
    pub(super) catalog: Option<Catalog>,
}

/// Compares what the state in this file declares with what is there. Services that it does
/// not declare are left alone.
///
/// # Errors
/// Every service that cannot be as it is declared, by line; nothing is written then.
pub(super) fn compared(
    state: &Path,
    declared: Vec<DeclaredService>,
    place: &Place,
) -> anyhow::Result<Services> {
    let Some(first) = declared.first().map(|one| one.line) else {
        return Ok(Services::default());
    };
    let config = place.read()?;
    let Some(folder) = &config.services_folder else {
        let file = config.file.display();
        let told = format!(
            "service: there is nowhere to write it: make a folder, and name it at the top of {file}, services = \"services\""
        );
        return Err(listed(state, &[Fault::at(first, told)]));
    };
    let mut services = Services::default();
    let mut faults = Vec::new();
    for one in declared {
        match compared_one(&with_whole_path(one, state)?, &config, folder) {
            Ok(None) => {}
            Ok(Some((step, file))) => {
                services.steps.push(step);
                services.files.push(file);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(listed(state, &faults));
    }
    if !services.steps.is_empty() {
        services.catalog = Some(checked(&services, state, place)?);
    }
    Ok(services)
}

/// A document is named relative to the state's file; the service's file is elsewhere.
fn with_whole_path(mut one: DeclaredService, beside: &Path) -> anyhow::Result<DeclaredService> {
    let folder = beside.parent().unwrap_or(Path::new(""));
    for key in one.keys.iter_mut().filter(|key| key.name == "openapi") {
        let Value::Text(named) = &mut key.value else { continue };
        if named.is_empty() {
            continue;
        }
        let path = whole(&folder.join(&*named))
            .with_context(|| format!("{} has no whole path", beside.display()))?;
        let told = || anyhow!("{}: a path is expected that is text", path.display());
        *named = path.to_str().ok_or_else(told)?.to_owned();
    }
    Ok(one)
}

/// The same path from the root, without `..`. Links are not followed: where they lead may
/// be another place tomorrow.
fn whole(path: &Path) -> std::io::Result<PathBuf> {
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    Ok(whole)
}

type Change = (ServiceStep, NewText);

fn compared_one(
    to: &DeclaredService,
    config: &Config,
    folder: &Path,
) -> Result<Option<Change>, Fault> {
    let fault = |told: String| Fault::at(to.line, told);
    let in_config = |file: &Path| file == config.file;
    if config.services.iter().any(|one| one.name == to.name && in_config(&one.file)) {
        let (name, file) = (&to.name, config.file.display());
        return Err(fault(format!(
            "service: {name} stands in {file} too; take it out there, and it is written to {}",
            folder.display()
        )));
    }
    let path = folder.join(format!("{}.toml", to.name));
    let before = text_of(&path).map_err(&fault)?;
    let (there, is_ours) = match &before {
        None => (None, true),
        Some(text) => {
            let there = DeclaredService::parse(text);
            let is_ours = there.as_ref().is_some_and(|there| there.rendered() == *text);
            let there = there.and_then(|there| with_whole_path(there, &path).ok());
            (there, is_ours)
        }
    };
    let Some(step) = to.step_from(there) else { return Ok(None) };
    if !is_ours {
        let (path, told) = (path.display(), step.told().join("; "));
        return Err(fault(format!(
            "service: {path} is written by hand and says otherwise ({told}); change it there, or \
             take it away, and it is written anew"
        )));
    }
    let text = to.rendered();
    Ok(Some((step, NewText { path, before, text, like: config.file.clone() })))
}

/// What the file holds, if there is one.
fn text_of(path: &Path) -> Result<Option<String>, String> {
    let told = |what: &dyn std::fmt::Display| format!("service: {}: {what}", path.display());
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(told(&error)),
        Ok(found) if !found.is_file() => {
            Err(told(&"a link or a folder is there, which is not overwritten"))
        }
        Ok(_) => fs::read_to_string(path).map(Some).map_err(|error| told(&error)),
    }
}

/// The catalog as it will be, opened as the server opens it.
fn checked(services: &Services, state: &Path, place: &Place) -> anyhow::Result<Catalog> {
    let drafts = services.files.iter().map(|file| (file.path.clone(), file.text.clone()));
    let drafts: Drafts = drafts.collect();
    let opened = Config::read_with(&place.file(), &drafts);
    let opened = opened.and_then(|config| Catalog::load(&config));
    opened.map_err(|faults| {
        let told = |fault: &ConfigFault| services.told(fault, state);
        wrong(&faults.iter().map(told).collect::<Vec<_>>())
    })
}

impl Services {
    /// A mistake in a file that is not written yet, told of the state that declares it.
    fn told(&self, fault: &ConfigFault, state: &Path) -> String {
        let mut changes = self.files.iter().zip(&self.steps);
        let Some((_, step)) = changes.find(|(file, _)| file.path == fault.file) else {
            return fault.to_string();
        };
        let line = step.to.line_of_rendered(fault.line);
        let message = fault.message.trim_start_matches("service.");
        format!("{}:{line}: service.{message}", state.display())
    }
}
