//! How the node that answers is doing.

use askama::Template;

use crate::flow::operate::{self, DoorLine, Node, Remembered};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::operator::{Part, Wait, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::pages::times::When;
use crate::texts::{Texts, number};

/// How many reasons are named at each door.
const REASONS: usize = 3;

#[derive(Template)]
#[template(path = "portal/operator_node.html")]
struct Page {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    waiting: Vec<Wait>,
    version: String,
    started: (String, When),
    database: String,
    answered: Option<String>,
    followed: String,
    behind: Option<String>,
    statements: String,
    dropped: String,
    issuer: String,
    tokens: Vec<(String, String)>,
    memories: Vec<Memory>,
    doors: Vec<Door>,
}

struct Memory {
    name: String,
    hits: String,
    misses: String,
    share: Option<String>,
    held: String,
    most: String,
}

struct Door {
    name: String,
    passed: String,
    refused: String,
    reasons: String,
}

/// The page.
///
/// # Errors
/// 403 for others.
pub async fn node(at: At) -> Shown {
    staff(&at)?;
    let node = operate::node(&at.env).await;
    let t = at.texts();
    let template = Page {
        frame: at.frame(Tab::Operator, None).await?,
        t,
        parts: parts(&at),
        waiting: troubles(t, &node),
        version: node.version,
        started: (at.reader().day(node.started), at.when(node.started)),
        database: node.database.to_owned(),
        answered: node.answered.map(|took| t.say1("operator-answered", "millis", millis(took))),
        followed: number(u64::try_from(node.followed).unwrap_or_default()),
        behind: node.behind.map(|behind| t.say1("operator-behind", "count", behind)),
        statements: number(node.statements),
        dropped: number(node.dropped),
        issuer: at.env.endpoints.issuer.clone(),
        tokens: node.tokens.into_iter().map(|(name, count)| (name, number(count))).collect(),
        memories: vec![
            memory(t, "operator-memory-tokens", node.tokens_seen),
            memory(t, "operator-memory-clients", node.clients_seen),
        ],
        doors: node.doors.iter().map(door).collect(),
    };
    Ok(page(200, &template))
}

/// What an operator must see to.
pub(super) fn troubles(t: &Texts, node: &Node) -> Vec<Wait> {
    let wait = |tone, sentence| Wait {
        mark: if tone == "bad" { "crossed" } else { "half" },
        tone,
        sentence,
        href: "/portal/operator/node",
        label: t.say("operator-look"),
    };
    let mut found = Vec::new();
    if node.answered.is_none() {
        found.push(wait("bad", t.say("operator-database-away")));
    }
    if node.is_deaf() {
        let seconds = node.silence.as_secs();
        found.push(wait("bad", t.say1("operator-deaf", "seconds", seconds)));
    }
    if node.dropped > 0 {
        found.push(wait("warn", t.say1("operator-dropped", "count", node.dropped)));
    }
    found
}

fn memory(t: &Texts, name: &str, one: Remembered) -> Memory {
    let asked = one.hits.saturating_add(one.misses);
    let share = one.hits.saturating_mul(1000).checked_div(asked);
    Memory {
        name: t.say(name),
        hits: number(one.hits),
        misses: number(one.misses),
        share: share.map(|mille| {
            let percent = format!("{}.{}", mille / 10, mille % 10);
            t.say1("operator-memory-share", "percent", percent)
        }),
        held: number(one.held),
        most: number(one.most),
    }
}

fn door(one: &DoorLine) -> Door {
    let refused = one.refused.iter().map(|(_, count)| count).sum();
    let told = one.refused.iter().take(REASONS);
    let told = told.map(|(reason, count)| format!("{} {}", reason.slug(), number(*count)));
    Door {
        name: one.name.clone(),
        passed: number(one.passed),
        refused: number(refused),
        reasons: told.collect::<Vec<_>>().join(", "),
    }
}

fn millis(took: std::time::Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
