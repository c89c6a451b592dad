//! What a form's ticks come to, or what must be mended: the same where a client is made
//! and where its scopes are changed.

use portreeve_core::client::redirect_uri;
use portreeve_core::time::Ttl;
use portreeve_core::token::record::Audience;

use crate::env::Env;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::offer::{Chosen, Offer, Unchosen};
use crate::texts::Texts;

/// How much of an address is said again.
const LONGEST_SAID: usize = 80;

/// What was ticked. `kept` are the APIs that the client has already.
pub(in crate::pages) fn chosen<'a>(
    offer: &Offer,
    values: impl Iterator<Item = &'a str>,
    kept: &[Audience],
    faults: &mut Faults,
    t: &Texts,
) -> Option<Chosen> {
    match offer.check(values, kept) {
        Ok(chosen) => Some(chosen),
        Err(unchosen) => {
            let id = match unchosen {
                Unchosen::Nothing => "client-scopes-none",
                Unchosen::Gone => "client-scopes-gone",
                Unchosen::TooMuch => "client-scopes-many",
            };
            faults.add("scopes", t.say(id));
            None
        }
    }
}

/// Where people come back to who let the client in: one address on each line. Nothing, and
/// a word about it, where the client is let in by nobody.
pub(in crate::pages) fn where_back(
    text: &str,
    connects: bool,
    faults: &mut Faults,
    t: &Texts,
) -> Vec<String> {
    let lines = || text.lines().map(str::trim).zip(1_usize..).filter(|(line, _)| !line.is_empty());
    let count = lines().count();
    match (connects, count) {
        (false, 0) => return Vec::new(),
        (false, _) => faults.add("redirect_uris", t.say("client-back-not-needed")),
        (true, 0) => faults.add("redirect_uris", t.say("client-back-missing")),
        (true, _) if count > redirect_uri::MOST => {
            faults.add("redirect_uris", t.say1("client-back-many", "most", redirect_uri::MOST));
        }
        (true, _) => {}
    }
    let wrong = lines().filter(|(line, _)| connects && !redirect_uri::may_be_registered(line));
    for (line, number) in wrong {
        let text: String = line.chars().take(LONGEST_SAID).collect();
        faults.add("redirect_uris", t.say2("client-back-wrong", "number", number, "text", text));
    }
    let mut uris: Vec<String> = Vec::with_capacity(count);
    for (line, _) in lines().filter(|_| !faults.has("redirect_uris")) {
        if !uris.iter().any(|known| known == line) {
            uris.push(line.to_owned());
        }
    }
    uris
}

/// The longest life of a token for one of these APIs; of all that there are when none is
/// named.
pub(in crate::pages) fn longest_life(env: &Env, audiences: &[Audience]) -> Ttl {
    let resources = env.catalog.dialects.iter().flat_map(|entry| &entry.resources);
    let of_these = resources.filter(|it| audiences.is_empty() || audiences.contains(&it.audience));
    of_these.map(|resource| resource.token_ttl).max().unwrap_or(Ttl::from_hours(24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_line_by_line() {
        let read = |text: &str, connects| {
            let mut faults = Faults::default();
            let uris = where_back(text, connects, &mut faults, Texts::english());
            (uris.len(), faults.all().len())
        };
        let many = "https://shop.example/1\n".repeat(3);
        let too_many: String = (0..21).map(|n| format!("https://shop.example/{n}\n")).collect();
        for (text, connects, expected) in [
            ("", false, (0, 0)),
            (" \r\n ", false, (0, 0)),
            ("https://shop.example/back", false, (0, 1)),
            ("", true, (0, 1)),
            ("https://shop.example/back\r\n\nhttp://127.0.0.1:8080/x", true, (2, 0)),
            (&many, true, (1, 0)),
            ("http://shop.example/\njavascript:alert(1)\nhttps://shop.example/", true, (0, 2)),
            (&too_many, true, (0, 1)),
        ] {
            assert_eq!(read(text, connects), expected, "{text}");
        }
    }
}
