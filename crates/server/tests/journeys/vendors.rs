//! Clients of the vendors' services, for the cases of their dialects.

use portreeve_core::connection::record::Reach;
use portreeve_core::org::owner::Owner;
use portreeve_core::time::Timestamp;
use portreeve_store::contract::commit::Write;

use crate::refreshing::{Connected, TILL, connect, family};
use crate::world::{NOON, World, client, organization};

/// A connection that its person has ended.
const ENDED: Connected<'static> = Connected {
    number: 9,
    client: "till",
    audience: "urn:clouds",
    scopes: "clouds_read",
    chosen: Some("org_tankers"),
    reach: Reach::All,
    refresh: "fedcba9876543210fedcba9876543210",
    life: None,
};

/// Enters everybody whom the cases name.
pub(crate) async fn enter(world: &World) {
    let group = Owner::Organization(organization("org_group"));
    for (id, audience, scopes) in [
        ("voyager", "https://dataloy.internal", "vms_read"),
        ("voyager-off", "https://dataloy.internal", "vms_read"),
        ("55555555", "urn:address", "client_address"),
        ("66666666", "urn:address", "client_address"),
        ("shop", "https://apitest.example.com", "ships_read"),
        ("leads", "https://mkto.example.com", "ships_read"),
        ("cli_slkdjalasdkjasd", "https://open.example.com", "ships_read"),
    ] {
        let one = client(world, id, group.clone(), audience, scopes);
        world.commit(Write::ClientRegistered(Box::new(one))).await;
    }
    world.change_client("55555555", |licence| licence.expires_at = Some(yesterday())).await;
    for id in ["66666666", "voyager-off", "fleet-rs256"] {
        world.change_client(id, |client| client.disabled = true).await;
    }
    connect(world, &TILL).await;
    connect(world, &ENDED).await;
    let (id, at) = (family(ENDED.number), world.env.now());
    let client_id = client(world, "till", group, "urn:clouds", "clouds_read").client_id;
    let until = at.plus(portreeve_core::time::Ttl::from_hours(24));
    world.commit(Write::ConnectionEnded { id, client_id, at, until }).await;
}

const fn yesterday() -> Timestamp {
    Timestamp::from_unix(NOON - 86_400)
}
