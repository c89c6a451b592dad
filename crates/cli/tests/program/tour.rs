//! Every command that the demo prints works as it is pasted.

use std::process::Command;

use crate::process::{Demo, Said};

#[test]
fn every_printed_command_works_as_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let printed = demo.printed();
    let commands: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    assert_eq!(commands.len(), 24, "{printed}");
    let script = commands.join("\n");
    let output = Command::new("bash")
        .args(["-e", "-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = Said::from(output);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);

    let codes: Vec<&str> = said.out.lines().filter(|line| line.len() == 3).collect();
    assert_eq!(
        codes,
        ["200", "403", "401", "200", "403", "200", "200", "401", "200", "200", "400", "200", "403"],
        "{}",
        said.out
    );
    for row in ["Fjordline Aurora", "C26-105", "US dollar", "PARIS 01", "Espresso"] {
        assert!(said.out.contains(row), "{row}: {}", said.out);
    }
    assert!(!said.out.contains("invalid_client"), "{}", said.out);
    // The tour leaves the world as it found it.
    let token = demo.token("user_client", "organization_read");
    assert_eq!(demo.ships(&token, "5100"), 200);
}
