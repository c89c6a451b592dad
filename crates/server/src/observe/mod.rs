//! What operators see: one line per request, and counters.
//!
//! Neither ever holds a secret, a token or a query string.

pub mod access_log;
pub mod metrics;

use prometheus_client::metrics::counter::Counter;

use crate::catalog::Catalog;
use crate::observe::access_log::AccessLog;
use crate::observe::metrics::{Door, GateCounters, Metrics};
use crate::request_id::RequestIds;

/// Log, counters and ids of one installation.
pub struct Observer {
    /// One line per request.
    pub log: AccessLog,
    /// The counters.
    pub metrics: Metrics,
    /// The source of request ids.
    pub ids: RequestIds,
    /// The doors' handles.
    pub doors: Doors,
}

/// A door: its name in the log, and its counters.
pub struct NamedDoor {
    /// The dialect, `gate:<service>`, `introspect`…
    pub name: String,
    /// Its counters.
    pub door: Door,
}

/// The doors' handles, made once.
pub struct Doors {
    /// One per dialect of the catalog, in its order, with the tokens it issued.
    pub dialects: Vec<(NamedDoor, Counter)>,
    /// One per service of the catalog, in its order, with its decisions.
    pub services: Vec<(NamedDoor, GateCounters)>,
    /// RFC 7662.
    pub introspect: NamedDoor,
    /// RFC 7009.
    pub revoke: NamedDoor,
    /// Metadata, keys, and the endpoints that offer nothing yet.
    pub public: NamedDoor,
    /// What people see.
    pub pages: NamedDoor,
    /// Whatever has no door.
    pub nowhere: NamedDoor,
}

impl Doors {
    /// The handles for everything in the catalog.
    pub fn new(metrics: &Metrics, catalog: &Catalog) -> Self {
        let named = |name: &str| NamedDoor { name: name.to_owned(), door: metrics.door(name) };
        let dialects = catalog.dialects.iter().map(|entry| {
            let name = &entry.dialect.name;
            (named(name), metrics.tokens_issued(name, "access_token"))
        });
        let services = catalog.services.iter().map(|entry| {
            let name = &entry.service.name;
            let door = match entry.service.is_own {
                true => named("admin"),
                false => named(&format!("gate:{name}")),
            };
            (door, metrics.gate(name))
        });
        Self {
            dialects: dialects.collect(),
            services: services.collect(),
            introspect: named("introspect"),
            revoke: named("revoke"),
            public: named("public"),
            pages: named("pages"),
            nowhere: named("nowhere"),
        }
    }
}
