//! `[administration]`: whether the administration API answers, and what is its alone.

use crate::config::section::Section;
use crate::config::service::ServiceConfig;

/// What the administration API is called among the services.
pub const NAME: &str = "portreeve";
/// What people call it.
pub const TITLE: &str = "Administration API";
/// Where it answers.
pub const PATH: &str = "/admin/v1";
/// What tokens for it are for.
pub const AUDIENCE: &str = "urn:portreeve:admin";

/// Whether the administration API answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administration {
    /// True when it does.
    pub enabled: bool,
}

impl Administration {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self { enabled: section.flag("enabled", true) }
    }

    /// Notes every service that takes what is the administration API's.
    pub(super) fn check(self, services: &[ServiceConfig], top: &mut Section<'_, '_>) {
        for service in services.iter().filter(|_| self.enabled) {
            let below = service.path.strip_prefix(PATH);
            let covers = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let taken = [
                ("name", service.name == NAME, NAME),
                ("path", covers, PATH),
                ("audience", service.audience.as_str() == AUDIENCE, AUDIENCE),
            ];
            for (key, _, own) in taken.into_iter().filter(|(_, is_taken, _)| *is_taken) {
                let message = format!(
                    "service.{key}: {own:?} is the administration API's; choose another, or \
                     write enabled = false under [administration]"
                );
                top.add(service.fault(key, message));
            }
        }
    }
}
