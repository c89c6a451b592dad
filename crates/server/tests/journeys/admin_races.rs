//! Several at the same time: changes of what was seen, and the same made by many.

use serde_json::json;

use crate::admin_api::{administered, ask, asked_if, slug, token};
use crate::world::BOTH;

#[tokio::test]
async fn changes_of_what_was_seen_exclude_each_other() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        for (path, member) in [
            ("/organizations/external:4200", "name"),
            ("/users/ada@example.com", "name"),
            ("/clients/fleet", "name"),
        ] {
            let seen = ask(&world, &ops, ("GET", path), None).await.header("etag").to_owned();
            let bodies: Vec<String> =
                (0..6).map(|n| json!({member: format!("Name {n}")}).to_string()).collect();
            let race = bodies
                .iter()
                .map(|body| asked_if(&world, &ops, ("PATCH", path), Some(body), Some(&seen)));
            let answers = futures_util::future::join_all(race).await;
            let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412, 412, 412, 412, 412], "{path}");
            let free = bodies.iter().map(|body| ask(&world, &ops, ("PATCH", path), Some(body)));
            for answer in futures_util::future::join_all(free).await {
                assert!([200, 409].contains(&answer.status), "{path}: {answer:?}");
            }
            let weak = asked_if(&world, &ops, ("PATCH", path), Some(&bodies[0]), Some("W/\"1\""));
            assert_eq!(slug(&weak.await), "precondition-failed");
        }
        let stale = asked_if(&world, &ops, ("DELETE", "/clients/fleet"), None, Some("\"1\"")).await;
        assert_eq!(stale.status, 412, "{stale:?}");
    }
}

#[tokio::test]
async fn of_many_who_make_the_same_one_makes_it() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let client = json!({"name": "Crews", "owner": {"organization": "external:4200"},
            "audiences": ["https://ships.example.com"], "scopes": ["ships_read"]})
        .to_string();
        for (path, body) in [
            ("/organizations/external/7700", "{\"name\": \"Skarholt\"}"),
            ("/users/lise@example.com", "{\"name\": \"Lise\"}"),
            ("/clients/crews", client.as_str()),
        ] {
            let race = (0..6).map(|_| ask(&world, &ops, ("PUT", path), Some(body)));
            let answers = futures_util::future::join_all(race).await;
            let made = answers.iter().filter(|answer| answer.status == 201).count();
            let same = answers.iter().filter(|answer| answer.status == 200).count();
            assert_eq!((made, same), (1, 5), "{path}: {answers:?}");
            let shown = answers.iter().filter(|it| it.text.contains("client_secret\"")).count();
            assert_eq!(shown, usize::from(path.starts_with("/clients")));
        }
    }
}
