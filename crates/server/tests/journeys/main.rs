//! Whole journeys through the router, in this process: a clock that stands still,
//! seeded randomness, both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that finds something else than it expects should stop"
)]

mod world;
mod installed;
mod vendors;
mod dialect_cases;
mod resource_sides;
mod token;
mod guarded;
mod tunnels;
mod about_token;
mod public;
mod keys;
mod clients;
mod warm;
mod admin_api;
mod admin_input;
mod admin_looks;
mod admin_once;
mod admin_own;
mod admin_staff;
mod admin_races;
mod applied;
mod networks;
mod contracts;
mod counting;
mod explaining;
mod refreshing;
mod refresh_licence;
mod refresh_rotation;
mod refresh_clouds;
mod refresh_nodes;
mod shared_tokens;
mod browser;
mod mails;
mod notices;
mod people;
mod people_held;
mod portal_world;
mod portal_invitations;
mod portal_limits;
mod portal_look;
mod portal_people;
mod portal_settings;
mod portal_proof;
mod portal_sign_in;
mod portal_usage;
mod portal_organization;
mod portal_register;
mod portal_operator;
mod proxied;
mod connecting;
mod connector;
mod connector_refused;
mod docs;
mod portal_clients;
mod portal_client_changes;
mod portal_rights;
mod portal_connections;
