//! What is kept of a client that somebody registers.

use portreeve_core::audit::Actor;
use portreeve_core::client::change::NewClient;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::token::record::Audience;
use portreeve_server::flow::clients;

use crate::world::{On, World, organization};

#[tokio::test]
async fn the_basic_scope_always_belongs() {
    let world = World::new(On::Sqlite).await;
    let scopes = |text| ScopeSet::parse(text).unwrap();
    let asked = |audience, ticked| NewClient {
        client_id: None,
        name: "Crew list".to_owned(),
        owner: Owner::Organization(organization("org_group")),
        audiences: vec![Audience::new(audience)],
        scopes: scopes(ticked),
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        token_ttl: None,
        secret_expires_at: None,
        expires_at: None,
    };
    let register =
        async |asked| clients::register(&world.env, asked, &Actor::System).await.unwrap().0;
    let client = register(asked("https://vendor.example.com", "crew_read")).await;
    assert_eq!(client.scopes, scopes("crew_read organization_read"));
    let id = &client.client_id;
    let set = clients::set_scopes(&world.env, id, scopes("crew_import"), &Actor::System).await;
    assert_eq!(set.unwrap().scopes, scopes("crew_import organization_read"));
    let other = register(asked("https://ships.example.com", "ships_read")).await;
    assert_eq!(other.scopes, scopes("ships_read"), "another dialect has none");
}
