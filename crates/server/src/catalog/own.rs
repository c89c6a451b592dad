//! The administration API as a service among the vendor's: its document is the policy,
//! its tokens are asked for at the standard endpoint, and nobody has it by default.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use portreeve_core::dialect::Dialect;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::policy::openapi;
use portreeve_core::service::{Resource, Service};
use portreeve_core::time::Ttl;
use portreeve_core::token::format::{Alphabet, TokenFormat};
use portreeve_core::token::record::Audience;

use crate::catalog::ServiceEntry;
use crate::config::administration::{AUDIENCE, NAME, PATH, TITLE};
use crate::config::fault::ConfigFault;

/// Its OpenAPI document.
pub const DOCUMENT: &str = include_str!("../../assets/admin.yaml");

/// The dialect in which its tokens are asked for.
const DIALECT: &str = "standard";

/// How long its tokens live.
const LIFE: Ttl = Ttl::from_seconds(600);

/// What its tokens begin with.
const PREFIX: &str = "pra_";

/// The service and its audience; `None` when a broken dialect is in the way, which has
/// been told already.
pub(super) fn administration(
    dialects: &[Arc<Dialect>],
    faults: &mut Vec<ConfigFault>,
) -> Option<(ServiceEntry, Resource)> {
    let dialect = dialects.iter().find(|dialect| dialect.name == DIALECT)?;
    let fault = |fault: openapi::Fault| ConfigFault {
        file: PathBuf::from("admin.yaml"),
        line: Some(fault.line),
        message: fault.message,
    };
    let api = match openapi::read(DOCUMENT) {
        Ok(api) => api,
        Err(found) => {
            faults.extend(found.into_iter().map(fault));
            return None;
        }
    };
    let audience = Audience::new(AUDIENCE);
    let resource = Resource {
        audience: audience.clone(),
        dialect: Arc::clone(dialect),
        format: TokenFormat::Sealed { prefix: PREFIX.into(), alphabet: Alphabet::Base64url },
        token_ttl: LIFE,
        scopes: ScopeSet::from_names(api.scopes.iter().map(|(name, _)| &**name)).ok()?,
    };
    let service = Service {
        name: NAME.to_owned(),
        title: TITLE.to_owned(),
        path: PATH.to_owned(),
        audience,
        dialect: Arc::clone(dialect),
        is_own: true,
        api,
    };
    let entry = ServiceEntry {
        service: Arc::new(service),
        upstream: String::new(),
        openapi_path: PathBuf::from("admin.yaml"),
        document: DOCUMENT.into(),
        published: OnceLock::new(),
    };
    Some((entry, resource))
}
