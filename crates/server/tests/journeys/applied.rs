//! A declared state is applied: everything in order, once, and only what is another.

use portreeve_core::audit::Actor;
use portreeve_core::state::difference::difference;
use portreeve_core::state::read;
use portreeve_server::flow::administration::apply::{existing, settled, take};

use crate::world::{BOTH, World};

const STATE: &str = r#"
[[organization]]
external_id = "7710"
name = "Skarholt Tankers"
parent = "7700"
[[organization]]
external_id = "7700"
name = "Skarholt Lines"
parent = "4200"
services = ["ships", "vessel"]
[[user]]
email = "lise@example.com"
name = "Lise Berg"
memberships = [{ organization = "7710", role = "admin" }]
[[client]]
client_id = "crews"
name = "Crews"
organization = "7700"
audiences = ["https://ships.example.com"]
scopes = ["ships_read"]
token_ttl = "5m"
[[client]]
client_id = "lises"
name = "Lise's"
user = "lise@example.com"
audiences = ["https://ships.example.com"]
scopes = ["ships_write"]
disabled = true
"#;

/// Applies a state; the steps as people read them, and how many secrets came of them.
async fn apply(world: &World, text: &str, prune: bool) -> (Vec<String>, usize) {
    let env = &world.env;
    let declared = settled(&env.catalog, read(text).unwrap()).unwrap();
    let there = existing(env, &declared, prune).await.unwrap();
    let steps = difference(&declared, &there, prune).unwrap();
    let mut secrets = 0;
    for step in &steps {
        let taken = take(env, step, &Actor::CommandLine).await;
        let taken = taken.unwrap_or_else(|error| panic!("{step}: {error}"));
        secrets += usize::from(taken.is_some());
    }
    (steps.iter().map(ToString::to_string).collect(), secrets)
}

#[tokio::test]
async fn a_state_is_made_once() {
    for on in BOTH {
        let world = World::new(on).await;
        let (steps, secrets) = apply(&world, STATE, false).await;
        assert_eq!((steps.len(), secrets), (6, 2), "{steps:#?}");
        assert_eq!(apply(&world, STATE, true).await, (Vec::new(), 0), "nothing is left to change");

        // Two that change places, of which one counts the other's version up.
        let moved = STATE
            .replace("parent = \"7700\"\n", "parent = \"4200\"\nservices = [\"ships\"]\n")
            .replace("services = [\"ships\", \"vessel\"]", "services = []")
            .replace("name = \"Lise Berg\"", "name = \"Lise\"\noperator = true")
            .replace("role = \"admin\"", "role = \"member\"")
            .replace("token_ttl = \"5m\"", "networks = [\"203.0.113.0/24\"]")
            .replace("[\"ships_read\"]", "[\"ships_write\"]")
            .replace("disabled = true", "disabled = false");
        let (steps, secrets) = apply(&world, &moved, false).await;
        assert_eq!((steps.len(), secrets), (6, 0), "{steps:#?}");
        assert!(
            steps.contains(
                &"~ client crews networks: +203.0.113.0/24; scopes: +ships_write -ships_read; \
                  token_ttl: the service's"
                    .to_owned()
            ),
            "{steps:#?}"
        );
        assert_eq!(apply(&world, &moved, true).await, (Vec::new(), 0));

        let less = moved.split("[[client]]").next().unwrap();
        let less = less.replace("{ organization = \"7710\", role = \"member\" }", "");
        assert_eq!(apply(&world, &less, false).await.0, Vec::<String>::new());
        let (steps, _) = apply(&world, &less, true).await;
        assert_eq!(steps, ["- client crews \"Crews\"", "- membership lise@example.com in 7710"]);
        assert!(world.env.directory.client("lises").await.unwrap().is_some(), "a person's own");
        assert!(world.env.directory.client("fleet").await.unwrap().is_some(), "not named");
    }
}

#[tokio::test]
async fn what_the_configuration_does_not_have_is_told_at_once() {
    let world = World::new(BOTH[0]).await;
    let text =
        STATE.replace("\"vessel\"]", "\"none\"]").replace("ships_read", "none_read").replace(
            "audiences = [\"https://ships.example.com\"]\nscopes = [\"ships_write\"]",
            "audiences = [\"urn:none\"]",
        );
    let faults = settled(&world.env.catalog, read(&text).unwrap()).unwrap_err();
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [6, 15, 22], "{faults:#?}");
}
