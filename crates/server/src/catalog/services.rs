//! The services with their OpenAPI documents, and what those of one audience share.

use std::sync::{Arc, OnceLock};

use portreeve_core::dialect::Dialect;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::policy::openapi;
use portreeve_core::service::{Resource, Service};
use portreeve_core::token::format::TokenFormat;

use crate::catalog::ServiceEntry;
use crate::config::Config;
use crate::config::fault::ConfigFault;
use crate::config::service::{DEFAULT_TTL, ServiceConfig};
use crate::config::token;

/// Reads the document of every service; those that are whole.
pub(super) fn read(
    config: &Config,
    dialects: &[Arc<Dialect>],
    faults: &mut Vec<ConfigFault>,
) -> Vec<ServiceEntry> {
    // With a broken dialect file nobody can say which names are missing.
    let all_known = faults.is_empty();
    let mut entries = Vec::with_capacity(config.services.len());
    for service in &config.services {
        let dialect = dialects.iter().find(|dialect| dialect.name == service.dialect);
        if dialect.is_none() && all_known {
            let known: Vec<&str> = dialects.iter().map(|dialect| &*dialect.name).collect();
            let message = format!(
                "service.dialect: there is no dialect {:?}; known are {}, \
                 and every file in the folder that dialects names",
                service.dialect,
                known.join(", ")
            );
            faults.push(service.fault("dialect", message));
        }
        let document = document(service, faults);
        entries.extend(dialect.zip(document).map(|(dialect, (text, api))| ServiceEntry {
            service: Arc::new(described(service, Arc::clone(dialect), api)),
            upstream: service.upstream.clone(),
            openapi_path: service.openapi.clone(),
            document: text,
            published: OnceLock::new(),
        }));
    }
    entries
}

/// One resource per audience, in the order in which services name them. That its
/// services agree was seen when the configuration was read.
pub(super) fn resources(
    config: &Config,
    entries: &[ServiceEntry],
    faults: &mut Vec<ConfigFault>,
) -> Vec<Resource> {
    let mut resources = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let Service { name, audience, dialect, .. } = &*entry.service;
        let is_seen = entries.iter().take(at).any(|other| other.service.audience == *audience);
        let service = config.services.iter().find(|service| service.name == *name);
        let Some(service) = service.filter(|_| !is_seen) else { continue };
        let sharing = entries.iter().filter(|other| other.service.audience == *audience);
        let offered = sharing.flat_map(|other| &other.service.api.scopes);
        match ScopeSet::from_names(offered.map(|(name, _)| &**name)) {
            Ok(scopes) => resources.push(Resource {
                audience: audience.clone(),
                dialect: Arc::clone(dialect),
                format: format(service, dialect),
                token_ttl: service.token_ttl.or(dialect.issue.access.ttl).unwrap_or(DEFAULT_TTL),
                scopes,
            }),
            Err(_) => faults.push(service.fault(
                "audience",
                "service.audience: its services have more scopes than one request can name, 200 \
                 or 4096 characters; give some of them another audience"
                    .to_owned(),
            )),
        }
    }
    resources
}

/// What tokens look like: as the service says, as its dialect says, or as usual.
fn format(service: &ServiceConfig, dialect: &Dialect) -> TokenFormat {
    let said = service.token.as_ref().or(dialect.issue.access.format.as_ref());
    said.cloned().unwrap_or(token::DEFAULT)
}

type Read = (Arc<str>, openapi::ApiDescription);

fn document(service: &ServiceConfig, faults: &mut Vec<ConfigFault>) -> Option<Read> {
    let file = &service.openapi;
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            let message = format!(
                "service.openapi: {} cannot be read: {error}; expected the service's OpenAPI document there",
                file.display()
            );
            faults.push(service.fault("openapi", message));
            return None;
        }
    };
    let fault = |fault: openapi::Fault| ConfigFault {
        file: file.clone(),
        line: Some(fault.line),
        message: fault.message,
    };
    match openapi::read(&text) {
        Ok(api) => Some((text.into(), api)),
        Err(found) => {
            faults.extend(found.into_iter().map(fault));
            None
        }
    }
}

fn described(
    service: &ServiceConfig,
    dialect: Arc<Dialect>,
    api: openapi::ApiDescription,
) -> Service {
    Service {
        name: service.name.clone(),
        title: service.title.clone(),
        path: service.path.clone(),
        audience: service.audience.clone(),
        dialect,
        is_own: false,
        api,
    }
}
