//! Every case of every built-in dialect, word for word.

use std::path::{Path, PathBuf};

use axum::body::Body;
use portreeve_core::dialect::case::{Case, RawRequest};
use portreeve_core::http_message::Reply;

use crate::world::{Answer, BOTH, World};

#[tokio::test]
async fn every_dialect_answers_as_its_cases_say() {
    for on in BOTH {
        let world = World::new(on).await;
        world.change_client("fleet-rs256", |client| client.disabled = true).await;
        let files = case_files();
        assert!(files.len() >= 20, "the cases are missing");
        for file in files {
            check(&world, &file).await;
        }
    }
}

async fn check(world: &World, file: &Path) {
    let case = Case::read(&std::fs::read(file).unwrap());
    let case = case.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let answer = world.send(request(&case.request)).await;
    let expected = case.expected.unwrap_or_else(|| panic!("{}: no reply", file.display()));
    let differences = expected.differences(&reply(&answer));
    assert!(differences.is_empty(), "{}: {differences:#?}\n{answer:#?}", file.display());
}

fn request(raw: &RawRequest) -> http::Request<Body> {
    let mut request = http::Request::new(Body::from(raw.body.clone()));
    *request.method_mut() = raw.method.clone();
    *request.uri_mut() = raw.uri.clone();
    *request.headers_mut() = raw.headers.clone();
    request
}

fn reply(answer: &Answer) -> Reply {
    let headers = answer.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
    let body = answer.text.clone().into_bytes();
    Reply { status: answer.status, headers: headers.collect(), body }
}

fn case_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/dialects");
    let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path().join("cases"));
    let mut files: Vec<PathBuf> = folders
        .flat_map(|cases| std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()))
        .collect();
    files.sort();
    files
}
