use super::*;

const NOW: u64 = 1_790_000_000;

fn cache(path: PathBuf, scope: &str) -> Cache {
    let purpose = Purpose {
        token_url: "https://login.example.com/oauth2/token".into(),
        client_id: "prc_crewplanner".into(),
        scope: Some(scope.into()),
        audience: None,
    };
    Cache::new(path, purpose)
}

fn token() -> AccessToken {
    AccessToken::new("abc", Some("crew_read"), NOW, 3600).unwrap()
}

#[test]
fn a_token_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path().join("token.json"), "crew_read");
    assert_eq!(cache.read(NOW), None);
    cache.write(&token()).unwrap();
    cache.write(&token()).unwrap();
    assert_eq!(cache.read(NOW), Some(token()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
    cache.remove(&AccessToken::new("another", None, NOW, 60).unwrap(), NOW).unwrap();
    assert_eq!(cache.read(NOW), Some(token()));
    cache.remove(&token(), NOW).unwrap();
    assert_eq!(cache.read(NOW), None);
}

#[test]
fn a_file_for_something_else_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token.json");
    cache(path.clone(), "crew_read").write(&token()).unwrap();
    assert_eq!(cache(path.clone(), "crew_import").read(NOW), None);
    assert_eq!(cache(path.clone(), "crew_read").read(NOW - 1), None, "from the future");
    let cache = cache(path.clone(), "crew_read");
    for broken in ["", "{}", "[1", "\u{0}"] {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, broken).unwrap();
        assert_eq!(cache.read(NOW), None, "{broken:?}");
        fs::write(&path, text).unwrap();
        assert_eq!(cache.read(NOW), Some(token()));
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token.json");
    let cache = cache(path.clone(), "crew_read");
    cache.write(&token()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(cache.read(NOW), None, "somebody else could have read or made it");
    cache.write(&token()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}
