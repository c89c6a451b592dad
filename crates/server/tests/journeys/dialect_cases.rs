//! Every case of every dialect, word for word: of those that are built in, and of those
//! that are files and nothing else.

use std::path::{Path, PathBuf};

use axum::body::Body;
use portreeve_core::dialect::case::{Case, RawRequest};
use portreeve_core::http_message::Reply;

use crate::vendors;
use crate::world::{Answer, BOTH, World};

#[tokio::test]
async fn every_dialect_answers_as_its_cases_say() {
    for on in BOTH {
        let world = World::new(on).await;
        vendors::enter(&world).await;
        let files = case_files();
        assert!(files.len() >= 150, "the cases are missing");
        let mut wrong = Vec::new();
        for file in files {
            wrong.extend(check(&world, &file).await);
        }
        assert!(wrong.is_empty(), "{} on {on:?}:\n\n{}", wrong.len(), wrong.join("\n\n"));
    }
}

/// What is wrong with the answer to a case, if anything is.
async fn check(world: &World, file: &Path) -> Option<String> {
    let case = Case::read(&std::fs::read(file).unwrap());
    let case = case.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let answer = world.send(request(&case.request)).await;
    let expected = case.expected.unwrap_or_else(|| panic!("{}: no reply", file.display()));
    let differences = expected.differences(&reply(&answer));
    let told = || format!("{}: {differences:#?}\n{answer:#?}", file.display());
    (!differences.is_empty()).then(told)
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
