use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::demo::sample::asked::{Asked, send};

/// 2026-11-13T06:26:01Z, for ever.
struct Stopped;

impl Clock for Stopped {
    fn unix_millis(&self) -> u64 {
        1_794_551_161_000
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

const BOTH: &str = "7100,7110";

async fn ask(target: &str, organizations: &str, fields: Option<&str>) -> Asked {
    let mut headers = vec![
        ("Portreeve-Organizations", organizations),
        ("X-Forwarded-Host", "vms.example.com"),
        ("X-Forwarded-Proto", "https"),
    ];
    headers.extend(fields.map(|fields| ("fields", fields)));
    send(voyages(Arc::new(Stopped)), "GET", &format!("/ws/rest/{target}"), &headers, "").await
}

async fn codes(target: &str, organizations: &str) -> Vec<String> {
    let asked = ask(target, organizations, None).await;
    assert_eq!(asked.status, 200, "{target}: {}", asked.body);
    let rows = asked.body.as_array().unwrap();
    let code = |row: &Value| row.get("cargoCode").or(row.get("currencyCode")).unwrap().clone();
    rows.iter().map(|row| code(row).as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_rows_can_be_read_and_add_up() {
    let cargoes: Vec<Value> = serde_json::from_str(CARGOES).unwrap();
    let currencies: Vec<Value> = serde_json::from_str(CURRENCIES).unwrap();
    assert_eq!((cargoes.len(), currencies.len()), (36, 30));
    let known: HashSet<&str> =
        currencies.iter().map(|row| row["currencyCode"].as_str().unwrap()).collect();
    assert_eq!(known.len(), currencies.len());
    for cargo in &cargoes {
        assert!(known.contains(cargo["currency"]["currencyCode"].as_str().unwrap()), "{cargo}");
        for part in cargo["subCargos"].as_array().unwrap() {
            let number = |name: &str| part[name].as_f64().unwrap();
            let freight = number("quantity") * number("freightRate");
            assert!((freight - number("freight")).abs() < 0.01, "{part}");
        }
    }
}

#[tokio::test]
async fn lists_hold_what_is_in_reach() {
    for (organizations, count) in [("7100", 18), (BOTH, 27), ("7200", 9), ("4200", 0), ("", 0)] {
        assert_eq!(codes("Cargo", organizations).await.len(), count, "{organizations}");
    }
    assert_eq!(codes("Currency", "").await.len(), 30);
    for (target, organizations, status) in [
        ("Cargo/50005", BOTH, 200),
        ("Cargo/50005", "7200", 404),
        ("Cargo/1", BOTH, 404),
        ("Cargo/x", BOTH, 404),
        ("Currency/901", "", 200),
        ("Currency/1", "", 404),
    ] {
        assert_eq!(ask(target, organizations, None).await.status, status, "{target}");
    }
}

#[tokio::test]
async fn lists_are_filtered_by_one_comparison() {
    assert_eq!(codes("Currency?filter=currencyCode(EQ)USD", "").await, ["USD"]);
    let freights =
        async |filter: &str| codes(&format!("Cargo?filter=subCargos.freight({filter}"), BOTH).await;
    // C26-105 is 2500000 and C26-106 one hundredth less.
    let (over, from) = (freights("GT)2500000").await, freights("GTE)2500000").await);
    assert_eq!(from.len(), 6);
    assert_eq!([over, vec!["C26-105".to_owned()]].concat().len(), from.len());
    assert_eq!(freights("EQ)2500000").await, ["C26-105"]);
    assert_eq!(freights("EQ)2.5e6").await, ["C26-105"]);
    assert!(freights("LT)2500000").await.contains(&"C26-106".to_owned()));
    assert!(!freights("LT)2499999.99").await.contains(&"C26-106".to_owned()));
    assert!(freights("LTE)2499999.99").await.contains(&"C26-106".to_owned()));
    assert_eq!(freights("GTE)9e300").await.len(), 0);
    for (filter, count) in [
        ("currency.currencyCode(EQ)NOK", 6),
        ("currency.currencyCode(NE)NOK", 21),
        ("businessUnit.code(EQ)7110", 9),
        ("businessUnit.code(EQ)7200", 0),
        ("laycanFrom(GTE)2027-01-01T00:00:00", 11),
        ("isCoa(EQ)true", 6),
        ("remarks(EQ)Rates%20as%20fixed", 9),
        ("subCargos.commodity.commodityName(EQ)Iron+ore", 6),
    ] {
        assert_eq!(codes(&format!("Cargo?filter={filter}"), BOTH).await.len(), count, "{filter}");
    }
    let encoded = codes("Cargo?filter=subCargos.freight%28GTE%292500000", BOTH).await;
    assert_eq!(encoded, from);
}

#[tokio::test]
async fn lists_are_read_in_pages_that_say_the_total() {
    let whole = codes("Cargo?filter=isCoa(EQ)false", BOTH).await;
    let mut read = Vec::new();
    for page in 1..=6 {
        let target = format!("Cargo?filter=isCoa(EQ)false&pageNumber={page}&limit=5");
        let asked = ask(&target, BOTH, None).await;
        assert_eq!(asked.headers["totalObjectsNumber"], whole.len().to_string());
        read.extend(codes(&target, BOTH).await);
    }
    assert_eq!(read, whole);
}

#[tokio::test]
async fn fields_are_selected_by_a_header() {
    for (fields, expected) in [
        (r#"["cargoCode"]"#, json!({"cargoCode": "C26-105"})),
        (
            r#"["subCargos.freight", "currency", "vessel.none"]"#,
            json!({"currency": {"currencyCode": "NOK"}, "subCargos": [{"freight": 2_500_000.0}],
                   "vessel": {}}),
        ),
        ("[]", json!({})),
    ] {
        let one = ask("Cargo/50005", BOTH, Some(fields)).await;
        assert_eq!(one.body, expected, "{fields}");
        let list = ask("Cargo?filter=key(EQ)50005", BOTH, Some(fields)).await;
        assert_eq!(list.body, json!([expected]), "{fields}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_a_fault_of_seven_fields() {
    for target in [
        "Cargo?filter=",
        "Cargo?filter=subCargos.freight",
        "Cargo?filter=subCargos.freight(GTE",
        "Cargo?filter=subCargos.freight(ABOUT)1",
        "Cargo?filter=subCargos.freight(gte)1",
        "Cargo?filter=subCargos.freight(GTE)",
        "Cargo?filter=subCargos.freight(GTE)much",
        "Cargo?filter=subCargos.freight(GTE)NaN",
        "Cargo?filter=subCargos(EQ)1",
        "Cargo?filter=(EQ)1",
        "Cargo?filter=freight(EQ)1",
        "Cargo?filter=isCoa(EQ)yes",
        "Cargo?filter=key(EQ)1&filter=key(EQ)2",
        "Cargo?pageNumber=0",
        "Cargo?pageNumber=x",
        "Cargo?limit=0",
        "Cargo?limit=2001",
    ] {
        let Asked { status, body, .. } = ask(target, BOTH, None).await;
        assert_eq!((status, &body["statusCode"]), (400, &json!(400)), "{target}");
        assert_eq!(body.as_object().unwrap().len(), 7, "{body}");
    }
    for fields in ["cargoCode", "{}", "[1]", "\"x\""] {
        assert_eq!(ask("Cargo", BOTH, Some(fields)).await.status, 400, "{fields}");
        assert_eq!(ask("Cargo/50005", BOTH, Some(fields)).await.status, 400, "{fields}");
    }
    let asked = ask("Cargo?filter=freight(GTE)2500000", BOTH, None).await;
    assert_eq!(
        asked.body,
        json!({
            "statusCode": 400,
            "statusText": "Bad Request",
            "message": "There is no property \"freight\" to filter by.",
            "date": "2026-11-13T06:26:01",
            "statusFamily": "CLIENT_ERROR",
            "method": "GET",
            "uri": "https://vms.example.com/ws/rest/Cargo?filter=freight%28GTE%292500000",
        })
    );
}
