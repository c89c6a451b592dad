//! `portreeve dialect`: list, show, check and new. What `try` says is in
//! `verb_dialect_try.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::process::{Said, done, initialised, json, portreeve};

/// The dialects of the source, each in a folder with its cases.
pub(crate) fn dialects() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/dialects");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 8);
    folders
}

/// The text of a dialect of the source.
fn text(name: &str) -> String {
    let folder = dialects().into_iter().find(|folder| folder.ends_with(name)).unwrap();
    fs::read_to_string(folder.join("dialect.toml")).unwrap()
}

/// An installation with a folder of dialects, of which a service speaks one.
fn with_folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = initialised();
    let file = folder.path().join("portreeve.toml");
    let config = fs::read_to_string(&file).unwrap();
    let config = config.replacen("[master_key]", "dialects = \"own\"\n\n[master_key]", 1);
    let config = config.replacen("# dialect = \"standard\"", "dialect = \"lark\"", 1);
    fs::write(&file, config).unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("own").join(name), text).unwrap();
    }
    folder
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let Said { code, out, err } = portreeve(folder, arguments);
    assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}: {err}");
    err
}

#[test]
fn what_is_built_in_is_listed_without_an_installation() {
    let folder = tempfile::tempdir().unwrap();
    let listed = json(folder.path(), &["dialect", "list"]);
    assert_eq!(
        listed[3],
        json!({
            "name": "dqe",
            "title": "DQE Software",
            "paths": ["/oauth/access_token/", "/oauth/access_token"],
            "methods": ["GET", "POST"],
            "services": [],
            "file": null,
        })
    );
    let words = done(folder.path(), &["dialect", "list"]);
    assert_eq!(words.lines().count(), 1 + listed.as_array().unwrap().len());
    assert!(words.contains("\ndotypos   Dotypos API v2       /v2/signin/token "), "{words}");
    let err = refused(folder.path(), &["dialect", "list", "--data", "elsewhere"]);
    assert!(err.contains("elsewhere/portreeve.toml: the configuration cannot be read"), "{err}");
}

#[test]
fn what_is_in_the_folder_is_listed_with_its_services() {
    let folder = with_folder(&[("lark.toml", &text("lark")), ("other.txt", "no dialect")]);
    let listed = json(folder.path(), &["dialect", "list"]);
    let last = listed.as_array().unwrap().last().unwrap();
    assert_eq!((&last["name"], &last["services"]), (&json!("lark"), &json!(["ships"])));
    assert_eq!(last["file"], "own/lark.toml");
    assert_eq!(done(folder.path(), &["dialect", "show", "lark"]), text("lark"));
    assert!(done(folder.path(), &["check"]).contains("dotypos, lark"));

    // One that is broken does not hide the others.
    fs::write(folder.path().join("own/broken.toml"), "name = \"broken\"\ntitel = 1\n").unwrap();
    let said = portreeve(folder.path(), &["dialect", "list"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("own/lark.toml"), "{}", said.out);
    assert!(said.err.starts_with("own/broken.toml:2: titel: no such key"), "{}", said.err);
    assert!(done(folder.path(), &["dialect", "show", "broken"]).starts_with("name = "));
    let said = portreeve(folder.path(), &["dialect", "show", "broken", "--json"]);
    assert!(said.err.starts_with("portreeve: own/broken.toml:2: titel"), "{}", said.err);
}

#[test]
fn files_are_shown_as_they_are_and_as_they_were_compiled() {
    let folder = tempfile::tempdir().unwrap();
    for dialect in dialects() {
        let file = dialect.join("dialect.toml");
        let (file, own) = (file.to_str().unwrap(), fs::read_to_string(&file).unwrap());
        assert_eq!(done(folder.path(), &["dialect", "show", file]), own);
        let shown = json(folder.path(), &["dialect", "show", file]);
        assert_eq!(shown["name"].as_str(), dialect.file_name().unwrap().to_str());
        // The last row answers what is left.
        let last = shown["refusals"].as_array().unwrap().last().unwrap();
        assert!(last["on"].to_string().contains("not_permitted"), "{file}: {last}");
    }
    let shown = json(folder.path(), &["dialect", "show", "dotypos"]);
    let places = json!(["header:authorization as \"User ${value}\""]);
    assert_eq!(shown["token"]["inputs"]["refresh_token"], places);
    assert_eq!(shown["issue"]["refresh"]["ttl"], "never");
    assert_eq!(shown["reply"]["body"], json!({ "accessToken": "${access_token}" }));
    assert_eq!(shown["refusals"][0]["on"][0], "parameter_missing:refresh_token");
    assert_eq!(shown["resource"]["narrowed"], true);
    let entries = &shown["connector"]["entries"];
    assert_eq!(entries[0]["proof"], json!({ "client_secret": "client_secret" }));
    assert_eq!(entries[1]["proof"]["hmac_timestamp"]["skew"], "1m");
    assert_eq!(
        refused(folder.path(), &["dialect", "show", "dqq"]),
        "portreeve: there is no dialect \"dqq\"; there are standard, dualog, dataloy, dqe, dotypos; a file is named by its path, such as \"./dqq.toml\"\n"
    );
}

#[test]
fn files_that_are_right_are_checked_with_their_cases() {
    let folder = tempfile::tempdir().unwrap();
    for dialect in dialects() {
        let file = dialect.join("dialect.toml");
        let checked = json(folder.path(), &["dialect", "check", file.to_str().unwrap()]);
        let one = &checked["dialects"][0];
        let count = |name: &str| one[name].as_u64().unwrap();
        assert_eq!((&checked["ok"], &checked["faults"]), (&json!(true), &json!([])));
        // Some need no server, and some do.
        assert!(count("compared") >= 2 && count("compared") < count("cases"), "{one}");
    }
    assert_eq!(
        done(folder.path(), &["dialect", "check", "dqe", "standard"]),
        "built-in dialect dqe is right. It has no cases.\nbuilt-in dialect standard is right. It has no cases.\n"
    );
}

#[test]
fn every_fault_names_its_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let dqe = text("dqe");
    fs::write(at.join("good.toml"), &dqe).unwrap();
    fs::write(
        at.join("word.toml"),
        dqe.replacen("\"parameter_unknown\"", "\"parameter_unkown\"", 1),
    )
    .unwrap();
    fs::write(at.join("toml.toml"), "name = \"x\"\n\n[endpoint\n").unwrap();
    fs::write(at.join("binary.toml"), b"name = \"x\"\n\xff\xfe\0").unwrap();
    fs::write(at.join("empty.toml"), "").unwrap();
    let cases = at.join("good/cases");
    fs::create_dir_all(&cases).unwrap();
    let asked = "### x\nGET /oauth/access_token/?scope=a HTTP/1.1\n";
    fs::write(cases.join("a-wrong.http"), format!("{asked}\nHTTP/1.1 401\nX-No: y\n\n{{}}\n"))
        .unwrap();
    fs::write(cases.join("b-open.http"), asked).unwrap();
    fs::write(cases.join("c-no-http.http"), "### y\nhello client_secret=abcd\n").unwrap();
    fs::write(cases.join("d-binary.http"), b"\x7fELF\0\0\xff").unwrap();
    fs::write(cases.join("e-server.http"), "GET /elsewhere HTTP/1.1\n\nHTTP/1.1 500\n").unwrap();
    let files = ["good.toml", "word.toml", "toml.toml", "binary.toml", "empty.toml"];
    let err = refused(at, &[&["dialect", "check"][..], &files].concat());
    let expected = [
        "good/cases/a-wrong.http:4: the status is 400, expected 401",
        "good/cases/a-wrong.http:5: x-no is missing, expected \"y\"",
        "good/cases/a-wrong.http:7: the body is {\"error\":\"invalid_request\"}, expected {}",
        "good/cases/b-open.http:1: a case ends with the reply",
        "good/cases/c-no-http.http:2: expected a request line",
        "good/cases/d-binary.http:1: expected a request line",
        "word.toml:49: [[refusal]] on = \"parameter_unkown\": no such condition; did you mean \"parameter_unknown\"?",
        "toml.toml:3: ",
        "binary.toml:2: expected UTF-8 text",
        "empty.toml:1: ",
    ];
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{err}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n  expected {expected}");
    }
    assert!(!err.contains("abcd"), "{err}");

    let said = portreeve(at, &["dialect", "check", "good.toml", "word.toml", "--json"]);
    let checked: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, said.err.as_str(), &checked["ok"]), (1, "", &json!(false)));
    let faults = checked["faults"].as_array().unwrap();
    assert_eq!((faults.len(), &faults[0]["line"]), (7, &json!(4)));
}

#[test]
fn what_is_no_file_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("large.toml"), vec![b'#'; 10 << 20]).unwrap();
    fs::create_dir(at.join("folder.toml")).unwrap();
    for (file, expected) in [
        ("none.toml", "none.toml cannot be read: No such file or directory"),
        ("large.toml", "large.toml is larger than 1 MiB"),
        ("folder.toml", "folder.toml cannot be read: Is a directory"),
        ("./none", "./none cannot be read"),
        ("", "there is no dialect \"\""),
    ] {
        for verb in ["check", "show"] {
            let err = refused(at, &["dialect", verb, file]);
            assert!(err.starts_with(&format!("portreeve: {expected}")), "{err}");
            assert_eq!(err.lines().count(), 1, "{err}");
        }
    }
    assert_eq!(portreeve(at, &["dialect", "check"]).code, 2);
}

#[test]
fn a_new_dialect_is_right_from_the_first_moment() {
    let folder = with_folder(&[("lark.toml", &text("lark"))]);
    let at = folder.path();
    let written = json(at, &["dialect", "new", "acme", "--folder", "own"]);
    assert_eq!(written, json!({ "written": ["own/acme.toml", "own/acme/cases/granted.http"] }));
    for from in ["standard", "dualog", "dataloy", "dqe", "dotypos", "lark"] {
        let name = format!("my-{from}");
        let said = done(at, &["dialect", "new", &name, "--from", from, "--folder", "own"]);
        assert!(said.contains(&format!("portreeve dialect check own/{name}.toml")), "{said}");
    }
    for name in
        ["acme", "my-standard", "my-dualog", "my-dataloy", "my-dqe", "my-dotypos", "my-lark"]
    {
        let (file, case) = (format!("own/{name}.toml"), format!("own/{name}/cases/granted.http"));
        let checked = done(at, &["dialect", "check", &file]);
        assert!(checked.contains("is right. It has 1 case;"), "{checked}");
        let tried = json(at, &["dialect", "try", name, "--request", &case]);
        assert_eq!((&tried["dialect"], &tried["answered"]), (&json!(name), &json!("granted")));
        let text = fs::read_to_string(at.join(&file)).unwrap();
        assert!(text.contains(&format!("\"/{name}/")), "{text}");
    }
    // All of them beside each other.
    let checked = done(at, &["check"]);
    assert!(checked.contains("dotypos, acme, lark, my-dataloy, my-dotypos"), "{checked}");
}

#[test]
fn nothing_is_overwritten_and_no_name_leaves_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    done(at, &["dialect", "new", "acme"]);
    fs::write(at.join("acme.toml"), "mine").unwrap();
    let err = refused(at, &["dialect", "new", "acme"]);
    assert_eq!(
        err,
        "portreeve: ./acme.toml is there already; choose another name, or move it away\n"
    );
    assert_eq!(fs::read_to_string(at.join("acme.toml")).unwrap(), "mine");
    fs::remove_file(at.join("acme.toml")).unwrap();
    let err = refused(at, &["dialect", "new", "acme"]);
    assert!(err.contains("./acme/cases/granted.http is there already"), "{err}");
    let long = "a".repeat(41);
    for name in ["", "../x", "a/b", "Acme", "a b", "a\"b", "a\n", "é", &long] {
        let err = refused(at, &["dialect", "new", name]);
        assert!(err.contains("1 to 40 lower-case letters, digits or \"-\""), "{err}");
    }
    let err = refused(at, &["dialect", "new", "dqe"]);
    assert!(err.contains("\"dqe\" is already the name of built-in dialect dqe"), "{err}");
    let err = refused(at, &["dialect", "new", "other", "--from", "nothing"]);
    assert!(err.contains("there is no dialect \"nothing\""), "{err}");
    fs::write(at.join("file"), "").unwrap();
    let err = refused(at, &["dialect", "new", "other", "--folder", "file"]);
    assert!(err.contains("cannot be made"), "{err}");
    assert!(!at.join("other.toml").exists() && !at.join("other").exists());
}
