//! The register of identity clients: what is looked for, its lines, and its foot.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Reason;
use portreeve_core::text_id::ClientId;

use crate::flow::access::Access;
use crate::flow::overview::listing::{self, Asked, Counts, Place};
use crate::pages::portal::organization::rows::{Row, row};
use crate::pages::portal::{At, Not};
use crate::texts::Texts;

/// What the address asks for.
pub(super) struct Search {
    text: String,
    after: Option<Place>,
}

/// The register, as the page shows it.
pub(super) struct Register {
    /// The organization's page.
    pub(super) base: String,
    /// What was looked for.
    pub(super) text: String,
    /// The lines.
    pub(super) rows: Vec<Row>,
    /// What the foot says.
    pub(super) foot: String,
    /// The next page: its address, and what leads there.
    pub(super) next: Option<(String, String)>,
    /// True on a page behind the first.
    pub(super) is_later: bool,
    /// True when the person may make a client here.
    pub(super) may_make: bool,
    /// How many there are in all.
    pub(super) all: u64,
    /// An organization above whose clients reach this one.
    pub(super) above: Option<Above>,
}

/// An organization above.
pub(super) struct Above {
    /// Its register.
    pub(super) href: String,
    /// Its name.
    pub(super) name: String,
    /// How many clients are its own.
    pub(super) clients: u64,
}

impl Search {
    /// Reads `q` and `after`.
    ///
    /// # Errors
    /// 400 for an `after` that no page of ours has.
    pub(super) fn read(at: &At) -> Result<Self, Not> {
        let text = at.query("q").trim().to_owned();
        let after = at.query("after");
        let place = match after.is_empty() {
            true => None,
            false => Some(read_place(&after).ok_or(Reason::ParameterMalformed)?),
        };
        Ok(Self { text, after: place })
    }

    /// True when the person looks for something, or turns the page.
    pub(super) fn is_asked(&self) -> bool {
        !self.text.is_empty() || self.after.is_some()
    }
}

impl Register {
    /// Reads one page.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn read(
        at: &At,
        access: &Access,
        organization: &Organization,
        (search, counts): (Search, Counts),
    ) -> Result<Self, Not> {
        let t = at.texts();
        let base = format!("/portal/organizations/{}", organization.id);
        let is_later = search.after.is_some();
        let asked =
            Asked { organization, text: &search.text, after: search.after, limit: listing::PAGE };
        let found = listing::listing(&at.env, asked).await?;
        let rows: Vec<Row> = found.lines.iter().map(|line| row(at, line, access)).collect();
        let foot = match (search.text.is_empty(), found.next.is_some() || is_later) {
            (true, _) => told(t, counts),
            (false, true) if !is_later => t.say1("organization-found-more", "count", rows.len()),
            (false, _) => t.say1("organization-found", "count", rows.len()),
        };
        let next = found.next.map(|place| {
            let left = counts.all.saturating_sub(u64::from(listing::PAGE));
            let size = if is_later || !search.text.is_empty() { u64::MAX } else { left };
            let size = size.min(u64::from(listing::PAGE));
            (address(&base, &search.text, &place), t.say1("organization-next", "count", size))
        });
        let may = |action| access.may(action);
        Ok(Self {
            base,
            rows,
            foot,
            next,
            is_later,
            may_make: may(Action::MakeOrganizationClient) || may(Action::MakeOwnClient),
            all: counts.all,
            above: None,
            text: search.text,
        })
    }

    /// What was looked for, as it stands in an address.
    pub(super) fn text_in_query(&self) -> String {
        form_urlencoded::byte_serialize(self.text.as_bytes()).collect()
    }

    /// True when nothing can be looked for.
    pub(super) fn is_blank(&self) -> bool {
        self.all == 0
    }
}

fn address(base: &str, text: &str, place: &Place) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    query.append_pair("after", &write_place(place));
    format!("{base}?{}", query.finish())
}

fn write_place((name, id): &Place) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{name}\n{id}"))
}

/// A name has no line end, and neither has an id.
fn read_place(text: &str) -> Option<Place> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, id) = text.split_once('\n')?;
    let is_plain = !name.chars().any(char::is_control);
    Some((name.to_owned(), ClientId::parse(id).ok()?)).filter(|_| is_plain)
}

/// `7 identity clients: 4 active, 1 ends soon, 1 expired, 1 disabled`.
fn told(t: &Texts, counts: Counts) -> String {
    let all = t.say1("organization-count", "count", counts.all);
    let parts: Vec<String> = [
        ("organization-count-active", counts.active),
        ("organization-count-ends-soon", counts.ends_soon),
        ("organization-count-expired", counts.expired),
        ("organization-count-disabled", counts.disabled),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(id, count)| t.say1(id, "count", count))
    .collect();
    match parts.is_empty() {
        true => all,
        false => t.say2("organization-count-parts", "all", all, "parts", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let place = ("Åse, 北京 & co".to_owned(), ClientId::parse("prc_1").unwrap());
        assert_eq!(read_place(&write_place(&place)), Some(place));
        let of = |text: &str| read_place(&BASE64_URL_SAFE_NO_PAD.encode(text));
        for broken in ["", "name", "name\n", "name\nan id", "na\0me\nprc_1", "a\nb\nc\nprc_1"] {
            assert_eq!(of(broken), None, "{broken:?}");
        }
        assert_eq!(read_place("%%%"), None);
        assert_eq!(read_place("_w"), None);
    }

    #[test]
    fn the_foot_counts_what_there_is() {
        let t = Texts::english();
        let counts = Counts { all: 7, active: 4, ends_soon: 1, expired: 1, disabled: 1 };
        let expected = "7 identity clients: 4 active, 1 ends soon, 1 expired, 1 disabled";
        assert_eq!(told(t, counts), expected);
        let counts = Counts { all: 1, active: 1, ..Counts::default() };
        assert_eq!(told(t, counts), "1 identity client: 1 active");
        assert_eq!(told(t, Counts::default()), "0 identity clients");
    }
}
