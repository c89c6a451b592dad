//! `portreeve check`: the configuration with everything that it names.

use std::process::ExitCode;

use portreeve_core::oauth::scope::ScopeSet;
use portreeve_server::catalog::{Catalog, ServiceEntry};
use portreeve_server::config::Config;
use portreeve_server::config::fault::ConfigFault;
use portreeve_server::mail;
use portreeve_server::mail::failure::MailError;
use serde::Serialize;

use crate::say::note;
use crate::table::Table;
use crate::verb::Context;

#[derive(Serialize)]
struct Checked {
    ok: bool,
    dialects: Vec<String>,
    services: Vec<ServiceShown>,
    scopes: Vec<String>,
    faults: Vec<FaultShown>,
}

#[derive(Serialize)]
struct ServiceShown {
    name: String,
    path: String,
    dialect: String,
    audience: String,
    operations: usize,
    scopes: usize,
}

#[derive(Serialize)]
pub(crate) struct FaultShown {
    file: String,
    line: Option<usize>,
    message: String,
}

pub(super) fn run(context: &Context) -> anyhow::Result<ExitCode> {
    let file = context.place.file();
    match Config::read(&file).and_then(|config| opened(&config)) {
        Ok(catalog) => {
            let checked = Checked::from(&catalog);
            let words = || format!("{} is right.\n\n{}", file.display(), words(&checked));
            context.voice.show(&checked, words)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            refuse(&faults, context)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn opened(config: &Config) -> Result<Catalog, Vec<ConfigFault>> {
    let catalog = Catalog::load(config)?;
    let told = |error: MailError| vec![config.fault(None, error.to_string())];
    mail::check(&config.mail).map_err(told)?;
    Ok(catalog)
}

fn refuse(faults: &[ConfigFault], context: &Context) -> anyhow::Result<()> {
    if !context.voice.json {
        faults.iter().for_each(|fault| note(&fault.to_string()));
        note(match faults {
            [_] => "portreeve: one mistake; nothing was changed",
            _ => "portreeve: several mistakes; nothing was changed",
        });
        return Ok(());
    }
    let faults = faults.iter().map(FaultShown::from).collect();
    let (dialects, services, scopes) = (Vec::new(), Vec::new(), Vec::new());
    let checked = Checked { ok: false, dialects, services, scopes, faults };
    context.voice.show(&checked, String::new)
}

impl From<&ConfigFault> for FaultShown {
    fn from(fault: &ConfigFault) -> Self {
        Self {
            file: fault.file.display().to_string(),
            line: fault.line,
            message: fault.message.clone(),
        }
    }
}

impl From<&Catalog> for Checked {
    fn from(catalog: &Catalog) -> Self {
        let names = |scopes: &ScopeSet| scopes.iter().map(str::to_owned).collect();
        Self {
            ok: true,
            dialects: catalog.dialects.iter().map(|entry| entry.dialect.name.clone()).collect(),
            services: catalog.services.iter().map(ServiceShown::from).collect(),
            scopes: names(&catalog.all_scopes()),
            faults: Vec::new(),
        }
    }
}

impl From<&ServiceEntry> for ServiceShown {
    fn from(entry: &ServiceEntry) -> Self {
        let service = &entry.service;
        Self {
            name: service.name.clone(),
            path: service.path.clone(),
            dialect: service.dialect.name.clone(),
            audience: service.audience.to_string(),
            operations: service.api.routes.operations().len(),
            scopes: service.api.scopes.len(),
        }
    }
}

fn words(checked: &Checked) -> String {
    let mut table = Table::new(&["SERVICE", "PATH", "DIALECT", "OPERATIONS", "SCOPES", "AUDIENCE"]);
    for one in &checked.services {
        let (operations, scopes) = (one.operations.to_string(), one.scopes.to_string());
        table.row([&one.name, &one.path, &one.dialect, &operations, &scopes, &one.audience]);
    }
    let services = table.or("No service yet: add a [[service]].\n");
    let list = |names: &[String]| {
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    format!(
        "{services}\nScopes:   {}\nDialects: {}",
        list(&checked.scopes),
        list(&checked.dialects)
    )
}
