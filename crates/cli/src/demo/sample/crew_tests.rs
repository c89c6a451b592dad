use serde_json::json;

use super::*;
use crate::demo::sample::asked::ask;

const ENTRY: &str =
    r#"{"givenName":"Solveig","familyName":"Haugland","rank":"Cook","shipImo":"0014532"}"#;

async fn total(router: &Router, target: &str, organizations: &str) -> u64 {
    let asked = ask(router.clone(), "GET", target, organizations, "").await;
    assert_eq!(asked.status, 200, "{target}: {}", asked.body);
    asked.body["total"].as_u64().unwrap()
}

#[test]
fn the_rows_can_be_read() {
    let rows: Vec<CrewMember> = serde_json::from_str(CREW).unwrap();
    assert!((24..100).contains(&rows.len()));
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.id, format!("C-{}", 1001 + at));
        assert!(row.entry.clone().checked().is_ok(), "{row:?}");
    }
}

#[tokio::test]
async fn the_list_holds_what_is_in_reach() {
    let crew = crew();
    assert_eq!(total(&crew, "/v1/crew", "").await, 0);
    assert_eq!(total(&crew, "/v1/crew", "4200,4210").await, 16);
    assert_eq!(total(&crew, "/v1/crew?organizationId=4210", "4200,4210").await, 11);
    assert_eq!(total(&crew, "/v1/crew?organizationId=5100", "4200,4210").await, 0);
    assert_eq!(total(&crew, "/v1/crew?shipImo=0014532", "4210").await, 1);
    for (id, organizations, status) in [
        ("C-1006", "4210", 200),
        ("C-1006", "4220", 404),
        ("C-1006", "", 404),
        ("C-9", "4210", 404),
    ] {
        let asked = ask(crew.clone(), "GET", &format!("/v1/crew/{id}"), organizations, "").await;
        assert_eq!(asked.status, status, "{id} {organizations}");
    }
}

#[tokio::test]
async fn entries_are_added_and_replaced() {
    let crew = crew();
    let before = total(&crew, "/v1/crew", "4210").await;
    let added = ask(crew.clone(), "POST", "/v1/crew?organizationId=4210", "4210", ENTRY).await;
    assert_eq!((added.status, &added.body["organizationId"]), (201, &json!("4210")));
    assert_eq!(total(&crew, "/v1/crew", "4210").await, before + 1);
    let id = added.body["id"].as_str().unwrap();
    let place = format!("/v1/crew/{id}?organizationId=4210");
    let promoted = ENTRY.replace("Cook", "Master");
    let replaced = ask(crew.clone(), "PUT", &place, "4210", &promoted).await;
    assert_eq!((replaced.status, &replaced.body["rank"]), (200, &json!("Master")));
    let read = ask(crew.clone(), "GET", &format!("/v1/crew/{id}"), "4210", "").await;
    assert_eq!(read.body, replaced.body);
    let elsewhere = place.replace("4210", "4220");
    assert_eq!(ask(crew, "PUT", &elsewhere, "4220", &promoted).await.status, 404);
}

#[tokio::test]
async fn what_cannot_be_written_is_a_problem() {
    let long = ENTRY.replace("Cook", &"x".repeat(81));
    let huge = ENTRY.replace("Cook", &"x".repeat(MOST_BYTES));
    for (target, body, status) in [
        ("/v1/crew", ENTRY, 400),
        ("/v1/crew?organizationId=", ENTRY, 400),
        ("/v1/crew?organizationId=5100", ENTRY, 403),
        ("/v1/crew?organizationId=4210", "", 400),
        ("/v1/crew?organizationId=4210", "[]", 400),
        ("/v1/crew?organizationId=4210", "{\"givenName\":\"A\"}", 400),
        ("/v1/crew?organizationId=4210", &ENTRY.replace("Cook", " "), 400),
        ("/v1/crew?organizationId=4210", &ENTRY.replace("0014532", "14532"), 400),
        (
            "/v1/crew?organizationId=4210",
            &ENTRY.replace("shipImo\":\"0014532", "signedOn\":\"soon"),
            400,
        ),
        (
            "/v1/crew?organizationId=4210",
            &ENTRY.replace("shipImo\":\"0014532", "nationality\":\"no"),
            400,
        ),
        ("/v1/crew?organizationId=4210", &long, 400),
        ("/v1/crew?organizationId=4210", &huge, 400),
    ] {
        let asked = ask(crew(), "POST", target, "4210", body).await;
        let short = body.get(..body.len().min(60));
        assert_eq!(
            (asked.status, &*asked.kind),
            (status, "application/problem+json"),
            "{target} {short:?}"
        );
    }
}

#[tokio::test]
async fn the_rows_are_bounded() {
    let crew = crew();
    let mut statuses = Vec::new();
    for _ in 0..=MOST {
        statuses.push(
            ask(crew.clone(), "POST", "/v1/crew?organizationId=6100", "6100", ENTRY).await.status,
        );
    }
    assert_eq!((statuses[0], statuses[MOST]), (201, 409));
    assert!(total(&crew, "/v1/crew?limit=1", "4200,4210,4220,4221,5100,6100").await <= MOST as u64);
}
