use lettre::message::Mailbox;
use portreeve_core::client::notice::{Notice, Stage, due};
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::{Secret, SecretHash};
use portreeve_core::sign_in::proof::Stopped;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};

use super::*;
use crate::config;

/// 2026-11-21T12:00:00Z.
const NOON: Timestamp = Timestamp::from_unix(1_795_262_400);
const CODE: &str = "0Az9CodeCodeCodeCodeCodeCodeCodeCodeCodeCod";
const HOSTILE: &str =
    "Eve\r\nBcc: all@example.com\r\n\r\n<script>x</script> \u{202e}https://evil.example/x";

fn head() -> Letterhead<'static> {
    Letterhead {
        texts: Texts::english(),
        vendor: "Tidewright",
        accent: None,
        issuer: "https://id.tidewright.example",
        now: NOON,
        entropy: &|bytes: &mut [u8]| bytes.fill(0x5a),
    }
}

fn ada() -> User {
    let id = UserId::parse("usr_ada").unwrap();
    User::new(id, "ada@fjordline.example", "Ada", false, NOON).unwrap()
}

fn organization(name: &str) -> Organization {
    let id = OrganizationId::parse("org_1").unwrap();
    let mut one = Organization::new(id, "x", None, None, NOON).unwrap();
    one.name = name.to_owned();
    one
}

fn code() -> Secret<String> {
    Secret::new(CODE.to_owned())
}

fn invited(by: &str, organization: &str) -> Mail {
    let code = code();
    let until = NOON.plus(Ttl::from_hours(14 * 24));
    let what = Invitation { by, organization, role: Role::Admin, code: &code, until };
    invitation(&head(), "ole@fjordline.example", &what)
}

fn client(name: &str) -> Client {
    let secret = ClientSecret {
        id: "s1".into(),
        hash: SecretHash::from_bytes([0; 32]),
        created_at: NOON.minus(Ttl::from_hours(24 * 300)),
        expires_at: Some(NOON.plus(Ttl::from_hours(24 * 7 - 1))),
        last_used_at: None,
        last_used_from: None,
        made_by: None,
        hint: "x4Fq".into(),
        recoverable: None,
    };
    Client {
        client_id: ClientId::parse("prc_1").unwrap(),
        name: name.to_owned(),
        owner: Owner::Organization(OrganizationId::parse("org_1").unwrap()),
        audiences: Vec::new(),
        scopes: portreeve_core::oauth::scope::ScopeSet::EMPTY,
        grants: Vec::new(),
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        disabled: false,
        expires_at: None,
        not_before: Timestamp::EPOCH,
        token_ttl: None,
        secrets: vec![secret],
        created_at: Timestamp::EPOCH,
        version: 1,
    }
}

fn ends(client: &Client) -> Mail {
    let notice = due(client, NOON)[0];
    ending(&head(), "ada@fjordline.example", &Ending { notice, owner: "Fjordline Group" })
}

/// Every mail there is, about something with this name.
fn all(name: &str) -> Vec<Mail> {
    let (head, ada, code) = (head(), ada(), code());
    let person = User { name: name.to_owned(), ..ada.clone() };
    let place = organization(name);
    let joined_ = Joined { user: &person, organization: &place, role: Role::Member };
    let mut mails = vec![
        invited(name, name),
        joined(&head, &ada.email, &joined_),
        password_reset(&head, &ada, &code, NOON),
        password_changed(&head, &ada, Stopped { clients: 2, connections: 1 }),
        client_disabled(&head, &ada.email, &client(name), name, name),
    ];
    let mut used = client(name);
    used.secrets[0].last_used_at = Some(NOON);
    used.secrets[0].hint = "".into();
    for client in [&client(name), &used] {
        let secret = Some(&client.secrets[0]);
        for secret in [secret, None] {
            for stage in [Stage::Month, Stage::Week, Stage::Day, Stage::Ended] {
                let notice = Notice { client, secret, ends_at: NOON, stage, is_replaced: true };
                mails.push(ending(&head, &ada.email, &Ending { notice, owner: name }));
            }
        }
    }
    mails
}

#[test]
fn an_invitation_reads_well() {
    let mail = invited("Ingrid Solheim", "Fjordline Group");
    assert_eq!(mail.subject, "Ingrid Solheim invites you to Fjordline Group");
    let expected = "\
Ingrid Solheim invites you to Fjordline Group

You would be an admin there. At Tidewright, admins make and change the identity clients of their organization, and decide who belongs to it.

Accept the invitation:
https://id.tidewright.example/portal/welcome#0Az9CodeCodeCodeCodeCodeCodeCodeCodeCodeCod

If the link does not open, go to https://id.tidewright.example/portal/welcome and type this code:

0Az9CodeCodeCodeCodeCodeCodeCodeCodeCodeCod

The invitation stands until 5 Dec 2026, 12:00 UTC and works once.

If you did not expect it, leave it: without the code nothing happens.

-- 
You get this because Ingrid Solheim wrote your address.
Tidewright, https://id.tidewright.example
";
    assert_eq!(mail.text, expected);
}

#[test]
fn a_notice_says_what_ends_when_and_what_to_do() {
    let mut client = client("Crew import, payroll");
    let mail = ends(&client);
    assert_eq!(mail.subject, "A secret of Crew import, payroll ends in 7 days");
    let expected = "\
A secret of Crew import, payroll ends in 7 days

It ends on 28 Nov 2026, 11:00 UTC. From then on, programs that show it are refused.

Rotate it: make a new secret, give it to the program, and remove this one when it has gone quiet.

Identity client: Crew import, payroll
Client id: prc_1
Owner: Fjordline Group
Secret: \u{2026}x4Fq, made on 25 Jan 2026
Last used: Never
Ends: 28 Nov 2026, 11:00 UTC

Open the identity client:
https://id.tidewright.example/portal/clients/prc_1

-- 
You get this because you administer Fjordline Group.
Tidewright, https://id.tidewright.example
";
    assert_eq!(mail.text, expected);

    client.secrets[0].expires_at = Some(NOON.plus(Ttl::from_seconds(60)));
    assert_eq!(ends(&client).subject, "A secret of Crew import, payroll ends within a day");
    client.secrets[0].expires_at = Some(NOON);
    let mail = ends(&client);
    assert_eq!(
        (mail.kind, &*mail.subject),
        ("secret_ended", "A secret of Crew import, payroll has ended")
    );
    client.secrets[0].expires_at = None;
    client.expires_at = Some(NOON.plus(Ttl::from_hours(24 * 30)));
    client.owner = Owner::User(ada().id);
    let mail = ends(&client);
    assert_eq!(
        (mail.kind, &*mail.subject),
        ("client_ends", "Crew import, payroll ends in 30 days")
    );
    assert!(mail.text.contains("because the identity client is yours"), "{}", mail.text);
    assert!(!mail.text.contains("Secret:"), "{}", mail.text);
}

#[test]
fn every_mail_is_whole_in_both_forms() {
    for mail in all("Fjordline Group") {
        let kind = mail.kind;
        assert!(!mail.subject.is_empty() && !mail.subject.contains("mail-"), "{kind}");
        for body in [&mail.text, &mail.html] {
            assert!(body.contains("https://id.tidewright.example/portal/"), "{kind}: {body}");
            assert!(!body.contains("mail-") && !body.contains("{ $"), "{kind}: {body}");
            assert!(!body.contains(['!', '\r']) || body.starts_with("<!doctype"), "{kind}");
        }
        for foreign in ["<img", "url(", "<script", "@import", "src=", "<link"] {
            assert!(!mail.html.contains(foreign), "{kind}: {foreign}");
        }
        assert_eq!(mail.html.matches("href=\"https://id.tidewright.example/").count(), 1, "{kind}");
        assert!(
            mail.text.ends_with("\n") && !mail.text.contains("\n\n\n"),
            "{kind}: {}",
            mail.text
        );
    }
}

#[test]
fn a_code_stands_behind_the_hash_and_on_a_line_of_its_own() {
    for mail in [invited("Ada", "Fjordline"), password_reset(&head(), &ada(), &code(), NOON)] {
        assert_eq!(mail.text.matches(CODE).count(), 2, "{}", mail.text);
        assert!(mail.text.contains(&format!("#{CODE}\n")), "{}", mail.text);
        assert!(mail.text.contains(&format!("\n\n{CODE}\n\n")), "{}", mail.text);
        assert!(mail.html.contains(&format!("#{CODE}\"")), "{}", mail.html);
        assert!(mail.html.contains(&format!(">{CODE}</div>")), "{}", mail.html);
        assert!(!format!("{mail:?}").contains("Code"), "{mail:?}");
        let written = written(&mail);
        let (headers, _) = written.split_once("\r\n\r\n").unwrap();
        assert!(!headers.contains("Code"), "{headers}");
    }
    assert!(all("x").iter().filter(|mail| mail.text.contains(CODE)).count() == 2);
}

fn written(mail: &Mail) -> String {
    let from = config::mail::From {
        name: Some("Tidewright, Løn".to_owned()),
        address: "id@tidewright.example".to_owned(),
    };
    let from: Mailbox = message::sender(&from).unwrap();
    let written = message::write(mail, &from, "id.tidewright.example").unwrap();
    assert!(written.bytes.is_ascii(), "needs nothing of the relay");
    String::from_utf8(written.bytes).unwrap()
}

#[test]
fn the_headers_say_from_whom_when_and_that_no_one_should_answer() {
    let written = written(&invited("Ada", "Fjordline"));
    let (headers, body) = written.split_once("\r\n\r\n").unwrap();
    for expected in [
        "From: =?utf-8?b?VGlkZXdyaWdodCwgTMO4bg==?= <id@tidewright.example>",
        "To: ole@fjordline.example",
        "Subject: Ada invites you to Fjordline",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000",
        "Message-ID: <5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a@id.tidewright.example>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ] {
        assert!(headers.contains(expected), "{expected} in {headers}");
    }
    assert!(headers.contains("Content-Type: multipart/alternative;"), "{headers}");
    let plain = body.find("Content-Type: text/plain; charset=utf-8").unwrap();
    let html = body.find("Content-Type: text/html; charset=utf-8").unwrap();
    assert!(plain < html, "the best comes last");
    assert!(written.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
}

#[test]
fn hostile_names_make_no_header_no_markup_and_no_link() {
    let long = "\u{5d0}\u{0301}".repeat(5000);
    for name in [HOSTILE, &long, "", " ", "\0", "{{ x }}", "\u{2069}\u{2068}", "=?utf-8?q?x?="] {
        for mail in all(name) {
            let (kind, written) = (mail.kind, written(&mail));
            let (headers, _) = written.split_once("\r\n\r\n").unwrap();
            let lines = || headers.split("\r\n");
            let names = lines().filter(|line| !line.starts_with([' ', '\t']));
            let names: Vec<&str> = names.filter_map(|line| line.split(':').next()).collect();
            let expected = [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type",
            ];
            assert_eq!(names, expected, "{kind} {name:?}");
            assert!(lines().all(|line| line.len() <= 998), "{kind}");
            assert!(mail.subject.chars().count() < 200, "{kind}: {}", mail.subject);
            assert!(mail.text.len() < 6000, "{kind}: {}", mail.text.len());
            assert!(mail.html.len() < 12_000, "{kind}: {}", mail.html.len());
            assert!(!mail.html.contains("<script"), "{kind}: {}", mail.html);
            for body in [&mail.text, &mail.html] {
                assert!(!body.contains("https://evil") && !body.contains("evil.example"), "{kind}");
                assert!(!body.contains('\u{202e}') && !body.contains('\0'), "{kind}");
                assert!(!body.contains("\nBcc"), "{kind}: {body}");
            }
        }
    }
}

#[test]
fn the_button_is_in_the_vendors_accent() {
    let html = password_changed(&head(), &ada(), Stopped::default()).html;
    assert!(html.contains("background:#0b5a7c;") && html.contains("color:#ffffff;"), "{html}");
    let accent = Accent::derive("#7a1f5c".parse().unwrap()).unwrap();
    let head = Letterhead { accent: Some(accent), ..head() };
    let html = password_changed(&head, &ada(), Stopped::default()).html;
    assert!(html.contains("background:#7a1f5c;") && !html.contains("#0b5a7c"), "{html}");
    assert!(html.contains(&format!("background: {} !important", accent.dark.accent)), "{html}");
}

#[test]
fn a_client_id_with_marks_stays_in_its_path() {
    let mut client = client("x");
    client.client_id = ClientId::parse("a?b#c&d<e>").unwrap();
    let mail = ends(&client);
    let url = "https://id.tidewright.example/portal/clients/a%3Fb%23c%26d%3Ce%3E";
    assert!(mail.text.contains(&format!("{url}\n")), "{}", mail.text);
    assert!(mail.html.contains(&format!("href=\"{url}\"")), "{}", mail.html);
}

#[test]
fn a_mail_says_its_language() {
    assert!(invited("Mara", "Fjordline").html.contains("<html lang=\"en\">"));
    let texts = Texts::second("mail-typed = Eller skriv inn koden på { $page }:\n");
    let head = Letterhead { texts, ..head() };
    let code = code();
    let until = NOON.plus(Ttl::from_hours(24));
    let what = Invitation { by: "Mara", organization: "F", role: Role::Admin, code: &code, until };
    let mail = invitation(&head, "ole@fjordline.example", &what);
    assert!(mail.html.contains("<html lang=\"nb\">"), "{}", mail.html);
    assert!(mail.text.contains("Eller skriv inn koden på https://"), "{}", mail.text);
    assert!(!mail.text.contains("mail-"), "what it has no words for is English: {}", mail.text);
}
