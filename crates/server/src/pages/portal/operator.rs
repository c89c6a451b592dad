//! The vendor's own pages: everything that there is, and how this node is doing. Whoever
//! is none of the vendor's own staff is refused.

mod contract;
mod dialects;
mod enter;
mod keys;
mod licences;
mod node;
mod organizations;
mod people;
mod person;
mod services;

use askama::Template;
use portreeve_core::org::permission::Action;

use crate::flow::access::{self, Access};
use crate::flow::operate;
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::operator::licences::{LicenceLine, lines as licence_lines};
use crate::pages::portal::operator::node::troubles;
use crate::pages::portal::{At, Not, Shown};
use crate::pages::times::When;
use crate::texts::Texts;

pub use contract::{ask_contract, set_contract};
pub use dialects::dialects;
pub use enter::{ask_organization, enter_organization};
pub use keys::{keys, rotate_key};
pub use node::node;
pub use organizations::organizations;
pub use people::{ask_person, enter_person, people};
pub use person::{ask_user, change_user};
pub use services::services;

/// The parts of the vendor's own pages: where each is, and the text of its name.
const PARTS: [(&str, &str); 8] = [
    ("/portal/operator", "operator-overview"),
    ("/portal/operator/organizations", "operator-organizations"),
    ("/portal/operator/people", "operator-people"),
    ("/portal/operator/services", "operator-services"),
    ("/portal/operator/keys", "operator-keys"),
    ("/portal/operator/dialects", "operator-dialects"),
    ("/portal/operator/node", "operator-node"),
    ("/portal/operator/audit", "operator-audit"),
];

/// How many licences are named in each list.
const LICENCES: usize = 12;

#[derive(Template)]
#[template(path = "portal/operator_overview.html")]
struct Overview {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    numbers: Vec<(&'static str, String, String)>,
    waiting: Vec<Wait>,
    is_well: bool,
    node: String,
    started: When,
    ended: Vec<LicenceLine>,
    ending: Vec<LicenceLine>,
}

/// A part of the vendor's own pages.
pub(in crate::pages) struct Part {
    pub(in crate::pages) href: &'static str,
    pub(in crate::pages) name: String,
    pub(in crate::pages) is_here: bool,
}

/// What waits for an operator.
struct Wait {
    mark: &'static str,
    tone: &'static str,
    sentence: String,
    href: &'static str,
    label: String,
}

/// The overview.
///
/// # Errors
/// 403 for others; what the store says.
pub async fn show(at: At) -> Shown {
    staff(&at)?;
    let t = at.texts();
    let totals = operate::totals(&at.env).await?;
    let (ended, ending) = operate::licences(&at.env).await?;
    let node = operate::node(&at.env).await;
    let mut waiting = troubles(t, &node);
    waiting.extend(keys::due(&at, &operate::keys(&at.env).await?));
    let count = |count: u64| crate::texts::number(count);
    let services = at.env.catalog.services.len();
    let numbers = vec![
        (
            "/portal/operator/organizations",
            t.say("operator-organizations"),
            count(totals.organizations),
        ),
        ("/portal/operator/people", t.say("operator-people"), count(totals.people)),
        ("", t.say("operator-clients"), count(totals.clients)),
        ("/portal/operator/services", t.say("operator-services"), services.to_string()),
    ];
    let template = Overview {
        frame: at.frame(Tab::Operator, None).await?,
        t,
        parts: parts(&at),
        numbers,
        waiting,
        is_well: node.is_well(),
        node: t.say2("operator-node-told", "version", &node.version, "database", node.database),
        started: at.when(node.started),
        ended: licence_lines(&at, &ended, LICENCES),
        ending: licence_lines(&at, &ending, LICENCES),
    };
    Ok(page(200, &template))
}

/// Who may see these pages.
///
/// # Errors
/// 403 for others.
fn staff(at: &At) -> Result<Access, Not> {
    let access = access::to_installation(&at.env, &at.who);
    access.must(Action::Operate)?;
    Ok(access)
}

/// The parts, and which of them is shown.
pub(in crate::pages) fn parts(at: &At) -> Vec<Part> {
    let path = at.path();
    let is_within = |href: &str| path == href || path.starts_with(&format!("{href}/"));
    let is_here =
        |href: &str| if href == "/portal/operator" { path == href } else { is_within(href) };
    PARTS
        .iter()
        .map(|(href, name)| Part { href, name: at.texts().say(name), is_here: is_here(href) })
        .collect()
}

/// What was done a moment ago, if it is one of ours.
fn done(t: &Texts, word: &str) -> Option<String> {
    let id = format!("operator-done-{word}");
    t.has(&id).then(|| t.say(&id))
}

/// The address of a page with what was looked for.
fn address(base: &str, text: &str, after: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    query.append_pair("after", after);
    format!("{base}?{}", query.finish())
}
