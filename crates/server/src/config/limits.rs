//! `[limits]`: how much one node holds, how long it waits, and how much may belong to one
//! customer.

use portreeve_core::time::Ttl;

use crate::config::section::Section;

/// What one node holds at most, and how many identity clients one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Open connections.
    pub connections: u32,
    /// How many of them one address may hold: a quarter of all when it is not said, at
    /// least one. Trusted proxies are not counted.
    pub connections_per_address: u32,
    /// Clients remembered with their reach; more are read from the database again.
    pub clients_in_memory: u32,
    /// Access tokens whose signature or seal is remembered as checked.
    pub tokens_in_memory: u32,
    /// How many identity clients may belong to one owner.
    pub clients: ClientLimits,
    /// How long requests in flight may still take at a stop.
    pub drain: Ttl,
    /// Until a connection to an API stands.
    pub upstream_connect: Ttl,
    /// From the end of a request until the head of an API's answer.
    pub upstream_first_byte: Ttl,
    /// How long an API may be silent within an answer.
    pub upstream_idle: Ttl,
}

/// How many identity clients may belong to one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLimits {
    /// To an organization itself: those of its people are theirs.
    pub per_organization: u32,
    /// To a person.
    pub per_person: u32,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self { per_organization: 10_000, per_person: 100 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: share(10_000),
            clients_in_memory: 100_000,
            tokens_in_memory: 65_536,
            clients: ClientLimits::default(),
            drain: Ttl::from_seconds(5),
            upstream_connect: Ttl::from_seconds(3),
            upstream_first_byte: Ttl::from_seconds(30),
            upstream_idle: Ttl::from_seconds(60),
        }
    }
}

impl Limits {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let default = Self::default();
        let entries = 1..=100_000_000;
        let hour = Ttl::from_hours(1);
        let wait = Ttl::from_seconds(1)..=hour;
        let first_byte = default.upstream_first_byte;
        let room = 1..=1_000_000;
        let connections = section.count("connections", default.connections, &room);
        let own = share(connections);
        Self {
            connections,
            connections_per_address: section.count("connections_per_address", own, &room),
            clients_in_memory: section.count(
                "clients_in_memory",
                default.clients_in_memory,
                &entries,
            ),
            tokens_in_memory: section.count("tokens_in_memory", default.tokens_in_memory, &entries),
            clients: ClientLimits {
                per_organization: section.count(
                    "clients_per_organization",
                    default.clients.per_organization,
                    &room,
                ),
                per_person: section.count("clients_per_person", default.clients.per_person, &room),
            },
            drain: section.duration("drain", default.drain, &(Ttl::ZERO..=hour)),
            upstream_connect: section.duration("upstream_connect", default.upstream_connect, &wait),
            upstream_first_byte: section.duration("upstream_first_byte", first_byte, &wait),
            upstream_idle: section.duration("upstream_idle", default.upstream_idle, &wait),
        }
    }
}

/// One address's share of all connections: whoever floods needs four.
fn share(connections: u32) -> u32 {
    (connections / 4).max(1)
}
