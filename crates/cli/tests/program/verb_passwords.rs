//! `user password`.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::process::{PROGRAM, done, initialised, portreeve};

const ADDRESS: &str = "mara.lindqvist@skarholt.example";

#[test]
fn a_password_comes_from_a_file_or_from_standard_input() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["user", "create", ADDRESS, "Mara Lindqvist"]);
    fs::write(at.join("password.txt"), "harbour lamp oak\nand a line that is none of it\n")
        .unwrap();
    let set = ["user", "password", ADDRESS, "--password-file"];
    let out = done(at, &[&set[..], &["password.txt"]].concat());
    assert_eq!(out.trim(), "mara.lindqvist@skarholt.example has a new password.");

    let mut child = Command::new(PROGRAM)
        .args([&set[..], &["-"]].concat())
        .current_dir(at)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"another harbour lamp\n").unwrap();
    assert!(child.wait().unwrap().success());
    let register = done(at, &["audit", "list"]);
    assert_eq!(register.matches("user.password_set").count(), 2, "{register}");
    assert!(!register.contains("harbour"), "{register}");
}

#[test]
fn what_is_no_password_is_refused_with_the_remedy() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["user", "create", ADDRESS, "Mara Lindqvist"]);
    for (text, told) in [
        ("", "12 characters or more"),
        ("too short", "12 characters or more"),
        (ADDRESS, "may not be the e-mail address"),
        (&"x".repeat(201), "200 bytes at most"),
    ] {
        fs::write(at.join("password.txt"), text).unwrap();
        let set = ["user", "password", ADDRESS, "--password-file", "password.txt"];
        let said = portreeve(at, &set);
        assert!(said.code != 0 && said.err.contains(told), "{text}: {}", said.err);
    }
    let said = portreeve(at, &["user", "password", ADDRESS, "--password-file", "none.txt"]);
    assert!(said.code != 0 && said.err.contains("none.txt cannot be read"), "{}", said.err);
}
