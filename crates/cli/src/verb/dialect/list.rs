//! `portreeve dialect list`.

use std::process::ExitCode;

use portreeve_core::dialect::Dialect;
use serde::Serialize;

use crate::say::note;
use crate::table::Table;
use crate::verb::Context;
use crate::verb::dialect::source::{Source, known};

#[derive(Serialize)]
struct DialectShown {
    name: String,
    title: String,
    /// The token endpoint's paths, the advertised one first.
    paths: Vec<String>,
    methods: Vec<String>,
    /// The services that speak it.
    services: Vec<String>,
    /// None for what is built in.
    file: Option<String>,
}

/// Lists what compiles; what does not is told on standard error.
pub(super) fn run(context: &Context) -> anyhow::Result<ExitCode> {
    let known = known(context)?;
    let mut shown = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for source in &known.sources {
        match source.compiled() {
            Ok(dialect) => shown.push(entry(source, dialect, &known.services)),
            Err(fault) => {
                note(&fault.to_string());
                code = ExitCode::FAILURE;
            }
        }
    }
    context.voice.show(&shown, || table(&shown))?;
    Ok(code)
}

fn entry(source: &Source, dialect: Dialect, services: &[(String, String)]) -> DialectShown {
    let speaks = services.iter().filter(|(_, spoken)| *spoken == dialect.name);
    DialectShown {
        services: speaks.map(|(service, _)| service.clone()).collect(),
        file: source.file.as_ref().map(|file| file.display().to_string()),
        methods: dialect.token.allow.split(", ").map(str::to_owned).collect(),
        paths: dialect.token.paths,
        title: dialect.title,
        name: dialect.name,
    }
}

fn table(shown: &[DialectShown]) -> String {
    let mut table = Table::new(&["NAME", "TITLE", "TOKEN PATH", "METHODS", "SERVICES", "FILE"]);
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    for one in shown {
        let path = one.paths.first().map_or("-", String::as_str);
        let services = or_dash(one.services.join(", "));
        let file = one.file.as_deref().unwrap_or("built-in");
        table.row([&one.name, &one.title, path, &one.methods.join(", "), &services, file]);
    }
    table.to_string()
}
