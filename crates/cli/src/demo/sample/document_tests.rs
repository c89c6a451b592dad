//! The sample APIs answer what their documents describe.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use portreeve_core::policy::openapi;
use portreeve_server::env::SystemClock;

use crate::demo::sample::addresses::addresses;
use crate::demo::sample::asked::ask;
use crate::demo::sample::clouds::clouds;
use crate::demo::sample::crew::crew;
use crate::demo::sample::vessel::vessel;
use crate::demo::sample::voyages::voyages;

const VESSEL: &str = include_str!("../../../../../demo/vessel.yaml");
const CREW: &str = include_str!("../../../../../demo/crew.yaml");
const VOYAGES: &str = include_str!("../../../../../demo/voyages.yaml");
const ADDRESSES: &str = include_str!("../../../../../demo/addresses.yaml");
const CLOUDS: &str = include_str!("../../../../../demo/clouds.yaml");

/// Where a service's routes begin, a query, and an organization in reach.
struct Mounted(&'static str, &'static str, &'static str);

const DUALOG: Mounted = Mounted("", "organizationId=4210", "4210");

async fn check(document: &str, router: Router, mounted: Mounted, expected: &[&str]) {
    let described = openapi::read(document).unwrap();
    let Mounted(base, query, organization) = mounted;
    let mut seen = BTreeSet::new();
    for operation in described.routes.operations() {
        let path = operation.template.as_str();
        let values = [("{imo}", "0014532"), ("{id}", "C-1006"), ("{cloudId}", "240100017")];
        let key = if path.starts_with("/Cargo") { "50005" } else { "901" };
        let path = values
            .iter()
            .fold(path.replace("{key}", key), |path, (name, value)| path.replace(name, value));
        let body = r#"{"givenName":"Solveig","familyName":"Haugland","rank":"Cook"}"#;
        let target = format!("{base}{path}?{query}");
        let asked = ask(router.clone(), operation.method.name(), &target, organization, body).await;
        assert!(
            (200..300).contains(&asked.status),
            "{}: {} {}",
            operation.id,
            asked.status,
            asked.body
        );
        seen.insert(&*operation.id);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn every_described_operation_is_answered() {
    check(VESSEL, vessel(), DUALOG, &["listOrganizations", "listShips", "readShip"]).await;
    let crew_operations = ["addCrewMember", "listCrew", "readCrewMember", "replaceCrewMember"];
    check(CREW, crew(), DUALOG, &crew_operations).await;
    let voyages = voyages(Arc::new(SystemClock::start()));
    let operations = ["listCargoes", "listCurrencies", "readCargo", "readCurrency"];
    check(VOYAGES, voyages, Mounted("/ws/rest", "limit=5", "7100"), &operations).await;
    let postal = Mounted("/CP", "Pays=FRA&CodePostal=75001", "");
    check(ADDRESSES, addresses(), postal, &["listLocalities"]).await;
    let operations = ["listClouds", "listProducts", "readCloud"];
    check(CLOUDS, clouds(), Mounted("", "limit=5", "240100017"), &operations).await;
}

#[test]
fn all_scopes_of_the_vendors_are_known() {
    let names = |text| -> Vec<String> {
        openapi::read(text).unwrap().scopes.into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(VOYAGES), ["vms_read"]);
    assert_eq!(names(CLOUDS), ["clouds_read", "products_read"]);
    let licences = [
        "client_address",
        "client_phone",
        "client_email",
        "client_idcheck",
        "client_general",
        "client_b2b",
        "client_civility",
    ];
    assert_eq!(names(ADDRESSES), licences);
}
