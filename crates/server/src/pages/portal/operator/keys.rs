//! The keys that sign and seal tokens: how old they are, and when the next comes.

use askama::Template;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Reason;
use portreeve_core::time::Ttl;
use portreeve_core::token::key::KeyPurpose;

use crate::flow::access;
use crate::flow::keys::{self as flow, KeyFailure};
use crate::flow::operate::{self, KeyLine};
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::operator::{Part, Wait, done, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::pages::times::{When, length};
use crate::texts::Texts;

const BASE: &str = "/portal/operator/keys";
/// A rotation that is nearer than this is told beforehand: a week.
const NEAR: Ttl = Ttl::from_hours(7 * 24);

#[derive(Template)]
#[template(path = "portal/operator_keys.html")]
struct Keys {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    done: Option<String>,
    every: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "portal/operator_key_rotate.html")]
struct Rotate {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    form_token: String,
    purpose: String,
    told: String,
    seen: String,
    ahead: String,
    overlap: String,
}

struct Line {
    kid: String,
    purpose: String,
    told: String,
    mark: &'static str,
    tone: &'static str,
    state: String,
    age: String,
    from: When,
    until: Option<When>,
    removed: Option<When>,
    next: Option<When>,
    is_newest: bool,
}

/// The keys; with `?rotate=` the question whether to rotate one.
///
/// # Errors
/// 403 for others.
pub async fn keys(at: At) -> Shown {
    let access = staff(&at)?;
    let asked = at.query("rotate");
    let lines = operate::keys(&at.env).await?;
    if !asked.is_empty() {
        access.must(Action::ChangeSecrets)?;
        let purpose = operate::purpose(&at.env, &asked).ok_or(Reason::NotFound)?;
        return ask(&at, purpose, &lines).await;
    }
    let t = at.texts();
    let template = Keys {
        frame: at.frame(Tab::Operator, None).await?,
        t,
        parts: parts(&at),
        done: done(t, &at.query("done")),
        every: length(t, flow::schedule(&at.env).every),
        lines: lines.iter().map(|one| line(&at, one)).collect(),
    };
    Ok(page(200, &template))
}

/// Rotates one. The form names the key that it replaces: sent twice, the second finds
/// another in its place, and is told so.
///
/// # Errors
/// 403 for others, 404 for a purpose that the installation does not have, 409 when
/// somebody else was faster.
pub async fn rotate_key(at: At) -> Shown {
    staff(&at)?;
    let actor = access::to_installation(&at.env, &at.who).must(Action::ChangeSecrets)?;
    let purpose = operate::purpose(&at.env, at.fields.one("purpose")?).ok_or(Reason::NotFound)?;
    let seen = at.fields.one("seen")?;
    match flow::rotate_seen(&at.env, purpose, seen, &actor).await {
        Ok(_) => Ok(go_to(&format!("{BASE}?done=rotated"))),
        Err(KeyFailure::Store(error)) => Err(crate::flow::change::ChangeError::from(error).into()),
        Err(KeyFailure::Key(error)) => {
            tracing::error!(%error, "the key was not rotated");
            Err(Reason::ServerError.into())
        }
    }
}

async fn ask(at: &At, purpose: KeyPurpose, lines: &[KeyLine]) -> Shown {
    let newest = lines.iter().find(|line| line.is_newest && line.key.purpose == purpose);
    let plan = flow::schedule(&at.env).plan;
    let template = Rotate {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(at),
        form_token: at.form_token(),
        purpose: purpose.as_str().to_owned(),
        told: told(at.texts(), purpose),
        seen: newest.map(|line| line.key.kid.to_string()).unwrap_or_default(),
        ahead: length(at.texts(), plan.publish_ahead),
        overlap: length(at.texts(), plan.overlap),
    };
    Ok(page(200, &template))
}

/// What waits: keys whose turn comes soon, or should have come.
pub(super) fn due(at: &At, lines: &[KeyLine]) -> Vec<Wait> {
    let (t, now) = (at.texts(), at.now());
    let near = lines.iter().filter_map(|line| Some((line, line.next?)));
    near.filter(|(_, next)| *next <= now.plus(NEAR))
        .map(|(line, next)| {
            let is_late = next <= now;
            let purpose = told(t, line.key.purpose);
            let id = if is_late { "operator-key-late" } else { "operator-key-soon" };
            Wait {
                mark: if is_late { "half" } else { "overlap" },
                tone: if is_late { "warn" } else { "" },
                sentence: t.say2(id, "purpose", purpose, "when", at.when(next).near),
                href: BASE,
                label: t.say("operator-keys"),
            }
        })
        .collect()
}

fn line(at: &At, one: &KeyLine) -> Line {
    let (t, now, key) = (at.texts(), at.now(), &one.key);
    let (mark, tone, state) = match key {
        _ if !key.is_honoured(now) => ("crossed", "bad", "operator-key-removed"),
        _ if key.active_from > now => ("dashed", "", "operator-key-published"),
        _ if key.is_active(now) => ("filled", "", "operator-key-active"),
        _ => ("quiet", "off", "operator-key-honoured"),
    };
    Line {
        kid: key.kid.to_string(),
        purpose: key.purpose.as_str().to_owned(),
        told: told(t, key.purpose),
        mark,
        tone,
        state: t.say(state),
        age: at.reader().age(key.created_at),
        from: at.when(key.active_from),
        until: key.active_until.map(|until| at.when(until)),
        removed: key.removed_at.map(|until| at.when(until)),
        next: one.next.map(|next| at.when(next)),
        is_newest: one.is_newest,
    }
}

fn told(t: &Texts, purpose: KeyPurpose) -> String {
    match purpose {
        KeyPurpose::Sign(algorithm) => {
            t.say1("operator-key-signs", "algorithm", algorithm.as_str())
        }
        KeyPurpose::Seal => t.say("operator-key-seals"),
    }
}
