use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::*;
use crate::demo::sample::asked::{Asked, ask};

const MINE: &str = "240100017,240100025";

async fn page(target: &str, organizations: &str) -> Value {
    let asked = ask(clouds(), "GET", target, organizations, "").await;
    assert_eq!(asked.status, 200, "{target}: {}", asked.body);
    asked.body
}

#[test]
fn the_rows_can_be_read_and_fit_together() {
    let clouds: Vec<Cloud> = serde_json::from_str(CLOUDS).unwrap();
    let products: Vec<Product> = serde_json::from_str(PRODUCTS).unwrap();
    let ids: HashSet<&str> = clouds.iter().map(|cloud| &*cloud.id).collect();
    assert_eq!((clouds.len(), ids.len(), products.len()), (4, 4, 46));
    let mut categories = HashMap::new();
    for product in &products {
        assert!(ids.contains(&*product.cloud_id), "{product:?}");
        let cloud = categories.entry(&product.category_id).or_insert(&product.cloud_id);
        assert_eq!(*cloud, &product.cloud_id, "a category is one cloud's");
        let number = |text: &str| text.parse::<f64>().unwrap();
        let price = number(&product.price_without_vat) * number(&product.vat);
        assert!((price - number(&product.price_with_vat)).abs() < 0.01, "{product:?}");
    }
}

#[tokio::test]
async fn clouds_and_products_are_shown_in_reach_only() {
    let listed = page("/clouds", MINE).await;
    assert_eq!((&listed["totalItemsCount"], &listed["lastPage"]), (&json!("2"), &json!("1")));
    let ids: Vec<&Value> =
        listed["data"].as_array().unwrap().iter().map(|cloud| &cloud["id"]).collect();
    assert_eq!(ids, ["240100017", "240100025"]);
    assert_eq!(page("/clouds/240100017", MINE).await["name"], "Kavárna U Přístavu");
    assert_eq!(page("/clouds/240100025/products", MINE).await["totalItemsCount"], "10");
    for target in ["/clouds/240100033", "/clouds/240100033/products", "/clouds/1"] {
        let Asked { status, body, .. } = ask(clouds(), "GET", target, MINE, "").await;
        assert_eq!((status, body), (404, Value::Null), "{target}");
    }
}

#[tokio::test]
async fn lists_come_in_pages_whose_numbers_are_texts() {
    let mut wrapper = page("/clouds/240100017/products?page=2&limit=10", MINE).await;
    let data = wrapper.as_object_mut().unwrap().remove("data").unwrap();
    assert_eq!(data.as_array().unwrap().len(), 10);
    assert_eq!(
        wrapper,
        json!({"currentPage": "2", "perPage": "10", "totalItemsOnPage": "10",
               "totalItemsCount": "23", "firstPage": "1", "lastPage": "3",
               "nextPage": "3", "prevPage": "1"})
    );
    let first = page("/clouds/240100017/products", MINE).await;
    assert_eq!((&first["perPage"], &first["prevPage"]), (&json!("20"), &Value::Null));
    let last = page("/clouds/240100017/products?page=2", MINE).await;
    assert_eq!((&last["totalItemsOnPage"], &last["nextPage"]), (&json!("3"), &Value::Null));
    let beyond = page("/clouds/240100017/products?page=18446744073709551615&limit=100", MINE).await;
    assert_eq!((&beyond["data"], &beyond["totalItemsCount"]), (&json!([]), &json!("23")));
    let none = page("/clouds", "4200").await;
    assert_eq!((&none["data"], &none["totalItemsCount"]), (&json!([]), &json!("0")));
}

#[tokio::test]
async fn what_is_out_of_range_is_a_violation() {
    for (query, fields) in [
        ("page=0", json!(["page"])),
        ("page=-1", json!(["page"])),
        ("page=", json!(["page"])),
        ("limit=0", json!(["limit"])),
        ("limit=101", json!(["limit"])),
        ("limit=x&page=y", json!(["page", "limit"])),
        ("page=1&page=2", json!([null])),
    ] {
        for list in ["/clouds", "/clouds/240100017/products"] {
            let asked = ask(clouds(), "GET", &format!("{list}?{query}"), MINE, "").await;
            let found = asked.body["violations"].as_array().unwrap();
            let named: Vec<&Value> =
                found.iter().map(|violation| &violation["fieldName"]).collect();
            assert_eq!((asked.status, json!(named)), (400, fields.clone()), "{list}?{query}");
            assert!(found.iter().all(|violation| violation["message"].is_string()));
        }
    }
}
