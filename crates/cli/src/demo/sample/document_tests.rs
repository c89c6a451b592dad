//! The sample APIs answer what their documents describe.

use std::collections::BTreeSet;

use axum::Router;
use portreeve_core::policy::openapi;

use crate::demo::sample::asked::ask;
use crate::demo::sample::crew::crew;
use crate::demo::sample::vessel::vessel;

const VESSEL: &str = include_str!("../../../../../demo/vessel.yaml");
const CREW: &str = include_str!("../../../../../demo/crew.yaml");

async fn check(document: &str, router: Router, expected: &[&str]) {
    let described = openapi::read(document).unwrap();
    let mut seen = BTreeSet::new();
    for operation in described.routes.operations() {
        let path =
            operation.template.as_str().replace("{imo}", "0014532").replace("{id}", "C-1006");
        let body = r#"{"givenName":"Solveig","familyName":"Haugland","rank":"Cook"}"#;
        let target = format!("{path}?organizationId=4210");
        let asked = ask(router.clone(), operation.method.name(), &target, "4210", body).await;
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
    check(VESSEL, vessel(), &["listOrganizations", "listShips", "readShip"]).await;
    check(CREW, crew(), &["addCrewMember", "listCrew", "readCrewMember", "replaceCrewMember"])
        .await;
}
