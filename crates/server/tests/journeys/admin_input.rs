//! What the administration API is sent by mistake or by malice, and how its lists are
//! walked.

use std::collections::BTreeSet;

use axum::body::Body;
use serde_json::{Value, json};

use crate::admin_api::{administered, ask, token};
use crate::world::{BOTH, World};

/// The pointers that an answer names.
fn pointers(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect()
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn every_mistake_is_told_at_once() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let long = "x".repeat(10_000);
        let cases = [
            (
                ("POST", "/organizations"),
                json!({"name": 7, "external_id": "org_1", "parent": "external:none",
                    "services": ["none"], "colour": "red"}),
                vec!["/external_id", "/name", "/parent", "/services", "/colour"],
            ),
            (("POST", "/organizations"), json!({"name": long}), vec!["/name"]),
            (("POST", "/organizations"), json!({"name": "a\u{202e}b"}), vec!["/name"]),
            (("POST", "/organizations"), json!({}), vec!["/name"]),
            (
                ("POST", "/users"),
                json!({"email": "nobody", "name": "", "operator": "yes"}),
                vec!["/email", "/name", "/operator"],
            ),
            (
                ("POST", "/clients"),
                json!({"name": null, "owner": {"organization": "external:none", "x": 1},
                    "audiences": ["https://none.example.com", 7], "scopes": ["a b"],
                    "redirect_uris": ["http://example.com/#x"], "networks": ["203.0.113.7/28"],
                    "token_ttl_seconds": 1, "expires_at": "soon", "introspects": "x"}),
                vec![
                    "/owner/x",
                    "/owner",
                    "/introspects",
                    "/name",
                    "/audiences/1",
                    "/scopes",
                    "/redirect_uris/0",
                    "/networks/0",
                    "/token_ttl_seconds",
                    "/expires_at",
                ],
            ),
            (
                ("PATCH", "/clients/fleet"),
                json!({"audiences": ["https://ships.example.com"], "scopes": ["none"], "owner": 1}),
                vec!["/scopes", "/owner"],
            ),
            (
                ("POST", "/clients/fleet/secrets"),
                json!({"overlap_seconds": -1}),
                vec!["/overlap_seconds"],
            ),
            (("POST", "/keys"), json!({"purpose": "none"}), vec!["/newest", "/purpose"]),
            (
                ("PUT", "/organizations/external:4200/memberships/ada@example.com"),
                json!({"role": "king"}),
                vec!["/role"],
            ),
            (
                ("POST", "/organizations/external:4200/invitations"),
                json!({"email": "x", "role": 1}),
                vec!["/email", "/role"],
            ),
            (("GET", "/organizations?limit=0&colour=red"), Value::Null, vec!["?limit", "?colour"]),
            (("GET", "/organizations?limit=201"), Value::Null, vec!["?limit"]),
            (("GET", "/organizations?q=%00"), Value::Null, vec!["?q"]),
            (("GET", "/users?q=a&q=b"), Value::Null, vec!["?q"]),
            (("GET", "/clients?after=zzz"), Value::Null, vec!["?after"]),
            (("GET", "/clients?organization=4200"), Value::Null, vec!["?organization"]),
            (("GET", "/facts?after=x&from=then"), Value::Null, vec!["?after", "?from"]),
            (("GET", "/connections?after=x&client=a%20b"), Value::Null, vec!["?after", "?client"]),
            (("GET", "/usage?step=year&service=none"), Value::Null, vec!["?service", "?step"]),
        ];
        for (to, body, expected) in cases {
            let text = (!body.is_null()).then(|| body.to_string());
            let answer = ask(&world, &ops, to, text.as_deref()).await;
            assert_eq!(answer.status, 422, "{to:?}: {answer:?}");
            assert_eq!(pointers(&answer.json()), expected, "{to:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_calmly() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let deep = format!("{{\"name\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
        let huge = format!("{{\"name\": \"{}\"}}", "x".repeat(70_000));
        for (body, expected) in [
            ("", 400),
            ("[]", 400),
            ("null", 400),
            ("{", 400),
            ("{\"name\": \"a\", \"name\": \"b\"}", 400),
            ("{\"name\": \"\\u0000\"}", 400),
            ("{\"name\": \"\\ud800\"}", 400),
            ("{\"na\\u0000me\": \"x\"}", 400),
            (&deep, 400),
            (&huge, 413),
        ] {
            for to in [("POST", "/organizations"), ("PATCH", "/clients/fleet")] {
                let answer = ask(&world, &ops, to, Some(body)).await;
                let shown: String = body.chars().take(60).collect();
                assert_eq!(answer.status, expected, "{to:?} {shown}: {answer:?}");
            }
        }
        assert_eq!(ask(&world, &ops, ("PATCH", "/clients/fleet"), Some("{}")).await.status, 400);
        for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let request = http::Request::post("/admin/v1/users")
                .header("authorization", format!("Bearer {ops}"))
                .header("content-type", kind)
                .body(Body::from("{\"email\": \"x@example.com\", \"name\": \"X\"}"));
            assert_eq!(world.send(request.unwrap()).await.status, 415, "{kind}");
        }
    }
}

#[tokio::test]
async fn ids_of_other_kinds_name_nothing() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let long = format!("/clients/{}", "x".repeat(4000));
        for (method, path) in [
            ("GET", "/organizations/4200"),
            ("GET", "/organizations/external:org_group"),
            ("GET", "/organizations/usr_ada"),
            ("GET", "/organizations/external:"),
            ("GET", "/users/org_group"),
            ("GET", "/users/%C3%A5da@example.com"),
            ("GET", "/clients/org_group"),
            ("GET", "/clients/a%20b"),
            ("GET", &long),
            ("DELETE", "/clients/nobody"),
            ("DELETE", "/connections/none"),
            ("DELETE", "/connections/00000000000000000000000000000000"),
            ("DELETE", "/organizations/org_group/invitations/none"),
            ("DELETE", "/clients/fleet/secrets/none"),
            ("DELETE", "/organizations/org_group/memberships/vera@example.com"),
        ] {
            let answer = ask(&world, &ops, (method, path), None).await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
        }
        for (path, body) in [
            (
                "/clients/org_1",
                json!({"name": "X", "owner": {"organization": "external:4200"},
                "audiences": ["https://ships.example.com"]}),
            ),
            ("/organizations/external/org_1", json!({"name": "X"})),
            ("/organizations/external/a,b", json!({"name": "X"})),
            ("/users/usr_ada", json!({"name": "X"})),
        ] {
            let answer = ask(&world, &ops, ("PUT", path), Some(&body.to_string())).await;
            assert_eq!(answer.status, 422, "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn lists_are_walked_once_while_they_grow() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        for n in 0..9 {
            enter(&world, &ops, n).await;
        }
        for (path, key) in
            [("/organizations", "id"), ("/users", "email"), ("/clients", "client_id")]
        {
            let before = everything(&world, &ops, path, key).await;
            let (mut seen, mut grown) = (Vec::new(), 100);
            let mut next = Some(format!("{path}?limit=3"));
            while let Some(at) = next {
                let page = ask(&world, &ops, ("GET", &at), None).await;
                assert_eq!(page.status, 200, "{page:?}");
                let link = page.header("link").to_owned();
                let base = "<http://127.0.0.1:8080/admin/v1";
                let linked = link.strip_prefix(base).and_then(|rest| rest.split_once('>'));
                next = linked.map(|(at, _)| at.to_owned());
                let body = page.json();
                assert_eq!(body["next"].is_null(), next.is_none());
                let items = body["items"].as_array().unwrap();
                seen.extend(items.iter().map(|it| it[key].as_str().unwrap().to_owned()));
                grown += 1;
                if grown < 110 {
                    enter(&world, &ops, grown).await;
                }
            }
            let once: BTreeSet<String> = seen.iter().cloned().collect();
            assert_eq!(once.len(), seen.len(), "each once: {seen:?}");
            assert!(before.is_subset(&once), "{path}: {before:?} {once:?}");
        }
    }
}

async fn enter(world: &World, ops: &str, n: usize) {
    let client = json!({"name": format!("Client {}", n % 4), "owner": {"organization": "external:4200"},
        "audiences": ["https://ships.example.com"], "scopes": ["ships_read"]});
    for (path, body) in [
        (format!("/organizations/external/9{n}"), json!({"name": format!("Line {n}")})),
        (format!("/users/p{n}@example.com"), json!({"name": format!("Person {n}")})),
        (format!("/clients/walker-{n}"), client),
    ] {
        let answer = ask(world, ops, ("PUT", &path), Some(&body.to_string())).await;
        assert!([200, 201].contains(&answer.status), "{path}: {answer:?}");
    }
}

async fn everything(world: &World, ops: &str, path: &str, key: &str) -> BTreeSet<String> {
    let page = ask(world, ops, ("GET", &format!("{path}?limit=200")), None).await.json();
    let items = page["items"].as_array().unwrap();
    items.iter().map(|it| it[key].as_str().unwrap().to_owned()).collect()
}
