//! `portreeve key …`: the keys that sign and seal tokens.

use anyhow::bail;
use clap::Subcommand;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::key::{KeyPurpose, KeyRecord, RotationPlan};
use portreeve_server::flow::keys::{purposes, rotate, schedule};
use portreeve_server::flow::records;
use serde::Serialize;

use crate::installed::{ACTOR, Installed};
use crate::show::{time, time_or_dash};
use crate::table::Table;
use crate::verb::Context;

/// What about keys.
#[derive(Subcommand, Debug)]
pub(crate) enum KeyVerb {
    /// List keys, oldest first
    List,
    /// Put new keys in place of those in use
    Rotate {
        /// Only the key for this: ES256, EdDSA, RS256, PS256 or seal
        purpose: Option<String>,
        /// Use the new key at once, before those who keep the key set have seen it
        #[arg(long)]
        now: bool,
    },
}

#[derive(Serialize)]
struct KeyShown {
    kid: String,
    purpose: &'static str,
    state: &'static str,
    created_at: String,
    active_from: String,
    active_until: Option<String>,
    removed_at: Option<String>,
}

#[derive(Serialize)]
struct Rotated {
    kid: String,
    purpose: &'static str,
}

pub(super) async fn run(asked: KeyVerb, context: &Context) -> anyhow::Result<()> {
    let installed = context.place.open().await?;
    match asked {
        KeyVerb::List => list(&installed, context).await,
        KeyVerb::Rotate { purpose, now } => {
            let rotated = rotate_all(&installed, purpose.as_deref(), now).await?;
            context.voice.show(&rotated, || rotated_words(&rotated, now))
        }
    }
}

async fn list(installed: &Installed, context: &Context) -> anyhow::Result<()> {
    let now = installed.env.now();
    let keys = records::keys(&installed.env).await?;
    let shown: Vec<KeyShown> = keys.iter().map(|key| KeyShown::new(key, now)).collect();
    let words = || {
        let mut table = Table::new(&["KEY", "PURPOSE", "STATE", "IN USE FROM", "UNTIL", "GONE"]);
        for (key, one) in keys.iter().zip(&shown) {
            let until = time_or_dash(key.active_until);
            let gone = time_or_dash(key.removed_at);
            table.row([&one.kid, one.purpose, one.state, &one.active_from, &until, &gone]);
        }
        table.or("There is no key yet.")
    };
    context.voice.show(&shown, words)
}

async fn rotate_all(
    installed: &Installed,
    purpose: Option<&str>,
    at_once: bool,
) -> anyhow::Result<Vec<Rotated>> {
    let env = &installed.env;
    let known = purposes(env);
    let wanted: Vec<KeyPurpose> = known
        .iter()
        .copied()
        .filter(|one| purpose.is_none_or(|name| one.as_str() == name))
        .collect();
    if wanted.is_empty() {
        let names: Vec<&str> = known.iter().map(|one| one.as_str()).collect();
        bail!(
            "no service uses a key for {:?}; there are keys for {}",
            purpose.unwrap_or_default(),
            names.join(", ")
        );
    }
    let mut plan = schedule(env).plan;
    if at_once {
        plan = RotationPlan { publish_ahead: Ttl::ZERO, ..plan };
    }
    let mut rotated = Vec::new();
    for purpose in wanted {
        let kid = rotate(env, purpose, plan, &ACTOR).await?;
        rotated.push(Rotated { kid, purpose: purpose.as_str() });
    }
    installed.tell().await;
    Ok(rotated)
}

impl KeyShown {
    fn new(key: &KeyRecord, now: Timestamp) -> Self {
        Self {
            kid: key.kid.to_string(),
            purpose: key.purpose.as_str(),
            state: state(key, now),
            created_at: time(key.created_at),
            active_from: time(key.active_from),
            active_until: key.active_until.map(time),
            removed_at: key.removed_at.map(time),
        }
    }
}

fn state(key: &KeyRecord, now: Timestamp) -> &'static str {
    if key.is_active(now) {
        "in use"
    } else if !key.is_honoured(now) {
        "gone"
    } else if now < key.active_from {
        "published"
    } else {
        "verifies"
    }
}

fn rotated_words(rotated: &[Rotated], at_once: bool) -> String {
    let when = if at_once { "in use now" } else { "published now, in use later" };
    let lines: Vec<String> = rotated
        .iter()
        .map(|one| format!("{}: new key {}, {when}.", one.purpose, one.kid))
        .collect();
    lines.join("\n")
}
