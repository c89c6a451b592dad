use std::collections::HashSet;

use super::*;
use crate::demo::sample::asked::{Asked, ask};

async fn names(organizations: &str, target: &str) -> Vec<String> {
    let asked = ask(vessel(), "GET", target, organizations, "").await;
    assert_eq!(asked.status, 200, "{target}: {}", asked.body);
    let rows = asked.body["data"].as_array().unwrap();
    assert_eq!(asked.body["total"], rows.len());
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_rows_can_be_read_and_fit_together() {
    let organizations: Vec<Organization> = serde_json::from_str(ORGANIZATIONS).unwrap();
    let ships: Vec<Ship> = serde_json::from_str(SHIPS).unwrap();
    let ids: HashSet<&str> = organizations.iter().map(|row| &*row.id).collect();
    assert_eq!(ids.len(), organizations.len());
    assert!(
        organizations.iter().filter_map(|row| row.parent_id.as_deref()).all(|id| ids.contains(id))
    );
    assert!(ships.len() >= 24 && ships.is_sorted_by_key(|ship| ship.imo.clone()));
    for ship in &ships {
        assert!(ids.contains(&*ship.organization_id), "{ship:?}");
        // A ship's last digit checks the others; no real number starts with 0.
        let digits: Vec<u32> = ship.imo.chars().filter_map(|c| c.to_digit(10)).collect();
        let sum: u32 =
            digits.iter().zip([7, 6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
        assert_eq!((digits.len(), digits[0], digits[6]), (7, 0, sum % 10), "{ship:?}");
    }
}

#[tokio::test]
async fn lists_hold_what_is_in_reach() {
    let all = "4200,4210,4220,4221";
    assert_eq!(names(all, "/v1/organizations").await.len(), 4);
    assert_eq!(names("5100", "/v1/organizations").await, ["Skagen Offshore"]);
    assert_eq!(names("", "/v1/organizations").await.len(), 0);
    assert_eq!(names("", "/v1/ships").await.len(), 0);
    assert_eq!(names("4221", "/v1/ships").await.len(), 5);
    assert_eq!(names(all, "/v1/ships?organizationId=4221").await.len(), 5);
    assert_eq!(names(all, "/v1/ships?organizationId=5100").await.len(), 0);
    assert_eq!(names(all, "/v1/ships?name=wAVE&organizationId=4220").await.len(), 6);
}

#[tokio::test]
async fn lists_are_read_in_pages() {
    let Asked { body, .. } = ask(vessel(), "GET", "/v1/ships?limit=2&offset=4", "4221", "").await;
    assert_eq!((&body["total"], body["data"].as_array().unwrap().len()), (&5.into(), 1));
    for target in [
        "/v1/ships?limit=0",
        "/v1/ships?limit=101",
        "/v1/ships?limit=x",
        "/v1/ships?offset=-1",
        "/v1/ships?limit=1&limit=2",
    ] {
        let asked = ask(vessel(), "GET", target, "4221", "").await;
        assert_eq!((asked.status, &*asked.kind), (400, "application/problem+json"), "{target}");
        assert_eq!(asked.body["status"], 400);
    }
}

#[tokio::test]
async fn one_ship_is_found_within_reach_only() {
    for (organizations, imo, status) in [
        ("4210", "0014532", 200),
        ("4200,4210", "0014532", 200),
        ("4220", "0014532", 404),
        ("4210", "0000000", 404),
        ("4210", "aurora", 400),
    ] {
        let asked = ask(vessel(), "GET", &format!("/v1/ships/{imo}"), organizations, "").await;
        assert_eq!(asked.status, status, "{organizations} {imo}");
    }
}
