//! `user invite`.

use crate::process::{done, initialised, portreeve};

const ADDRESS: &str = "mara.lindqvist@skarholt.example";

#[test]
fn the_first_admin_of_a_customer_gets_a_link() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skarholt Lines", "--external-id", "SK-20418"]);
    let out = done(at, &["user", "invite", "SK-20418", " Mara.Lindqvist@skarholt.example"]);
    let (before, code) = out.trim().split_once("/portal/welcome#").unwrap();
    assert!(before.starts_with(&format!("{ADDRESS} may join Skarholt Lines as admin.")), "{out}");
    assert_eq!(code.len(), 44, "{out}");
    let again = done(at, &["user", "invite", "SK-20418", ADDRESS, "--role", "member"]);
    assert!(again.contains("as member") && !again.contains(code), "{again}");
    let register = done(at, &["audit", "list"]);
    assert_eq!(register.matches("membership.invited").count(), 2, "{register}");
    assert!(!register.contains(code), "{register}");
    for (asked, told) in [
        (["SK-20418", "mara", "--role=admin"], "looks like name@example.com"),
        (["SK-0", ADDRESS, "--role=admin"], "there is no organization"),
        (["SK-20418", ADDRESS, "--role=owner"], "expected admin or member"),
    ] {
        let said = portreeve(at, &[&["user", "invite"][..], &asked].concat());
        assert!(said.code != 0 && said.err.contains(told), "{asked:?}: {}", said.err);
    }
}
