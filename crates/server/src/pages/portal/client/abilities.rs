//! What a client will be able to do, in the words of the documents, below a head that
//! says "Read" or "Change".

use crate::pages::portal::client::offer::{Does, Offer, Tick};

/// Words that say again what the head says.
const READING: [&str; 5] = ["Read", "See", "List", "View", "Look at"];

/// A scope's description as it stands below its head: `Read crew lists.` becomes `crew
/// lists`, where it only reads.
pub(in crate::pages) fn told(text: &str, does: Does) -> String {
    let text = text.trim().trim_end_matches('.');
    let again = READING.iter().filter(|_| does == Does::Reads);
    let mut rest = again.filter_map(|word| text.strip_prefix(word)?.strip_prefix(' '));
    begun(rest.next().map_or(text, str::trim_start))
}

/// What goes on in a sentence begins with a small letter, unless it is an abbreviation.
fn begun(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), second) if second.is_none_or(|second| !second.is_uppercase()) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// What the ticks of an offer let a program do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Abilities {
    /// What it reads; empty for nothing.
    pub(in crate::pages) reads: String,
    /// What it changes; empty for nothing.
    pub(in crate::pages) changes: String,
    /// What it has besides, for operations that we do not know; none where there is no
    /// such scope to tick.
    pub(in crate::pages) holds: Option<String>,
}

impl Abilities {
    /// Of the scopes that are ticked.
    pub(in crate::pages) fn of(offer: &Offer) -> Self {
        let chosen = offer.chosen(&[]);
        // A basic scope of an API that nothing was chosen of does not count.
        let counts = |tick: &&Tick| tick.is_ticked && chosen.scopes.contains(&tick.scope);
        let of = |does: Does| {
            let mut found: Vec<&str> = Vec::new();
            for tick in offer.ticks().filter(counts).filter(|tick| tick.does == does) {
                if !found.contains(&tick.ability.as_str()) {
                    found.push(&tick.ability);
                }
            }
            found.join(", ")
        };
        let has_unknown = offer.ticks().any(|tick| tick.does == Does::Nothing);
        Self {
            reads: of(Does::Reads),
            changes: of(Does::Writes),
            holds: has_unknown.then(|| of(Does::Nothing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_not_said_again() {
        for (text, does, expected) in [
            (
                "Read crew lists, ranks and contracts.",
                Does::Reads,
                "crew lists, ranks and contracts",
            ),
            ("See its ships.", Does::Reads, "its ships"),
            ("Readiness of ships", Does::Reads, "readiness of ships"),
            ("Create and change people", Does::Writes, "create and change people"),
            ("Read and change people.", Does::Writes, "read and change people"),
            ("PDF files", Does::Nothing, "PDF files"),
            ("Read", Does::Reads, "read"),
            ("", Does::Reads, ""),
        ] {
            assert_eq!(told(text, does), expected);
        }
    }
}
