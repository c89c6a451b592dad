//! Every case of every built-in dialect, word for word.

use std::path::{Path, PathBuf};

use crate::case_file::{Case, fits};
use crate::world::{BOTH, World};

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
    let case = Case::read(&std::fs::read_to_string(file).unwrap());
    let answer = world.send(case.request).await;
    let told = format!("{}: {}\n{answer:#?}", file.display(), case.title);
    assert_eq!(answer.status, case.expected.status, "{told}");
    for (name, value) in &case.expected.headers {
        assert!(fits(value, answer.header(name)), "{name}: {told}");
    }
    for name in &case.expected.absent {
        assert!(answer.headers.get(name).is_none(), "{name}: {told}");
    }
    assert!(fits(&case.expected.body, &answer.text), "{told}");
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
