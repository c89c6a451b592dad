//! One line of the register of identity clients, in words.

use portreeve_core::client::record::Client;
use portreeve_core::client::standing::{ClientStanding, ends_at, last_used, live_secrets};
use portreeve_core::org::owner::Owner;
use portreeve_core::org::permission::Action;
use portreeve_core::time::Timestamp;

use crate::flow::access::Access;
use crate::flow::overview::listing::Line;
use crate::pages::portal::At;
use crate::pages::portal::organization::segment;
use crate::pages::times::{Reader, When, ago_days};
use crate::texts::Texts;

/// How many scopes are named.
const SCOPES: usize = 2;
/// Names longer than this may not fit on two lines.
const LONG_NAME: usize = 40;
/// In days: ages from here on are told in years.
const YEARS: u64 = 731;

/// A line.
pub(super) struct Row {
    /// The client's page.
    pub(super) href: String,
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// True when the name may be cut.
    pub(super) is_long: bool,
    /// The mark's name.
    pub(super) mark: &'static str,
    /// A class: the colour of what it says.
    pub(super) tone: &'static str,
    /// What its owner is called.
    pub(super) owner: String,
    /// True when that may be cut.
    pub(super) owner_is_long: bool,
    /// What its owner is.
    pub(super) owner_kind: String,
    /// The first scopes.
    pub(super) scopes: Vec<String>,
    /// How many more there are.
    pub(super) more: usize,
    /// When it last got a token.
    pub(super) used: Option<When>,
    /// From where, for who may see that.
    pub(super) from: Option<String>,
    /// That it goes on asking in vain.
    pub(super) refused: Option<String>,
    /// How many secrets it has.
    pub(super) secrets: String,
    /// How old they are, or when they end.
    pub(super) age: String,
    /// The word of its state.
    pub(super) state: String,
}

fn is_long(name: &str) -> bool {
    name.chars().count() > LONG_NAME
}

/// One line, for this person.
pub(super) fn row(at: &At, line: &Line, access: &Access) -> Row {
    let (t, client, reader) = (at.texts(), &line.client, at.reader());
    let (mark, tone) = shape(line.standing);
    let used = last_used(client);
    let kind = match &client.owner {
        Owner::Organization(_) => "organization-owner-organization",
        Owner::User(id) if *id == access.user().id => "organization-owner-you",
        Owner::User(_) => "organization-owner-user",
    };
    let (secrets, age) = secrets(&reader, line);
    let refused =
        (line.refused > 0).then(|| t.say1("organization-refused-since", "count", line.refused));
    Row {
        href: format!("/portal/clients/{}", segment(client.client_id.as_str())),
        id: client.client_id.to_string(),
        is_long: is_long(&client.name),
        name: client.name.clone(),
        mark,
        tone,
        owner_is_long: is_long(&line.owner),
        owner: line.owner.clone(),
        owner_kind: t.say(kind),
        scopes: client.scopes.iter().take(SCOPES).map(str::to_owned).collect(),
        more: client.scopes.iter().count().saturating_sub(SCOPES),
        used: used.and_then(|secret| secret.last_used_at).map(|used| reader.when(used)),
        from: last_used_from(client, access),
        refused,
        secrets,
        age,
        state: state(t, line.standing),
    }
}

/// From where a client's secret was used last, for who may see that.
pub(super) fn last_used_from(client: &Client, access: &Access) -> Option<String> {
    let from = last_used(client).and_then(|secret| secret.last_used_from)?;
    access.may_with(client, Action::SeeCalls).then(|| from.to_canonical().to_string())
}

/// The word for how a client is doing.
pub(super) fn state(t: &Texts, standing: ClientStanding) -> String {
    t.say(&format!("organization-state-{}", standing.as_str()))
}

/// The mark and the colour of a state.
pub(super) const fn shape(standing: ClientStanding) -> (&'static str, &'static str) {
    match standing {
        ClientStanding::Active => ("filled", ""),
        ClientStanding::NotUsedYet => ("dashed", ""),
        ClientStanding::Rotating => ("overlap", ""),
        ClientStanding::Quiet => ("quiet", ""),
        ClientStanding::EndsSoon => ("half", "warn"),
        ClientStanding::Expired => ("crossed", "bad"),
        ClientStanding::Disabled => ("empty", "off"),
    }
}

/// Whole days of the reader's calendar from one moment to another.
pub(super) fn days(reader: &Reader, from: Timestamp, to: Timestamp) -> u64 {
    let day = |at| reader.zone.at(at).map(|moment| moment.date());
    let apart = day(from).zip(day(to)).map(|(from, to)| (to - from).get_days());
    apart.and_then(|days| u64::try_from(days).ok()).unwrap_or_default()
}

/// How many secrets there are, and what is to be known of them.
fn secrets(reader: &Reader, line: &Line) -> (String, String) {
    let (t, now) = (reader.t, reader.now);
    let client = &line.client;
    let live = live_secrets(client, now).count();
    let shown = if live == 0 { client.secrets.len() } else { live };
    let count = t.say1("organization-secret-count", "count", shown);
    let end = ends_at(client, now);
    let second = match (line.standing, end) {
        (ClientStanding::EndsSoon, Some(end)) => {
            t.say1("organization-ends-in", "days", days(reader, now, end))
        }
        (ClientStanding::Expired, Some(end)) => {
            t.say1("organization-ended", "days", days(reader, end, now))
        }
        _ => ages(reader, client),
    };
    (count, second)
}

/// `13 and 402 days old`: the youngest first.
fn ages(reader: &Reader, client: &Client) -> String {
    let (t, now) = (reader.t, reader.now);
    let mut made: Vec<Timestamp> =
        live_secrets(client, now).map(|secret| secret.created_at).collect();
    made.sort_by_key(|at| std::cmp::Reverse(*at));
    let mut ages: Vec<u64> = made.iter().map(|at| ago_days(*at, now)).collect();
    ages.dedup();
    match (ages.as_slice(), made.last()) {
        ([] | [_], last) => last.map_or_else(String::new, |last| reader.age(*last)),
        ([.., oldest], Some(last)) if *oldest >= YEARS => {
            t.say1("organization-age-oldest", "age", reader.age(*last))
        }
        ([0, rest @ ..], _) => t.say1("organization-age-today", "rest", in_days(t, rest)),
        (all, _) => in_days(t, all),
    }
}

/// Ages that differ, the youngest first.
fn in_days(t: &Texts, ages: &[u64]) -> String {
    let ages = match ages {
        [] => return String::new(),
        [one] => return t.say1("time-age-days", "count", one),
        [one, two] => t.say2("organization-ages-two", "one", one, "two", two),
        [one, two, three, ..] => t.say_with(
            "organization-ages-three",
            [("one", one.into()), ("two", two.into()), ("three", three.into())],
        ),
    };
    t.say1("organization-age-days", "ages", ages)
}

#[cfg(test)]
mod tests;
