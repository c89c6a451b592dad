//! "What it will be able to do", in plain words: beside the form, where a script lets it
//! follow the ticks, or on a page of its own.

use portreeve_core::client::network;

use crate::pages::portal::client::abilities::Abilities;
use crate::pages::portal::client::ends::EndTyped;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::offer::Offer;
use crate::pages::portal::new_client::owners::Owners;
use crate::pages::portal::new_client::typed::Typed;
use crate::pages::times::Reader;
use crate::texts::Texts;

/// What a client will be able to do.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    /// Where it reaches.
    pub(super) place: String,
    /// What it reads.
    pub(super) reads: String,
    /// What it changes.
    pub(super) changes: String,
    /// What it has besides, where there is such a thing.
    pub(super) holds: Option<String>,
    /// From where.
    pub(super) from: String,
    /// Until when its secret works.
    pub(super) until: String,
}

impl Summary {
    /// What the form comes to as it is now.
    pub(super) fn of(owners: &Owners, typed: &Typed, offer: &Offer, reader: &Reader) -> Self {
        let abilities = Abilities::of(offer);
        let nothing = || reader.t.say("client-summary-nothing");
        let said = |text: String| if text.is_empty() { nothing() } else { text };
        let tile = owners.tile(&typed.owner).or_else(|| owners.tiles.first());
        Self {
            place: tile.map(|tile| tile.place.clone()).unwrap_or_default(),
            reads: said(abilities.reads),
            changes: said(abilities.changes),
            holds: abilities.holds.map(said),
            from: from(&typed.networks, reader.t),
            until: until(&typed.end, reader),
        }
    }

    /// The same where nothing can be ticked any more: what it does not have is left out.
    pub(super) fn settled(self, offer: &Offer) -> Self {
        let has_some = Abilities::of(offer).holds.is_some_and(|holds| !holds.is_empty());
        Self { holds: self.holds.filter(|_| has_some), ..self }
    }
}

/// How many networks there are, and how many lines are none.
fn from(text: &str, t: &Texts) -> String {
    let (right, wrong): (Vec<&str>, Vec<&str>) = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .partition(|line| network::read(line).is_ok());
    match (right.len(), wrong.len()) {
        (0, 0) => t.say("client-from-anywhere"),
        (right, 0) => t.say1("client-from-networks", "count", right),
        (0, wrong) => t.say1("client-from-to-mend", "count", wrong),
        (right, wrong) => {
            let networks = t.say1("client-from-networks", "count", right);
            format!("{networks}, {}", t.say1("client-from-to-mend", "count", wrong))
        }
    }
}

fn until(end: &EndTyped, reader: &Reader) -> String {
    let mut faults = Faults::default();
    match end.check(reader, &mut faults) {
        Some(end) => reader.day(end),
        None if faults.is_empty() => reader.t.say("client-until-never"),
        None => reader.t.say("client-until-date"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_counted() {
        let t = Texts::english();
        for (text, expected) in [
            ("", "anywhere"),
            ("\n \n", "anywhere"),
            ("203.0.113.7", "1 network"),
            ("203.0.113.7\n198.51.100.0/24", "2 networks"),
            ("203.0.113.7\n198.51.100.0/33", "1 network, 1 line to mend"),
            ("x\ny", "2 lines to mend"),
        ] {
            assert_eq!(from(text, t).to_lowercase(), expected, "{text}");
        }
    }
}
