//! What waits for the person, one sentence and one button each.

use crate::flow::overview::waiting::{Waiting, Why};
use crate::pages::portal::organization::rows::days;
use crate::pages::portal::organization::segment;
use crate::pages::times::Reader;

/// How many are named.
const SHOWN: usize = 8;

/// What waits.
pub(super) struct Waits {
    /// The first of them.
    pub(super) lines: Vec<WaitLine>,
    /// That there are more.
    pub(super) more: Option<String>,
}

/// One of them.
pub(super) struct WaitLine {
    /// The mark's name.
    pub(super) mark: &'static str,
    /// A class: the colour of the mark.
    pub(super) tone: &'static str,
    /// Where its name leads.
    pub(super) href: String,
    /// Whose it is.
    pub(super) name: String,
    /// The rest of the sentence.
    pub(super) sentence: String,
    /// Where the button leads.
    pub(super) action: String,
    /// What the button says.
    pub(super) label: String,
}

impl Waits {
    pub(super) fn new(reader: &Reader, waiting: Vec<Waiting>) -> Self {
        let more = waiting.len().saturating_sub(SHOWN);
        let lines = waiting.into_iter().take(SHOWN).map(|one| line(reader, one)).collect();
        let more = (more > 0).then(|| reader.t.say1("organization-waits-more", "count", more));
        Self { lines, more }
    }
}

fn line(reader: &Reader, one: Waiting) -> WaitLine {
    let (t, now) = (reader.t, reader.now);
    let day = |at| reader.short_day(at);
    let href = format!("/portal/clients/{}", segment(one.client_id.as_str()));
    let (mark, tone, sentence, ending, label) = match one.why {
        Why::ItEnds(at) => (
            "half",
            "warn",
            t.say2("organization-waits-it-ends", "days", days(reader, now, at), "day", day(at)),
            "/edit",
            "organization-prolong",
        ),
        Why::SecretsEnd(count, at) => (
            "half",
            "warn",
            t.say_with(
                "organization-waits-secrets-end",
                [
                    ("count", count.into()),
                    ("days", days(reader, now, at).into()),
                    ("day", day(at).into()),
                ],
            ),
            "/rotate",
            "organization-rotate",
        ),
        Why::Quiet(_, since) => (
            "quiet",
            "",
            t.say1("organization-waits-quiet", "days", days(reader, since, now)),
            "",
            "organization-review",
        ),
    };
    // What begins with a colon follows the name without a space.
    let space = if sentence.starts_with(':') { "" } else { " " };
    WaitLine {
        mark,
        tone,
        action: format!("{href}{ending}"),
        href,
        name: one.name,
        sentence: format!("{space}{sentence}"),
        label: t.say(label),
    }
}
