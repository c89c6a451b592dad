//! What the program says when it cannot do what was asked: one sentence, with the
//! remedy; exit code 1, or 2 when the words themselves make no sense.

use std::process::{Command, Stdio};

use crate::process::{PROGRAM, done, initialised, portreeve};

/// What is asked, and what is said.
const REFUSALS: &[(&[&str], &str)] = &[
    (&["client", "show", "nobody"], "there is no client \"nobody\""),
    (&["client", "disable", "nobody"], "there is no client \"nobody\""),
    (&["user", "disable", "x@example.com"], "there is no user \"x@example.com\""),
    (&["organization", "show", "org_1"], "there is no organization \"org_1\""),
    (&["organization", "show", "a/b"], "there is no organization \"a/b\""),
    (&["organization", "add-member", "77", "x@example.com"], "there is no user \"x@example.com\""),
    (
        &["client", "scopes", "bridge", "ships_sink"],
        "the client's audiences have no scope \"ships_sink\"; they have ships_read, ships_write",
    ),
    (
        &["client", "create", "B", "--organization", "77", "--scope", "fly"],
        "the client's audiences have no scope \"fly\"; they have ships_read, ships_write",
    ),
    (
        &["client", "create", "B", "--organization", "77", "--audience", "https://x"],
        "no service has the audience \"https://x\"; there are https://api.example.com, urn:portreeve:admin",
    ),
    (
        &["client", "create", "B", "--organization", "77", "--introspect", "https://x"],
        "no service has the audience \"https://x\"; there are https://api.example.com, urn:portreeve:admin",
    ),
    (&["client", "create", "B", "--organization", "78"], "there is no organization \"78\""),
    (
        &["client", "create", "B"],
        "say whose client it is: --organization ORGANIZATION_ID or --user EMAIL",
    ),
    (
        &["client", "create", "B", "--organization", "77", "--id", "bridge"],
        "the client id \"bridge\" is taken; choose another",
    ),
    (
        &["client", "create", "B", "--organization", "77", "--id", "org_x"],
        "a client id may not begin with \"org_\" or \"usr_\": those are ids of organizations and users",
    ),
    (
        &["client", "create", " ", "--organization", "77"],
        "a name needs 1 to 200 characters, all of which can be seen",
    ),
    (
        &["user", "create", "no address", "Ada"],
        "an e-mail address looks like name@example.com, with ASCII characters and no spaces",
    ),
    (
        &["organization", "create", "X", "--external-id", "org_7"],
        "an external id needs 1 to 128 visible ASCII characters without quote, backslash, colon, comma or slash, and may not begin with \"org_\"",
    ),
    (
        &["client", "list", "--data", "elsewhere"],
        "the configuration is not right\nelsewhere/portreeve.toml: the configuration cannot be read: No such file or directory (os error 2); name another with --config, or write one with \"portreeve init\"",
    ),
];

#[test]
fn refusals_are_one_sentence() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    done(
        at,
        &[
            "client",
            "create",
            "Bridge",
            "--organization",
            "77",
            "--id",
            "bridge",
            "--scope",
            "ships_read",
        ],
    );
    for (arguments, expected) in REFUSALS {
        let said = portreeve(at, arguments);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{arguments:?}");
        assert_eq!(said.err, format!("portreeve: {expected}\n"), "{arguments:?}");
    }
    let said = portreeve(at, &["client", "remove-secret", "bridge", "nothing"]);
    assert!(
        said.err.starts_with("portreeve: the client has no secret \"nothing\"; it has "),
        "{}",
        said.err
    );
}

#[test]
fn words_that_make_no_sense_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["sail"] as &[&str],
        &["client"],
        &["client", "show"],
        &["client", "show", "a b"],
        &["client", "rotate", "x", "--overlap", "soon"],
        &["client", "list", "--user", "a", "--organization", "b"],
        &["check", "--data", "a", "--config", "b"],
        &["organization", "add-member", "1", "a@b.c", "--role", "captain"],
        &["audit", "list", "--limit", "0"],
        &["demo", "--listen", "8080"],
    ] {
        let said = portreeve(folder.path(), arguments);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn a_reader_who_goes_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["dialect", "conditions"] as &[&str], &["completions", "bash"], &["--help"]]
    {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "", "{arguments:?}");
    }
}
