//! What the journeys of the portal begin with: an admin who is signed in, people who are
//! entered, forms that are filled in.

use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::text_id::UserId;
use portreeve_server::flow::people;
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, PASSWORD, field_in, give_password};
use crate::world::{Answer, On, World, organization};

pub(crate) const ADA: &str = "ada@example.com";
pub(crate) const MEMBERS: &str = "/portal/organizations/org_tankers/members";
pub(crate) const INVITE: &str = "/portal/organizations/org_tankers/members/invite";
pub(crate) const WELCOME: &str = "/portal/welcome";
pub(crate) const YUKI: &str = "yuki.brandt@example.com";

/// Ada is the admin of the tankers, and signed in.
pub(crate) async fn world_with_admin(on: On) -> World {
    let world = World::new(on).await;
    give_password(&world, ADA).await;
    place(&world, "usr_ada", "org_tankers", Role::Admin).await;
    world
}

pub(crate) async fn place(world: &World, user: &str, at: &str, role: Role) {
    let user = UserId::parse(user).unwrap();
    let membership = Membership { organization: organization(at), user, role };
    world.commit(Write::MembershipSet(membership)).await;
}

pub(crate) async fn enter(world: &World, id: &str, name: &str, operator: bool) {
    let (id, email) = (UserId::parse(id).unwrap(), format!("{id}@example.com"));
    let user = User::new(id, &email, name, operator, world.env.now()).unwrap();
    world.commit(Write::UserEntered(user)).await;
    give_password(world, &email).await;
}

pub(crate) async fn signed_in<'w>(world: &'w World, email: &str) -> Browser<'w> {
    let browser = Browser::new(world);
    assert_eq!(browser.sign_in(email, PASSWORD).await.status, 303, "{email}");
    browser
}

pub(crate) async fn fill(
    browser: &Browser<'_>,
    page: &str,
    to: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let shown = browser.get(page).await;
    let token = field_in(&shown, &format!("action=\"{to}\""), "form_token");
    let all: Vec<(&str, &str)> =
        [("form_token", &*token)].into_iter().chain(fields.iter().copied()).collect();
    browser.post(to, &all).await
}

/// Invites somebody; answers the page and the code that it shows.
pub(crate) async fn invite(browser: &Browser<'_>, email: &str, role: &str) -> (Answer, String) {
    let once = format!("{email}{role}");
    let fields = [("email", email), ("role", role), ("once", &*once)];
    let answer = fill(browser, INVITE, INVITE, &fields).await;
    let code = if answer.status == 200 { browser.code_for(email).await } else { String::new() };
    (answer, code)
}

pub(crate) fn code_on(page: &Answer) -> String {
    let behind = page.text.split_once("/portal/welcome#").map(|(_, rest)| rest);
    behind.map_or_else(String::new, |rest| rest.split('<').next().unwrap().to_owned())
}

/// Sends a step of the welcome page, as whoever is at the browser.
pub(crate) async fn welcome(browser: &Browser<'_>, code: &str, fields: &[(&str, &str)]) -> Answer {
    let all: Vec<(&str, &str)> =
        [("code", code)].into_iter().chain(fields.iter().copied()).collect();
    fill(browser, WELCOME, WELCOME, &all).await
}

pub(crate) async fn facts(world: &World, action: &str) -> Vec<(String, String)> {
    let page = Page { after: None, limit: 500 };
    let facts = world.env.directory.store().list_facts(&page).await.unwrap();
    let found = facts.into_iter().map(|(_, fact)| fact).filter(|fact| fact.action == action);
    found.map(|fact| (fact.actor, fact.detail)).collect()
}

pub(crate) async fn role_of(world: &World, email: &str, at: &str) -> Option<Role> {
    let user = people::find(&world.env, email).await.ok()?;
    let all = world.env.directory.store().list_memberships(&user.id).await.unwrap();
    all.iter().find(|one| one.organization.as_str() == at).map(|one| one.role)
}

/// The address of the invitation of this address.
pub(crate) async fn only_invitation(browser: &Browser<'_>, email: &str) -> String {
    let list = browser.get(&format!("{MEMBERS}?q={email}")).await;
    let at = list.text.find("/portal/organizations/org_tankers/invitations/").unwrap();
    list.text[at..].split('"').next().unwrap().to_owned()
}

/// Sends the form of a page that is open since before.
pub(crate) async fn fill_old(browser: &Browser<'_>, to: &str, answer: &str) -> Answer {
    let token = field_in(&browser.get(INVITE).await, INVITE, "form_token");
    browser.post(to, &[("form_token", &token), ("answer", answer)]).await
}

pub(crate) async fn sign_in_again(browser: &Browser<'_>) {
    let to = "/sign-in/again";
    assert_eq!(fill(browser, to, to, &[("password", PASSWORD)]).await.status, 303);
}
