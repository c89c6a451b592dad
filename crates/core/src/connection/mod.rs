//! Connections: people's standing consents, and the refresh tokens that they own.

pub mod record;
pub mod refresh_format;
