//! The vendor's own pages: for the vendor's own staff, and for nobody else.

use portreeve_core::org::member::Role;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_server::flow::people;

use crate::browser::{Browser, field_in};
use crate::portal_world::{
    ADA, enter, facts, fill, place, sign_in_again, signed_in, world_with_admin,
};
use crate::world::{Answer, BOTH, On, World};

const ORGANIZATIONS: &str = "/portal/operator/organizations";
const NEW: &str = "/portal/operator/organizations/new";
const TANKERS: &str = "/portal/operator/organizations/org_tankers";
const PEOPLE: &str = "/portal/operator/people";
const KEYS: &str = "/portal/operator/keys";
const OPS: &str = "usr_ops@example.com";

const PAGES: [&str; 11] = [
    "/portal/operator",
    ORGANIZATIONS,
    NEW,
    TANKERS,
    PEOPLE,
    "/portal/operator/people/new",
    "/portal/operator/people/usr_ada",
    "/portal/operator/services",
    KEYS,
    "/portal/operator/dialects",
    "/portal/operator/node",
];

/// Ops is an operator; Ada is an admin of the tankers.
async fn world(on: On) -> World {
    let world = world_with_admin(on).await;
    enter(&world, "usr_ops", "Ops", true).await;
    world
}

async fn is_operator(world: &World, email: &str) -> bool {
    people::find(&world.env, email).await.unwrap().operator
}

/// Sends what a form said with another button.
async fn press(browser: &Browser<'_>, page: &str, change: &str) -> Answer {
    fill(browser, page, page, &[("change", change)]).await
}

#[tokio::test]
async fn operators_see_them_and_nobody_else() {
    for on in BOTH {
        let world = world(on).await;
        let (ops, ada, nobody) =
            (signed_in(&world, OPS).await, signed_in(&world, ADA).await, Browser::new(&world));
        for page in PAGES {
            let shown = ops.get(page).await;
            assert_eq!(shown.status, 200, "{page}: {shown:?}");
            assert!(!shown.text.contains("operator-"), "{page}: a text is missing: {shown:?}");
            assert!(!shown.text.contains("style=") && shown.text.len() < 50_000, "{page}");
            let refused = ada.get(page).await;
            assert_eq!(refused.status, 403, "{page}: {refused:?}");
            assert!(!refused.text.contains("usr_ops"), "{page}");
            assert_eq!(nobody.get(page).await.status, 303, "{page}");
        }
        for page in
            [NEW, TANKERS, "/portal/operator/people/new", "/portal/operator/people/usr_ada", KEYS]
        {
            let answer = ada.post(page, &[("form_token", "x")]).await;
            assert_eq!(answer.status, 403, "{page}: {answer:?}");
        }
        for missing in ["/org_none", "/..%2f", "/%3Cscript%3E"] {
            let answer = ops.get(&format!("{ORGANIZATIONS}{missing}")).await;
            assert_eq!(answer.status, 404, "{missing}: {answer:?}");
        }
        assert_eq!(ops.get("/portal/operator/people/usr_none").await.status, 404);
        assert_eq!(ops.get("/portal/operator/people/ada@example.com").await.status, 404);
        assert_eq!(ops.get("/portal/operator/dialects?dialect=none").await.status, 404);
        assert_eq!(ops.get("/portal/operator/keys?rotate=none").await.status, 404);
        assert_eq!(ops.get("/portal/organizations/org_group").await.status, 200, "and every other");
    }
}

#[tokio::test]
async fn an_organization_is_entered_once() {
    for on in BOTH {
        let world = world(on).await;
        let ops = signed_in(&world, OPS).await;
        let page = ops.get(NEW).await;
        let field = |name: &str| field_in(&page, &format!("action=\"{NEW}\""), name);
        let (token, id, proof) = (field("form_token"), field("id"), field("proof"));
        let fields = |name, external, parent| {
            [
                ("form_token", &*token),
                ("id", &*id),
                ("proof", &*proof),
                ("name", name),
                ("external_id", external),
                ("parent", parent),
            ]
        };
        for (name, external, parent, told) in [
            ("", "", "", "A name needs"),
            ("x", "a b", "", "visible ASCII"),
            ("x", "org_7", "", "visible ASCII"),
            ("x", "", "9999", "There is no organization with this id."),
            ("x", "4200", "", "Another organization has this customer number."),
        ] {
            let answer = ops.post(NEW, &fields(name, external, parent)).await;
            assert_eq!(answer.status, 422, "{name} {external} {parent}: {answer:?}");
            assert!(answer.text.contains(told), "{told}: {answer:?}");
        }
        for _ in 0..2 {
            let answer = ops.post(NEW, &fields("Skarholt & Sønner", "SK-1", "4210")).await;
            let to = format!("{ORGANIZATIONS}/{id}?done=entered");
            assert_eq!((answer.status, answer.header("location")), (303, &*to), "{answer:?}");
        }
        assert_eq!(facts(&world, "organization.entered").await.len(), 1);
        let another =
            [("form_token", &*token), ("id", "org_mine"), ("proof", &proof), ("name", "x")];
        assert_eq!(ops.post(NEW, &another).await.status, 403, "an id that one made up");
        let page = ops.get(&format!("{ORGANIZATIONS}/{id}?done=entered")).await;
        assert!(page.text.contains("The organization is entered."), "{page:?}");
        assert!(page.text.contains("org_tankers"), "{page:?}");

        let found = ops.get(&format!("{ORGANIZATIONS}?q=sk-1")).await;
        assert!(found.text.contains("Skarholt &#38; Sønner"), "{found:?}");
        assert!(!found.text.contains("org_other"), "{found:?}");
        let nothing = ops.get(&format!("{ORGANIZATIONS}?q=%3Cb%3E%25")).await;
        assert!(nothing.text.contains("Nothing has that") && !nothing.text.contains("<b>"));
    }
}

#[tokio::test]
async fn a_contract_is_kept() {
    for on in BOTH {
        let world = world(on).await;
        let ops = signed_in(&world, OPS).await;
        let own = |version: &'static str, services: &[&'static str]| {
            let mut fields = vec![("change", "contract"), ("version", version), ("kind", "own")];
            fields.extend(services.iter().map(|name| ("service", *name)));
            fields
        };
        for _ in 0..2 {
            let answer = fill(&ops, TANKERS, TANKERS, &own("1", &["ships", "vessel"])).await;
            assert_eq!(answer.header("location"), format!("{TANKERS}?done=contract"), "{answer:?}");
        }
        assert_eq!(facts(&world, "organization.services_set").await.len(), 1);
        let page = ops.get(TANKERS).await;
        assert!(page.text.contains("value=\"ships\" checked"), "{page:?}");
        assert!(!page.text.contains("value=\"clouds\" checked"), "{page:?}");

        let stale = fill(&ops, TANKERS, TANKERS, &own("1", &["clouds"])).await;
        assert_eq!(stale.status, 409, "{stale:?}");
        assert!(stale.text.contains("value=\"clouds\" checked"), "what was ticked is kept");
        let unknown = fill(&ops, TANKERS, TANKERS, &own("2", &["nothing"])).await;
        assert_eq!(unknown.status, 400, "{unknown:?}");

        let ada = signed_in(&world, ADA).await;
        let page = ada.get("/portal/organizations/org_tankers").await;
        assert!(page.text.contains("Not in your contract."), "{page:?}");
        let none = fill(&ops, TANKERS, TANKERS, &own("2", &[])).await;
        assert_eq!(none.status, 303, "nothing at all: {none:?}");
        // Ticks that were changed are not passed over: neither choice stands then.
        let mut mixed = vec![("change", "contract"), ("version", "3"), ("kind", "parent")];
        mixed.extend([("shown", "ships"), ("shown", "vessel"), ("service", "ships")]);
        let answer = fill(&ops, TANKERS, TANKERS, &mixed).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.text.contains("You changed the ticks and chose"), "{answer:?}");
        assert!(answer.text.contains("value=\"ships\" checked"), "what was ticked is kept");
        assert!(answer.text.contains("name=\"shown\" value=\"ships\""), "{answer:?}");
        assert_eq!(answer.text.matches(" checked>").count(), 1, "no choice: {answer:?}");
        assert_eq!(facts(&world, "organization.services_set").await.len(), 2);
        let all = [("change", "contract"), ("version", "3"), ("kind", "parent")];
        assert_eq!(fill(&ops, TANKERS, TANKERS, &all).await.status, 303);
        let page = ada.get("/portal/organizations/org_tankers").await;
        assert!(!page.text.contains("Not in your contract."), "{page:?}");
    }
}

#[tokio::test]
async fn an_organization_is_moved() {
    for on in BOTH {
        let world = world(on).await;
        let ops = signed_in(&world, OPS).await;
        let tree = async |page: &'static str, parent: &'static str, version: i64| {
            let version = version.to_string();
            let fields = [("change", "parent"), ("parent", parent), ("version", &*version)];
            fill(&ops, page, page, &fields).await
        };
        for (parent, version, status) in
            [("5100", 1, 303), ("org_other", 1, 303), ("org_tankers", 2, 422), ("x", 2, 422)]
        {
            let answer = tree(TANKERS, parent, version).await;
            assert_eq!(answer.status, status, "{parent}: {answer:?}");
        }
        let page = ops.get(TANKERS).await;
        assert!(page.text.contains("value=\"5100\""), "{page:?}");
        assert_eq!(page.text.matches("name=\"version\" value=\"2\"").count(), 2, "{page:?}");
        // Whoever saw it elsewhere moves nothing, and nor does whoever saw nothing.
        for version in [1, 0] {
            let stale = tree(TANKERS, "4200", version).await;
            assert_eq!(stale.status, 409, "{stale:?}");
            assert!(stale.text.contains("value=\"4200\""), "what was typed is kept: {stale:?}");
        }
        assert_eq!(tree(TANKERS, "", 2).await.status, 303);
        assert_eq!(facts(&world, "organization.moved").await.len(), 2);
        // Two at once: one moves it, the other is told.
        let both = tokio::join!(tree(TANKERS, "4200", 3), tree(TANKERS, "5100", 3));
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(facts(&world, "organization.moved").await.len(), 3);
        let back = tree(TANKERS, "4200", 4).await;
        assert_eq!(back.status, 303, "{back:?}");
        let above = "/portal/operator/organizations/org_group";
        let mut refused = Vec::new();
        for version in 1..6 {
            refused.push(tree(above, "4210", version).await.status);
        }
        refused.sort_unstable();
        assert_eq!(refused, [409, 409, 409, 409, 422], "below its own");
    }
}

#[tokio::test]
async fn people_are_entered_and_switched_off() {
    for on in BOTH {
        let world = world(on).await;
        let ops = signed_in(&world, OPS).await;
        let new = "/portal/operator/people/new";
        for (email, name) in [("nobody", "x"), ("a@example.com", ""), (ADA, "Another")] {
            let answer = fill(&ops, new, new, &[("email", email), ("name", name)]).await;
            assert_eq!(answer.status, 422, "{email}: {answer:?}");
        }
        let mut to = String::new();
        for _ in 0..2 {
            let fields = [("email", "New@Example.com"), ("name", "N\u{e9}w <b>")];
            let answer = fill(&ops, new, new, &fields).await;
            assert_eq!(answer.status, 303, "{answer:?}");
            to = answer.header("location").split('?').next().unwrap().to_owned();
        }
        assert!(!is_operator(&world, "new@example.com").await);
        let page = ops.get(&to).await;
        assert!(page.text.contains("N\u{e9}w &#60;b&#62;"), "{page:?}");

        let ada = "/portal/operator/people/usr_ada";
        let of_ada = signed_in(&world, ADA).await;
        assert_eq!(press(&ops, ada, "disable").await.status, 303);
        assert_eq!(press(&ops, ada, "disable").await.status, 303, "twice");
        assert_eq!(facts(&world, "user.disabled").await.len(), 1);
        assert_eq!(of_ada.get("/portal").await.header("location"), "/sign-in?next=%2Fportal");
        assert_eq!(press(&ops, ada, "enable").await.status, 303);
        assert_eq!(press(&ops, ada, "nothing").await.status, 400);
        let list = ops.get(&format!("{PEOPLE}?q=new%40")).await;
        assert!(list.text.contains("new@example.com") && !list.text.contains(ADA), "{list:?}");
    }
}

#[tokio::test]
async fn an_operator_always_stays() {
    for on in BOTH {
        let world = world(on).await;
        enter(&world, "usr_two", "Two", false).await;
        let (own, two) = ("/portal/operator/people/usr_ops", "/portal/operator/people/usr_two");
        let ops = signed_in(&world, OPS).await;
        assert!(!ops.get(own).await.text.contains("name=\"change\""), "no button for oneself");
        let token = field_in(&ops.get(two).await, two, "form_token");
        for change in ["not-operator", "disable"] {
            let answer = ops.post(own, &[("form_token", &token), ("change", change)]).await;
            assert_eq!(answer.status, 403, "{change}: {answer:?}");
        }
        assert_eq!(press(&ops, two, "operator").await.status, 303);
        assert_eq!(facts(&world, "user.operator_set").await.len(), 1);

        // Each takes the other's place away at once: one does.
        let other = signed_in(&world, "usr_two@example.com").await;
        let tokens = [
            field_in(&ops.get(two).await, two, "form_token"),
            field_in(&other.get(own).await, own, "form_token"),
        ];
        let fields =
            tokens.each_ref().map(|token| [("form_token", &**token), ("change", "not-operator")]);
        let (one, another) = tokio::join!(ops.post(two, &fields[0]), other.post(own, &fields[1]));
        let left =
            [is_operator(&world, OPS).await, is_operator(&world, "usr_two@example.com").await];
        assert!(left.contains(&true), "{one:?} {another:?}");

        // Who has shown a password long ago shows it again.
        let still = if left[0] { &ops } else { &other };
        world.forward(16 * 60);
        let page = if left[0] { two } else { own };
        let answer = press(still, page, "operator").await;
        assert!(answer.header("location").starts_with("/sign-in/again?next="), "{answer:?}");
        sign_in_again(still).await;
        assert_eq!(press(still, page, "operator").await.status, 303);
    }
}

#[tokio::test]
async fn a_key_is_rotated_once() {
    for on in BOTH {
        let world = world(on).await;
        let ops = signed_in(&world, OPS).await;
        let ask = ops.get(&format!("{KEYS}?rotate=ES256")).await;
        assert!(ask.text.contains("Rotate the key?") && ask.text.contains("1 hour"), "{ask:?}");
        let field = |name: &str| field_in(&ask, &format!("action=\"{KEYS}\""), name);
        let (token, seen) = (field("form_token"), field("seen"));
        let fields = [("form_token", &*token), ("purpose", "ES256"), ("seen", &seen)];
        let answer = ops.post(KEYS, &fields).await;
        assert_eq!(answer.header("location"), format!("{KEYS}?done=rotated"), "{answer:?}");
        assert_eq!(ops.post(KEYS, &fields).await.status, 409, "a second press rotates nothing");
        assert_eq!(facts(&world, "key.rotated").await.len(), 1);
        let page = ops.get(KEYS).await;
        for told in ["Published", "In use", &seen, "Signs with ES256", "honoured until"] {
            assert!(page.text.contains(told), "{told}: {page:?}");
        }
        world.forward(16 * 60);
        let answer = ops.get(&format!("{KEYS}?rotate=ES256")).await;
        assert!(answer.header("location").starts_with("/sign-in/again"), "{answer:?}");
        assert_eq!(ops.get(KEYS).await.status, 200, "looking needs no password");
    }
}

#[tokio::test]
async fn what_waits_is_told() {
    for on in BOTH {
        let world = world(on).await;
        let ops = signed_in(&world, OPS).await;
        let quiet = ops.get("/portal/operator").await;
        assert!(!quiet.text.contains("id=\"waiting\""), "{quiet:?}");
        let now = world.env.now();
        world
            .change_client("bridge", |client| {
                client.expires_at = Some(now.minus(Ttl::from_hours(50)));
            })
            .await;
        world
            .change_client("fleet", |client| {
                client.expires_at = Some(now.plus(Ttl::from_hours(50)));
            })
            .await;
        let page = ops.get("/portal/operator").await;
        assert!(page.text.contains(">bridge<") && page.text.contains(">fleet<"), "{page:?}");

        let node = ops.get("/portal/operator/node").await;
        let memory = ["Tokens read before", "of 1,000 at most"];
        for told in ["gate:ships", "pages", "which is the newest", "heard of change"]
            .into_iter()
            .chain(memory)
        {
            assert!(node.text.contains(told), "{told}: {node:?}");
        }
        let before = world.env.now();
        world.clock.forward(9);
        let deaf = ops.get("/portal/operator/node").await;
        assert!(deaf.text.contains("has not heard of changes for 9 seconds"), "{deaf:?}");
        assert!(Timestamp::from_unix(before.as_unix() + 9) == world.env.now());

        let dialect = ops.get("/portal/operator/dialects?dialect=licensed").await;
        assert!(dialect.text.contains("licensed.toml"), "{dialect:?}");
        assert!(dialect.text.contains("header:X-Token"), "the file itself: {dialect:?}");
        place(&world, "usr_ops", "org_other", Role::Member).await;
        let person = ops.get("/portal/operator/people/usr_ops").await;
        assert!(person.text.contains("org_other") && person.text.contains("This is you."));
    }
}
