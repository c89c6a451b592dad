use std::collections::HashSet;

use serde_json::{Value, json};

use super::*;
use crate::demo::sample::asked::{Asked, ask};

async fn names(query: &str) -> Vec<String> {
    let asked = ask(addresses(), "GET", &format!("/CP/?{query}"), "", "").await;
    assert_eq!(asked.status, 200, "{query}: {}", asked.body);
    let found = asked.body.as_object().unwrap();
    let numbered = (1..=found.len()).map(|number| found[&number.to_string()].clone());
    numbered.map(|row| row["Localite"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_rows_can_be_read() {
    let rows: Vec<Locality> = serde_json::from_str(LOCALITIES).unwrap();
    assert!((24..100).contains(&rows.len()));
    let ids: HashSet<&str> = rows.iter().map(|row| &*row.id).collect();
    assert_eq!(ids.len(), rows.len());
    for row in rows.iter().filter(|row| row.pays == "FRA") {
        assert!(row.code_postal.len() == 5 && row.code_postal.starts_with(&row.code_region));
        assert!(row.id.starts_with(&row.code_postal), "{row:?}");
    }
}

#[tokio::test]
async fn localities_are_found_by_code_and_by_name() {
    for (query, expected) in [
        ("Pays=FRA&CodePostal=75001", &["PARIS 01"] as &[&str]),
        ("Pays=FRA&CodePostal=13600", &["LA CIOTAT", "CEYRESTE"]),
        ("Pays=FRA&CodePostal=13600&NbMax=1", &["LA CIOTAT"]),
        ("Pays=FRA&CodePostal=lill&Alpha=True", &["LILLE", "LILLE"]),
        ("Pays=FRA&CodePostal=59&Etendue=Y", &["LILLE", "LILLE"]),
        ("Pays=FRA&CodePostal=59", &[]),
        ("Pays=FRA&CodePostal=5&Etendue=Y", &[]),
        ("Pays=BEL&CodePostal=75001", &[]),
        ("Pays=BEL&CodePostal=2000", &["ANTWERPEN"]),
        ("Pays=FRA&CodePostal=2000", &[]),
    ] {
        assert_eq!(names(query).await, expected, "{query}");
    }
    let Asked { body, .. } =
        ask(addresses(), "GET", "/CP/?Pays=FRA&CodePostal=75001", "", "").await;
    let paris = json!({"IDLocalite": "75001001", "CodePostal": "75001", "Localite": "PARIS 01",
                       "CodeRegion": "75", "Pays": "FRA"});
    assert_eq!(body, json!({ "1": paris }));
}

#[tokio::test]
async fn what_cannot_be_read_is_an_invalid_request() {
    for query in [
        "",
        "Pays=FRA",
        "CodePostal=75001",
        "Pays=&CodePostal=75001",
        "Pays=FRA&CodePostal=",
        "Pays=FRA&Pays=BEL&CodePostal=1000",
        "Pays=FRA&CodePostal=75001&NbMax=0",
        "Pays=FRA&CodePostal=75001&NbMax=101",
        "Pays=FRA&CodePostal=75001&NbMax=few",
    ] {
        let asked = ask(addresses(), "GET", &format!("/CP/?{query}"), "", "").await;
        assert_eq!(asked.status, 400, "{query}");
        assert_eq!(asked.body["error"], Value::from("invalid_request"), "{query}");
    }
}
