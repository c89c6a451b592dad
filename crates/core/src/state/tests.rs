use super::*;
use crate::client::record::Client;
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;
use crate::org::member::{Membership, Role, User};
use crate::org::organization::Organization;
use crate::org::owner::Owner;
use crate::state::difference::{Existing, difference};
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::Timestamp;
use crate::token::record::Audience;

const WHOLE: &str = r#"
[[organization]]
external_id = "4210"
name = "Skarholt Tankers"
parent = "4200"
[[organization]]
external_id = "4200"
name = "Skarholt Lines"
services = ["ships"]
[[user]]
email = "Ada@example.com"
name = "Ada"
memberships = [{ organization = "4210", role = "admin" }]
[[client]]
client_id = "crew-import"
name = "Crew import"
organization = "4200"
audiences = ["https://ships.example.com"]
scopes = ["crew_read"]
"#;

fn organization(id: &str) -> OrganizationId {
    OrganizationId::parse(id).unwrap()
}

fn existing() -> Existing {
    let enter = |id: &str, external: &str, name: &str, parent: Option<&str>| {
        let parent = parent.map(organization);
        Organization::new(organization(id), name, Some(external), parent, Timestamp::EPOCH).unwrap()
    };
    let mut lines = enter("org_a", "4200", "Skarholt Lines", None);
    lines.services = Some(vec!["ships".to_owned()]);
    let tankers = enter("org_b", "4210", "Skarholt Tankers", Some("org_a"));
    let ada = UserId::parse("usr_ada").unwrap();
    let user = User::new(ada.clone(), "ada@example.com", "Ada", true, Timestamp::EPOCH).unwrap();
    let member = Membership { organization: organization("org_b"), user: ada, role: Role::Admin };
    Existing {
        organizations: vec![lines, tankers],
        users: vec![user],
        memberships: vec![member],
        clients: vec![client("crew-import")],
    }
}

fn client(id: &str) -> Client {
    Client {
        client_id: ClientId::parse(id).unwrap(),
        name: "Crew import".to_owned(),
        owner: Owner::Organization(organization("org_a")),
        audiences: vec![Audience::new("https://ships.example.com")],
        scopes: ScopeSet::parse("crew_read").unwrap(),
        grants: vec![GrantType::ClientCredentials],
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        disabled: true,
        expires_at: None,
        not_before: Timestamp::EPOCH,
        token_ttl: None,
        secrets: Vec::new(),
        created_at: Timestamp::EPOCH,
        version: 3,
    }
}

fn steps(text: &str, existing: &Existing, prune: bool) -> Vec<String> {
    let declared = read(text).unwrap_or_else(|faults| panic!("{faults:?}"));
    let steps = difference(&declared, existing, prune);
    steps.unwrap_or_else(|faults| panic!("{faults:?}")).iter().map(ToString::to_string).collect()
}

#[test]
fn an_empty_installation_gets_everything_in_order() {
    assert_eq!(
        steps(WHOLE, &Existing::default(), true),
        [
            "+ organization 4200 \"Skarholt Lines\" services: ships",
            "+ organization 4210 \"Skarholt Tankers\" below 4200",
            "+ user ada@example.com \"Ada\"",
            "+ membership ada@example.com in 4210 as admin",
            "+ client crew-import \"Crew import\" of organization 4200 audiences: https://ships.example.com; scopes: crew_read",
        ]
    );
}

#[test]
fn what_is_so_already_needs_nothing() {
    // Whether the client is switched off and Ada an operator, the file does not say.
    assert_eq!(steps(WHOLE, &existing(), true), [""; 0]);
}

/// What is written instead of what, and the step that comes of it.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "\"Skarholt Lines\"",
        "\"Lines\"",
        "~ organization 4200 name: \"Lines\"; before: \"Skarholt Lines\"",
    ),
    ("parent = \"4200\"\n", "", "~ organization 4210 parent: the top; before: 4200"),
    ("services = [\"ships\"]\n", "", "~ organization 4200 services: as the parent; before: ships"),
    (
        "services = [\"ships\"]",
        "services = []",
        "~ organization 4200 services: none; before: ships",
    ),
    (
        "name = \"Ada\"",
        "name = \"Ada B\"",
        "~ user ada@example.com name: \"Ada B\"; before: \"Ada\"",
    ),
    (
        "name = \"Ada\"",
        "name = \"Ada\"\noperator = false",
        "~ user ada@example.com operator: false",
    ),
    ("\"admin\"", "\"member\"", "~ membership ada@example.com in 4210: member; before: admin"),
    (
        "organization = \"4210\"",
        "organization = \"4200\"",
        "+ membership ada@example.com in 4200 as admin",
    ),
    (
        "[\"crew_read\"]",
        "[\"crew_import\"]",
        "~ client crew-import scopes: +crew_import -crew_read",
    ),
    (
        "[\"crew_read\"]",
        "[\"crew_read\"]\ndisabled = false",
        "~ client crew-import disabled: false",
    ),
    (
        "[\"crew_read\"]",
        "[\"crew_read\"]\ntoken_ttl = \"5m\"",
        "~ client crew-import token_ttl: 5m",
    ),
    (
        "[\"crew_read\"]",
        "[\"crew_read\"]\nnetworks = [\"203.0.113.0/24\"]",
        "~ client crew-import networks: +203.0.113.0/24",
    ),
    (
        "\"crew-import\"",
        "\"crews\"",
        "+ client crews \"Crew import\" of organization 4200 audiences: https://ships.example.com; scopes: crew_read",
    ),
];

#[test]
fn each_difference_is_one_step() {
    for (what, instead, expected) in DIFFERENCES {
        let text = WHOLE.replace(what, instead);
        assert_ne!(text, WHOLE, "{what}");
        assert_eq!(steps(&text, &existing(), false), [*expected]);
    }
}

#[test]
fn nothing_of_a_new_client_is_kept_back() {
    let text = WHOLE.replace(
        "[\"crew_read\"]",
        "[\"crew_read\", \"crew_write\"]\nredirect_uris = [\"https://a.example.com/back\", \"https://b.example.com/back\"]\nnetworks = [\"203.0.113.0/24\", \"198.51.100.7\"]\ntoken_ttl = \"5m\"\ndisabled = true",
    );
    assert_eq!(
        steps(&text, &Existing::default(), false)[4],
        "+ client crew-import \"Crew import\" of organization 4200 \
         audiences: https://ships.example.com; \
         redirect_uris: https://a.example.com/back https://b.example.com/back; \
         networks: 203.0.113.0/24 198.51.100.7/32; scopes: crew_read crew_write; \
         token_ttl: 5m; disabled: true"
    );
}

#[test]
fn the_next_operator_comes_before_the_last_one_goes() {
    let mut there = existing();
    there.users[0].operator = true;
    let text = WHOLE.replace("name = \"Ada\"", "name = \"Ada\"\noperator = false")
        + "[[user]]\nemail = \"bo@example.com\"\nname = \"Bo\"\noperator = true\n";
    assert_eq!(
        steps(&text, &there, false),
        ["+ user bo@example.com \"Bo\" operator", "~ user ada@example.com operator: false"]
    );
}

#[test]
fn only_what_is_within_goes_and_only_when_it_is_wanted() {
    let mut there = existing();
    there.clients.push(client("old"));
    let mut elsewhere = client("elsewhere");
    elsewhere.owner = Owner::Organization(organization("org_c"));
    there.clients.push(elsewhere);
    let mut own = client("own");
    own.owner = Owner::User(UserId::parse("usr_ada").unwrap());
    there.clients.push(own);
    let text = WHOLE.replace("{ organization = \"4210\", role = \"admin\" }", "");
    assert_eq!(steps(&text, &there, false), [""; 0]);
    assert_eq!(
        steps(&text, &there, true),
        ["- client old \"Crew import\"", "- membership ada@example.com in 4210"]
    );
}

#[test]
fn names_that_name_nothing_are_told_at_once() {
    let text = WHOLE
        .replace("parent = \"4200\"", "parent = \"9\"")
        .replace("organization = \"4210\"", "organization = \"8\"")
        .replace("organization = \"4200\"\naud", "user = \"bo@example.com\"\naud");
    let faults = difference(&read(&text).unwrap(), &Existing::default(), false).unwrap_err();
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", fault.line, fault.message)).collect();
    assert_eq!(
        told,
        [
            "2: organization.parent: there is no organization 9",
            "10: memberships.organization: there is no organization 8",
            "14: client: there is no user bo@example.com",
        ]
    );
    let taken = WHOLE.replace("organization = \"4200\"\naud", "organization = \"4210\"\naud");
    let faults = difference(&read(&taken).unwrap(), &existing(), false).unwrap_err();
    assert!(faults[0].message.contains("belongs to organization:org_a already"), "{faults:?}");
}

#[test]
fn every_mistake_is_told_with_its_line() {
    for (text, expected) in [
        (
            "[[organization]]\nname = 1",
            &[
                (1, "organization.external_id: this key is missing"),
                (2, "organization.name: expected a text in quotation marks"),
            ][..],
        ),
        (
            "[[organization]]\nexternal_id = \"org_1\"\nname = \"\"\ncolour = 1",
            &[
                (2, "organization.external_id: an external id needs"),
                (3, "organization.name: a name needs"),
                (4, "colour: there is no such key; known are external_id, name, parent, services"),
            ],
        ),
        (
            "colour = 1",
            &[(1, "colour: there is no such key; known are service, organization, user, client")],
        ),
        ("organization = 1", &[(1, "organization: expected sections [[organization]]")]),
        (
            "[[client]]\nclient_id = \"usr_1\"\nname = \"x\"\nscopes = [\"a b\"]\nnetworks = [\"x\"]\ndisabled = 1",
            &[
                (1, "client.audiences: this key is missing"),
                (1, "client.organization: say whose client it is"),
                (2, "client.client_id: a client id may not begin"),
                (4, "client.scopes: expected names of scopes"),
                (5, "client.networks: "),
                (6, "client.disabled: expected true or false"),
            ],
        ),
        (
            "[[user]]\nemail = \"x\"\nname = \"x\"\nmemberships = [{ role = \"king\" }]",
            &[
                (2, "user.email: an e-mail address"),
                (4, "memberships.organization: this key is missing"),
                (4, "memberships.role: expected \"admin\""),
            ],
        ),
        ("[[user]\n", &[(1, "")]),
        (
            "[[user]]\nemail = \"a@b.c\"\nname = \"A\"\n[[user]]\nemail = \"A@b.c\"\nname = \"A\"",
            &[(4, "user a@b.c stands twice")],
        ),
    ] {
        let faults = read(text).unwrap_err();
        let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        let wanted: Vec<usize> = expected.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, wanted, "{text}: {faults:?}");
        for (fault, (_, begins)) in faults.iter().zip(expected) {
            assert!(fault.message.starts_with(begins), "{fault:?}");
        }
    }
}
