//! What the configuration names, opened and checked: dialects, services with their
//! OpenAPI documents, and the audiences that tokens are for. Read once at start.

pub mod branding;
mod dialects;
pub mod own;
mod services;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::issue::RefreshForm;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::service::{Resource, Service};
use portreeve_core::time::Ttl;
use portreeve_core::token::compact::Form;
use portreeve_core::token::format::{Algorithm, Alphabet, TokenFormat};
use portreeve_core::token::record::Audience;

use crate::catalog::branding::Branding;
use crate::config::Config;
use crate::config::administration::AUDIENCE;
use crate::config::fault::ConfigFault;
use crate::openapi::Published;

/// Every dialect and every service of an installation.
#[derive(Debug)]
pub struct Catalog {
    /// The built-in dialects, then those of the folder by file name.
    pub dialects: Vec<DialectEntry>,
    /// The services, in the order of the configuration, then Portreeve's own.
    pub services: Vec<ServiceEntry>,
    /// What the pages wear.
    pub branding: Arc<Branding>,
}

/// A dialect and what can be asked for in it.
#[derive(Debug)]
pub struct DialectEntry {
    /// The dialect.
    pub dialect: Arc<Dialect>,
    /// Its audiences, in the order in which services name them; none if no service
    /// speaks it.
    pub resources: Vec<Resource>,
    /// Where it was read.
    pub origin: Origin,
}

/// Where a dialect was read, and what stood there.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file of the operator's folder; none for one that Portreeve brings along.
    pub file: Option<PathBuf>,
    /// The file as it is.
    pub text: Arc<str>,
}

/// A service and what the gate and its pages need.
#[derive(Debug)]
pub struct ServiceEntry {
    /// The service.
    pub service: Arc<Service>,
    /// An `http` or `https` URL; empty for one of Portreeve's own, which answers itself.
    pub upstream: String,
    /// Where its OpenAPI document was read.
    pub openapi_path: PathBuf,
    /// The document, as it is in the file.
    pub document: Arc<str>,
    /// What pages show of it: made when it is first asked for; `None` when that failed.
    pub published: OnceLock<Option<Published>>,
}

impl DialectEntry {
    /// True when its paths answer: a dialect that came along is silent until a service
    /// speaks it.
    pub fn is_served(&self) -> bool {
        !self.resources.is_empty() || !dialects::comes_along(&self.dialect)
    }
}

impl Catalog {
    /// Opens everything that the configuration names.
    ///
    /// # Errors
    /// Every mistake in every file, by file and line.
    pub fn load(config: &Config) -> Result<Self, Vec<ConfigFault>> {
        let mut faults = Vec::new();
        let (dialects, origins) = dialects::read(config, &mut faults);
        let mut read = services::read(config, &dialects, &mut faults);
        let mut resources = services::resources(config, &read, &mut faults);
        if config.administration.enabled
            && let Some((entry, resource)) = own::administration(&dialects, &mut faults)
        {
            read.push(entry);
            resources.push(resource);
        }
        let branding = Arc::new(Branding::load(config, &mut faults));
        if !faults.is_empty() {
            faults.sort();
            faults.dedup();
            return Err(faults);
        }
        let of = |dialect: &Arc<Dialect>| {
            let speaks = |resource: &&Resource| Arc::ptr_eq(&resource.dialect, dialect);
            resources.iter().filter(speaks).cloned().collect()
        };
        let dialects = dialects
            .into_iter()
            .zip(origins)
            .map(|(dialect, origin)| DialectEntry { resources: of(&dialect), dialect, origin })
            .collect();
        Ok(Self { dialects, services: read, branding })
    }

    /// What the vendor is called: as `[branding]` says, or as its first service is.
    pub fn vendor(&self) -> &str {
        let mut vendors = self.services.iter().filter(|entry| !entry.service.is_own);
        let first = || vendors.next().map(|entry| &*entry.service.title);
        self.branding.name.as_deref().or_else(first).unwrap_or("This server")
    }

    /// The service at a request's path, as it was sent and without query, and what
    /// follows the service's own path: at least `/`. The longest path wins.
    pub fn service_for<'p>(&self, path: &'p str) -> Option<(&ServiceEntry, &'p str)> {
        let (number, rest) = self.service_number_for(path)?;
        Some((self.services.get(number)?, rest))
    }

    /// The same, by the service's place in [`Catalog::services`].
    pub fn service_number_for<'p>(&self, path: &'p str) -> Option<(usize, &'p str)> {
        let found = self.services.iter().enumerate().filter_map(|(number, entry)| {
            let rest = path.strip_prefix(&*entry.service.path)?;
            let is_whole = rest.is_empty() || rest.starts_with('/');
            is_whole.then_some((number, entry, if rest.is_empty() { "/" } else { rest }))
        });
        let longest = found.max_by_key(|(_, entry, _)| entry.service.path.len());
        longest.map(|(number, _, rest)| (number, rest))
    }

    /// What is known of an audience.
    pub fn resource(&self, audience: &Audience) -> Option<&Resource> {
        self.resources().find(|resource| resource.audience == *audience)
    }

    /// Every scope of every service of the vendor's.
    pub fn all_scopes(&self) -> ScopeSet {
        let vendors = self.resources().filter(|one| one.audience.as_str() != AUDIENCE);
        vendors.fold(ScopeSet::EMPTY, |scopes, resource| scopes.union(&resource.scopes))
    }

    /// Prefix and alphabet of every sealed form in use, each once, longest prefix first.
    pub fn sealed_formats(&self) -> Vec<(Box<str>, Alphabet)> {
        let mut formats = Vec::new();
        for resource in self.resources() {
            let TokenFormat::Sealed { prefix, alphabet } = &resource.format else { continue };
            let format = (prefix.clone(), *alphabet);
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        formats.sort_by(|(one, _), (two, _)| two.len().cmp(&one.len()).then(one.cmp(two)));
        formats
    }

    /// Every compact form of access tokens in use, each once.
    pub fn compact_forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        for resource in self.resources() {
            let TokenFormat::Compact(form) = &resource.format else { continue };
            if !forms.contains(form) {
                forms.push(form.clone());
            }
        }
        forms
    }

    /// Every compact form of refresh tokens in use, each once.
    pub fn refresh_forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        for (form, _) in self.sealed_refreshes() {
            if !forms.contains(form) {
                forms.push(form.clone());
            }
        }
        forms
    }

    /// The signature algorithms in use, and ES256 in any case.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let used = self.resources().filter_map(|resource| match resource.format {
            TokenFormat::Jwt(algorithm) => Some(algorithm),
            TokenFormat::Sealed { .. } | TokenFormat::Compact(_) => None,
        });
        let mut algorithms: Vec<_> = used.chain([Algorithm::ES256]).collect();
        algorithms.sort();
        algorithms.dedup();
        algorithms
    }

    /// The longest life of a token that says by itself what it is for: for so long a
    /// key must be honoured after it has stopped signing or sealing. Zero without a
    /// service.
    pub fn longest_token_ttl(&self) -> Ttl {
        let access = self.resources().map(|resource| resource.token_ttl);
        access.chain(self.sealed_refreshes().map(|(_, ttl)| ttl)).max().unwrap_or(Ttl::ZERO)
    }

    /// The form and the life of the refresh tokens that no row is stored for, of the
    /// dialects that a service speaks.
    fn sealed_refreshes(&self) -> impl Iterator<Item = (&Form, Ttl)> {
        let spoken = self.dialects.iter().filter(|entry| !entry.resources.is_empty());
        spoken.filter_map(|entry| {
            let issue = entry.dialect.issue.refresh.as_ref()?;
            let RefreshForm::Sealed(form) = &issue.format else { return None };
            Some((form, issue.ttl.unwrap_or(Ttl::from_seconds(u32::MAX))))
        })
    }

    fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.dialects.iter().flat_map(|entry| &entry.resources)
    }
}

#[cfg(test)]
mod tests;
