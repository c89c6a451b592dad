//! Words and addresses that the pages about a client share.

use portreeve_core::client::standing::ClientStanding;
use portreeve_core::text_id::ClientId;
use portreeve_core::usage::Tally;

use crate::pages::frame::Frame;
use crate::texts::Texts;

/// Where a client's page is. An id may have signs that mean something in an address.
pub(in crate::pages) fn address(id: &ClientId) -> String {
    format!("/portal/clients/{}", segment(id.as_str()))
}

/// A text as one segment of a path, or as a name or value of a query.
pub(in crate::pages) fn segment(text: &str) -> String {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // A form's plus is a space in queries only.
    form.replace('+', "%20")
}

/// How something stands: a mark, a word, and a colour's class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages) struct Stamp {
    /// The mark's file.
    pub(in crate::pages) mark: &'static str,
    /// The word.
    pub(in crate::pages) word: String,
    /// `warn`, `bad`, `off`, or nothing for what works.
    pub(in crate::pages) tone: &'static str,
}

impl Stamp {
    /// How a client is doing.
    pub(in crate::pages) fn new(standing: ClientStanding, t: &Texts) -> Self {
        let (mark, word, tone) = match standing {
            ClientStanding::Disabled => ("empty", "client-state-disabled", "off"),
            ClientStanding::Expired => ("crossed", "client-state-expired", "bad"),
            ClientStanding::EndsSoon => ("half", "client-state-ends-soon", "warn"),
            ClientStanding::Rotating => ("overlap", "client-state-rotating", ""),
            ClientStanding::NotUsedYet => ("dashed", "client-state-not-used-yet", ""),
            ClientStanding::Quiet => ("quiet", "client-state-quiet", ""),
            ClientStanding::Active => ("filled", "client-state-active", ""),
        };
        Self { mark, word: t.say(word), tone }
    }
}

/// The organization that a page of a client hangs below: its own, or, for a person's
/// client, the one whose pages are shown.
pub(in crate::pages) fn above(
    frame: &Frame,
    own: Option<(String, String)>,
) -> Option<(String, String)> {
    own.or_else(|| frame.nav.as_ref()?.current.clone())
}

/// Who did something: a person by name, or what it was otherwise. `name` is what the
/// person is called; whoever it was besides is of the vendor's.
pub(in crate::pages) fn doer(actor: &str, name: Option<String>, vendor: &str, t: &Texts) -> String {
    match name {
        Some(name) => name,
        None if actor.starts_with("user:") => t.say("client-by-someone-gone"),
        None if actor.starts_with("client:") => t.say("client-by-program"),
        None if actor == "system" => t.say("client-by-itself"),
        None => vendor.to_owned(),
    }
}

/// What a client did within the last 24 hours, before it is deleted.
pub(in crate::pages) fn did(tally: Tally, t: &Texts) -> String {
    match (tally.passed, tally.tokens) {
        (0, 0) => t.say("client-delete-did-nothing"),
        (0, tokens) => t.say1("client-delete-did-ask", "count", tokens),
        (passed, _) => t.say1("client-delete-did-call", "count", passed),
    }
}

/// `a, b and c`.
pub(in crate::pages) fn joined(names: &[String], t: &Texts) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => t.say2("client-and", "first", first.join(", "), "last", last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_every_id() {
        for (id, path) in [
            ("prc_1", "/portal/clients/prc_1"),
            ("a?b#c&d", "/portal/clients/a%3Fb%23c%26d"),
            ("<b>", "/portal/clients/%3Cb%3E"),
        ] {
            assert_eq!(address(&ClientId::parse(id).unwrap()), path);
        }
    }

    #[test]
    fn names_are_joined_as_one_says_them() {
        let t = Texts::english();
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        for (count, said) in [(0, ""), (1, "a"), (2, "a and b"), (3, "a, b and c")] {
            assert_eq!(joined(&names[..count], t), said);
        }
    }

    #[test]
    fn who_did_it_has_a_word() {
        let t = Texts::english();
        for actor in ["user:usr_1", "client:prc_1", "system", "command line"] {
            let said = doer(actor, None, "Tidewright", t);
            assert!(!said.is_empty() && !said.starts_with("client-"), "{actor}: {said}");
        }
        assert_eq!(doer("user:usr_1", Some("Ada".to_owned()), "Tidewright", t), "Ada");
        assert_eq!(doer("command line", None, "Tidewright", t), "Tidewright");
    }
}
