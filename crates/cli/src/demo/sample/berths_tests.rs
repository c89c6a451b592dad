use portreeve_core::policy::openapi;
use serde_json::json;

use super::*;
use crate::demo::sample::asked::ask;

const ENTRY: &str =
    r#"{"berthId":"PT-2","shipImo":"0050158","arrives":"2027-01-11","leaves":"2027-01-13"}"#;

async fn total(router: &Router, target: &str, organizations: &str) -> u64 {
    let asked = ask(router.clone(), "GET", target, organizations, "").await;
    assert_eq!(asked.status, 200, "{target}: {}", asked.body);
    asked.body["total"].as_u64().unwrap()
}

#[test]
fn the_rows_can_be_read_and_go_together() {
    let berths: Vec<Berth> = serde_json::from_str(BERTHS).unwrap();
    let bookings: Vec<Booking> = serde_json::from_str(BOOKINGS).unwrap();
    assert!((24..100).contains(&berths.len()));
    for (at, row) in bookings.iter().enumerate() {
        assert_eq!(row.id, format!("B-{}", 501 + at));
        assert!(row.entry.clone().checked(&berths).is_ok(), "{row:?}");
        let others = bookings.iter().filter(|other| other.id != row.id);
        assert!(others.clone().all(|other| !other.entry.meets(&row.entry)), "{row:?}");
    }
}

#[tokio::test]
async fn berths_are_everybodys_and_bookings_are_not() {
    let berths = berths();
    assert_eq!(total(&berths, "/v1/berths", "").await, 26);
    let deep = total(&berths, "/v1/berths?draught=12", "").await;
    assert!((1..26).contains(&deep), "{deep}");
    assert_eq!(total(&berths, "/v1/bookings", "").await, 0);
    let meridian = total(&berths, "/v1/bookings", "6100").await;
    assert_eq!(total(&berths, "/v1/bookings?organizationId=6100", "6100,5100").await, meridian);
    assert_eq!(total(&berths, "/v1/bookings?organizationId=5100", "6100").await, 0);
}

#[tokio::test]
async fn a_berth_is_booked_once() {
    let berths = berths();
    let target = "/v1/bookings?organizationId=6100";
    let before = total(&berths, target, "6100").await;
    let booked = ask(berths.clone(), "POST", target, "6100", ENTRY).await;
    assert_eq!((booked.status, &booked.body["organizationId"]), (201, &json!("6100")));
    assert_eq!(total(&berths, target, "6100").await, before + 1);
    let later = ENTRY.replace("01-13", "01-15").replace("01-11", "01-13");
    for (target, body, status) in [
        (target, ENTRY, 409),
        (target, &*later, 201),
        (target, &ENTRY.replace("PT-2", "PT-9"), 400),
        (target, &ENTRY.replace("0050158", "50158"), 400),
        (target, &ENTRY.replace("2027-01-11", "2027-01-14"), 400),
        (target, &ENTRY.replace("2027-01-11", "2027-02-30"), 400),
        (target, "[]", 400),
        ("/v1/bookings", ENTRY, 400),
        ("/v1/bookings?organizationId=5100", ENTRY, 403),
    ] {
        let asked = ask(berths.clone(), "POST", target, "6100", body).await;
        assert_eq!(asked.status, status, "{target} {body}: {}", asked.body);
    }
}

#[tokio::test]
async fn every_described_operation_is_answered() {
    let document = include_str!("../../../../../demo/berths.yaml");
    let described = openapi::read(document).unwrap();
    let mut seen = Vec::new();
    for operation in described.routes.operations() {
        let target = format!("{}?organizationId=6100", operation.template.as_str());
        let asked = ask(berths(), operation.method.name(), &target, "6100", ENTRY).await;
        assert!((200..300).contains(&asked.status), "{}: {}", operation.id, asked.body);
        seen.push(&*operation.id);
    }
    assert_eq!(seen, ["listBerths", "listBookings", "addBooking"]);
}
