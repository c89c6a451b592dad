//! What services must not share, and what those of one audience must.

use crate::config::section::Section;
use crate::config::service::ServiceConfig;

/// Compares every service with those before it and notes what does not go together.
pub(super) fn check(services: &[ServiceConfig], top: &mut Section<'_, '_>) {
    for (at, service) in services.iter().enumerate() {
        let mut earlier = services.iter().take(at);
        if earlier.clone().any(|other| other.name == service.name) {
            let message =
                format!("another service is called \"{}\"; each has its own name", service.name);
            note(service, "name", &message, top);
        }
        if let Some(other) = earlier.clone().find(|other| other.path == service.path) {
            let message =
                format!("the service \"{}\" is mounted there; each has its own path", other.name);
            note(service, "path", &message, top);
        }
        if let Some(other) = earlier.find(|other| other.audience == service.audience) {
            check_shared_audience(service, other, top);
        }
    }
}

/// A token is for an audience, not for a service, so its services cannot differ in
/// how tokens are asked for, how they look and how long they live.
fn check_shared_audience(
    service: &ServiceConfig,
    first: &ServiceConfig,
    top: &mut Section<'_, '_>,
) {
    let shared = [
        ("dialect", service.dialect == first.dialect),
        ("token", service.token == first.token),
        ("token_ttl", service.token_ttl == first.token_ttl),
    ];
    for (key, _) in shared.into_iter().filter(|(_, agree)| !agree) {
        let message = format!(
            "differs from the service \"{}\", which has the same audience; write the same, or give this one an audience of its own",
            first.name
        );
        note(service, key, &message, top);
    }
}

fn note(service: &ServiceConfig, key: &str, message: &str, top: &mut Section<'_, '_>) {
    top.add(service.fault(key, format!("service.{key}: {message}")));
}
