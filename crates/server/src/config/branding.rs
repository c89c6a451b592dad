//! `[branding]`: what customers see of the vendor. Without the section the vendor is
//! called after its first service, and the pages are in the accent that comes along.

use std::path::{Path, PathBuf};

use portreeve_core::branding::Rgb;
use portreeve_core::branding::accent::Accent;
use portreeve_core::org::member::check_email;
use portreeve_core::org::organization::check_name;

use crate::config::fault::Lines;
use crate::config::section::{Section, path_in};
use crate::config::url;

/// How many letters a vendor's name has at most: it stands in the bar of a phone.
const LONGEST_NAME: usize = 60;

/// What customers see of the vendor. The files are opened by [`crate::catalog`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandingConfig {
    /// What the vendor is called.
    pub name: Option<String>,
    /// The accent that was named, and what follows from it.
    pub accent: Option<(Rgb, Accent)>,
    /// An SVG or a PNG.
    pub logo: Option<PathBuf>,
    /// The same for dark pages.
    pub logo_dark: Option<PathBuf>,
    /// A WOFF2 for what people read.
    pub font_text: Option<PathBuf>,
    /// A WOFF2 for what machines read.
    pub font_mono: Option<PathBuf>,
    /// Where the foot of a page leads.
    pub links: Links,
    /// Where "Ask for access" leads: `mailto:` or `https://`.
    pub support: Option<String>,
    /// Where the keys stand, for what is found wrong in the files.
    pub lines: Option<Lines>,
}

/// Where the foot of a page leads: `https` URLs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Help.
    pub help: Option<String>,
    /// How the services are.
    pub status: Option<String>,
    /// What is kept of people.
    pub privacy: Option<String>,
}

impl BrandingConfig {
    pub(super) fn read(section: &mut Section<'_, '_>, folder: &Path) -> Self {
        let read = Self {
            name: section.text("name", name),
            accent: section.text("accent", accent),
            logo: section.text("logo", path_in(folder)),
            logo_dark: section.text("logo_dark", path_in(folder)),
            font_text: section.text("font_text", path_in(folder)),
            font_mono: section.text("font_mono", path_in(folder)),
            links: section.section("links", |links| Links {
                help: links.text("help", link),
                status: links.text("status", link),
                privacy: links.text("privacy", link),
            }),
            support: section.text("support", support),
            lines: (!section.is_absent()).then(|| section.lines()),
        };
        if section.has("logo_dark") && !section.has("logo") {
            section.fault("logo_dark", "there is no logo for it: write logo, or this as logo");
        }
        read
    }
}

fn name(text: &str) -> Result<String, String> {
    let whole = check_name(text).filter(|name| name.chars().count() <= LONGEST_NAME);
    whole.ok_or_else(|| {
        format!("expected a name such as \"Tidewright\", of at most {LONGEST_NAME} characters")
    })
}

fn accent(text: &str) -> Result<(Rgb, Accent), String> {
    let named: Rgb = text.parse().map_err(|error| format!("{error}, found {text:?}"))?;
    let derived = Accent::derive(named).map_err(|error| error.to_string())?;
    Ok((named, derived))
}

fn link(text: &str) -> Result<String, String> {
    let sentence =
        |what: &str| format!("expected a URL such as \"https://www.example.com/help\"; {what}");
    // What stands behind these is the page's own business.
    let bare = text.split(['?', '#']).next().unwrap_or_default();
    let url = url::read(bare).map_err(sentence)?;
    if !url.is_https && !url.is_loopback() {
        return Err(sentence("it has http and a host that is not this machine: write https"));
    }
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    if is_plain {
        Ok(text.to_owned())
    } else {
        Err(sentence("it has a character that must be escaped"))
    }
}

fn support(text: &str) -> Result<String, String> {
    if text.starts_with("http") {
        return link(text);
    }
    let address = text.strip_prefix("mailto:").and_then(check_email);
    let whole = address.map(|address| format!("mailto:{address}"));
    whole.ok_or_else(|| {
        "expected an address such as \"mailto:help@example.com\", or a URL with https".to_owned()
    })
}
