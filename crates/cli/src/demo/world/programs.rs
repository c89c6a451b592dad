//! The clients that can be tried: for whom they stand and what they may.

use portreeve_core::client::change::NewClient;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;

use crate::demo::config::{
    BERTHS_AUDIENCE, DATALOY_AUDIENCE, DOTYPOS_AUDIENCE, DQE_AUDIENCE, DUALOG_AUDIENCE,
};

/// The scopes of Dualog's clients.
pub(crate) const DUALOG_SCOPES: &str = "organization_read crew_read crew_import";
/// The scopes of the berth service's client.
pub(crate) const BERTHS_SCOPES: &str = "berths_read berths_book";
/// What DQE's licence allows.
pub(crate) const LICENSED_SCOPES: &str = "client_address client_email";

/// The application of Dotypos's people.
pub(crate) const APPLICATION: &str = "plateline-orders";
/// DQE's licence code: a number.
const LICENCE: &str = "104277335";
/// A licence that has ended.
pub(crate) const EXPIRED_LICENCE: &str = "104180561";
/// When it did: with the end of 2024.
const EXPIRED_AT: Timestamp = Timestamp::from_unix(1_735_689_600);

/// Of Dualog, for an organization.
pub(super) fn fleet_report(owner: Owner) -> anyhow::Result<NewClient> {
    program("fjordline-fleet-report", "Fleet report", owner, (DUALOG_AUDIENCE, DUALOG_SCOPES))
}

/// Of Dualog, for a person.
pub(super) fn notebook(owner: Owner) -> anyhow::Result<NewClient> {
    program("ingrid-notebook", "Ingrid's notebook", owner, (DUALOG_AUDIENCE, DUALOG_SCOPES))
}

/// Of the berth service; it may introspect that service's tokens.
pub(super) fn berth_planner(owner: Owner) -> anyhow::Result<NewClient> {
    let granted = (BERTHS_AUDIENCE, BERTHS_SCOPES);
    Ok(NewClient {
        introspects: vec![Audience::new(BERTHS_AUDIENCE)],
        ..program("meridian-berth-planner", "Berth planner", owner, granted)?
    })
}

/// Of Dataloy.
pub(super) fn freight_ledger(owner: Owner) -> anyhow::Result<NewClient> {
    program("corvid-freight-ledger", "Freight ledger", owner, (DATALOY_AUDIENCE, "vms_read"))
}

/// Of DQE: a licence.
pub(super) fn licence(owner: Owner) -> anyhow::Result<NewClient> {
    program(LICENCE, "Order form", owner, (DQE_AUDIENCE, LICENSED_SCOPES))
}

/// A licence that has ended.
pub(super) fn expired_licence(owner: Owner) -> anyhow::Result<NewClient> {
    let granted = (DQE_AUDIENCE, LICENSED_SCOPES);
    Ok(NewClient {
        expires_at: Some(EXPIRED_AT),
        ..program(EXPIRED_LICENCE, "Order form of last year", owner, granted)?
    })
}

/// Of Dotypos: an application that people let in, and to which they return.
pub(super) fn application(owner: Owner, back: &str) -> anyhow::Result<NewClient> {
    let granted = (DOTYPOS_AUDIENCE, "clouds_read products_read");
    Ok(NewClient {
        redirect_uris: vec![back.to_owned()],
        networks: Vec::new(),
        token_ttl: None,
        secret_expires_at: None,
        ..program(APPLICATION, "Plateline Orders", owner, granted)?
    })
}

pub(super) fn program(
    id: &str,
    name: &str,
    owner: Owner,
    (audience, scopes): (&str, &str),
) -> anyhow::Result<NewClient> {
    Ok(NewClient {
        client_id: Some(ClientId::parse(id)?),
        name: name.to_owned(),
        owner,
        audiences: vec![Audience::new(audience)],
        scopes: ScopeSet::parse(scopes)?,
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        token_ttl: None,
        secret_expires_at: None,
        expires_at: None,
    })
}
