//! A declared state is applied: everything in order, once, and only what is another.

use portreeve_core::audit::Actor;
use portreeve_core::org::member::Role;
use portreeve_core::state::difference::difference;
use portreeve_core::state::read;
use portreeve_core::state::step::Step;
use portreeve_server::flow::administration::apply::{existing, settled, take};
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::members::{self, By};
use portreeve_server::flow::{organizations, people};

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

/// What is to be made of what is there.
async fn compared(world: &World, text: &str) -> Vec<Step> {
    let declared = settled(&world.env.catalog, read(text).unwrap()).unwrap();
    let there = existing(&world.env, &declared, false).await.unwrap();
    difference(&declared, &there, false).unwrap_or_else(|faults| panic!("{faults:?}"))
}

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

        // Two change places: what is above is written as well, and does not stop the run.
        let moved = STATE
            .replace("parent = \"4200\"", "parent = \"7710\"")
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

/// The one step to this state.
async fn step(world: &World, text: &str) -> Step {
    let steps = compared(world, text).await;
    let [step] = <[Step; 1]>::try_from(steps).unwrap_or_else(|steps| panic!("{steps:#?}"));
    step
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_left_alone() {
    for on in BOTH {
        let world = World::new(on).await;
        let (env, actor) = (&world.env, &Actor::CommandLine);
        apply(&world, STATE, false).await;
        let lines = organizations::find(env, "7700").await.unwrap().id;
        let lise = people::find(env, "lise@example.com").await.unwrap();
        let refused = async |step: &Step| {
            let refused = take(env, step, actor).await.unwrap_err();
            assert!(matches!(refused, ChangeError::ChangedMeanwhile), "{step}: {refused}");
        };

        // The name alone was shown.
        let shown = step(&world, &STATE.replace("Skarholt Lines", "Lines")).await;
        // Who belongs to it, and what is below it, are no part of what was shown.
        people::set_membership(env, &lines, &lise, Role::Admin, actor).await.unwrap();
        let by = By { actor, is_operator: true };
        members::set_role(env, &lines, &lise, Role::Member, by).await.unwrap();
        let tankers = organizations::find(env, "7710").await.unwrap().id;
        organizations::place(env, &tankers, None, None, actor).await.unwrap();
        organizations::place(env, &tankers, Some(&lines), None, actor).await.unwrap();
        take(env, &shown, actor).await.unwrap();
        let shown = step(&world, STATE).await;
        organizations::open_services(env, &lines, Some(Vec::new()), None, actor).await.unwrap();
        refused(&shown).await;
        let now = organizations::find(env, "7700").await.unwrap();
        assert_eq!((now.name.as_str(), now.services), ("Lines", Some(Vec::new())));

        let state =
            STATE.replace("Skarholt Lines", "Lines").replace("[\"ships\", \"vessel\"]", "[]");
        let shown = step(&world, &state.replace("Lise Berg", "Lise")).await;
        people::set_operator(env, &lise.id, true, actor).await.unwrap();
        refused(&shown).await;

        let member = "memberships = [{ organization = \"5100\", role = \"member\" }, ";
        let shown = step(&world, &state.replace("memberships = [", member)).await;
        let other = organizations::find(env, "5100").await.unwrap().id;
        people::set_membership(env, &other, &lise, Role::Admin, actor).await.unwrap();
        refused(&shown).await;
    }
}

#[tokio::test]
async fn several_operators_go_in_one_run() {
    for on in BOTH {
        let world = World::new(on).await;
        let people = |first: bool, last: bool| {
            let one = |name: &str, operator: bool| {
                format!(
                    "[[user]]\nemail = \"{name}@example.com\"\nname = \"{name}\"\noperator = {operator}\n"
                )
            };
            [one("lise", first), one("mats", first), one("nils", last)].concat()
        };
        apply(&world, &people(true, false), false).await;
        let (steps, _) = apply(&world, &people(false, true), false).await;
        assert_eq!(
            steps,
            ["nils", "lise", "mats"]
                .map(|name| format!("~ user {name}@example.com operator: {}", name == "nils"))
        );
        assert!(compared(&world, &people(false, true)).await.is_empty());
    }
}

#[tokio::test]
async fn a_circle_among_those_that_are_there_is_told_before_anything_changes() {
    let world = World::new(BOTH[0]).await;
    apply(&world, STATE, false).await;
    let env = &world.env;
    let declared = read(&STATE.replace("\"4200\"", "\"7710\"")).unwrap();
    let declared = settled(&env.catalog, declared).unwrap();
    let there = existing(env, &declared, false).await.unwrap();
    let [fault] = &difference(&declared, &there, false).unwrap_err()[..] else { panic!() };
    assert_eq!(fault.line, 6);
    assert!(fault.message.ends_with("below itself: below 7710, below 7700"), "{fault:?}");
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
