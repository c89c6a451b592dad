//! What every mail is made of, written twice: as text and as HTML. Both say the same.

use askama::Template;
use portreeve_core::branding::accent::Tones;

use crate::mail::{Letterhead, Mail, names};

/// The accent that comes along, and what stands on it, for light and for dark.
const LIGHT: (&str, &str) = ("#0b5a7c", "#ffffff");
const DARK: (&str, &str) = ("#74c3e6", "#05212e");

/// A mail before it is written.
pub(super) struct Letter {
    /// Which mail it is.
    pub(super) kind: &'static str,
    /// One line: the subject, which also stands above the text.
    pub(super) subject: String,
    /// What it says, a paragraph each.
    pub(super) opening: Vec<String>,
    /// What it is about.
    pub(super) facts: Vec<Fact>,
    /// Where to go.
    pub(super) action: Action,
    /// What else it says.
    pub(super) closing: Vec<String>,
    /// Why this person gets it.
    pub(super) why: String,
}

/// A line of a letter's table.
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// True for what a machine reads.
    pub(super) is_id: bool,
}

/// Where a mail leads.
pub(super) struct Action {
    /// What is done there.
    pub(super) label: String,
    /// The address, with what stands behind its `#`.
    pub(super) url: String,
    /// A sentence that asks for the code to be typed, and the code.
    pub(super) typed: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "mail/mail.html")]
struct Html<'a> {
    language: &'a str,
    letter: &'a Letter,
    heading: &'a str,
    vendor: &'a str,
    place: &'a str,
    light: Button,
    dark: Button,
}

/// What the button is drawn in.
struct Button {
    accent: String,
    on_accent: String,
}

#[derive(Template)]
#[template(path = "mail/mail.txt")]
struct Plain<'a> {
    letter: &'a Letter,
    heading: &'a str,
    place: &'a str,
}

impl Button {
    fn new(tones: Option<Tones>, ours: (&str, &str)) -> Self {
        let theirs = tones.map(|tones| (tones.accent.to_string(), tones.on_accent.to_string()));
        let (accent, on_accent) = theirs.unwrap_or_else(|| (ours.0.to_owned(), ours.1.to_owned()));
        Self { accent, on_accent }
    }
}

impl Action {
    /// A way to a page.
    pub(super) fn to(label: String, url: String) -> Self {
        Self { label, url, typed: None }
    }

    /// A way to a page that asks for a code, which the address has behind its `#`.
    pub(super) fn with_code(head: &Letterhead<'_>, label: String, path: &str, code: &str) -> Self {
        let page = head.url(path);
        let typed = head.texts.say1("mail-typed", "page", &page);
        Self { label, url: format!("{page}#{code}"), typed: Some((typed, code.to_owned())) }
    }
}

/// Writes a letter to this address.
pub(super) fn write(head: &Letterhead<'_>, to: &str, mut letter: Letter) -> Mail {
    let heading = &*names::unlinked(&letter.subject);
    letter.subject = names::subject(&letter.subject);
    let place = head.texts.say2("mail-where", "vendor", head.vendor, "issuer", head.issuer);
    let plain = Plain { letter: &letter, heading, place: &place }.render();
    let accent = head.accent;
    let html = Html {
        language: head.texts.tag(),
        letter: &letter,
        heading,
        vendor: head.vendor,
        place: &place,
        light: Button::new(accent.map(|accent| accent.light), LIGHT),
        dark: Button::new(accent.map(|accent| accent.dark), DARK),
    };
    let mut id = [0; 16];
    head.entropy.fill(&mut id);
    Mail {
        kind: letter.kind,
        to: to.to_owned(),
        // Writing into a text cannot fail.
        text: plain.unwrap_or_default(),
        html: html.render().unwrap_or_default(),
        subject: letter.subject,
        at: head.now,
        id,
    }
}
