//! How a person wants pages to look: kept in a cookie of its own, which opens nothing, so
//! that the first byte of a page is right already and nothing flashes. And in which
//! language: what the browser asks for, each time.

use http::{HeaderMap, HeaderValue, header};

use crate::env::Env;
use crate::pages::zone::Zone;
use crate::texts::Texts;

/// The cookie's name.
const COOKIE: &str = "portreeve-look";
/// A year, in seconds.
const KEPT: u32 = 31_536_000;

tokio::task_local! {
    static OF_THIS_BROWSER: (Look, &'static Texts);
}

/// Light, dark, or as the device has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    #[default]
    Device,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How a person wants pages to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// The time zone in which times are told.
    pub zone: Zone,
}

impl Look {
    /// What the cookie says; whatever it does not say, or says wrongly, is the default.
    pub fn read(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::COOKIE).into_iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        let mut found = pairs.filter_map(|pair| pair.trim().split_once('='));
        let value = found.find(|(name, _)| *name == COOKIE).map(|(_, value)| value);
        value.map(Self::parse).unwrap_or_default()
    }

    /// How the browser that is being answered wants it; the default outside of a page.
    pub(super) fn of_this_browser() -> Self {
        OF_THIS_BROWSER.try_with(|(look, _)| look.clone()).unwrap_or_default()
    }

    /// Makes an answer for a browser that wants it so, and in this language.
    pub(super) async fn around<T>(self, t: &'static Texts, answer: impl Future<Output = T>) -> T {
        OF_THIS_BROWSER.scope((self, t), answer).await
    }

    /// The cookie that keeps it in this browser for a year; `None` never happens: the
    /// names of zones are plain (RFC 6265 §4.1.1 allows their slashes).
    pub fn cookie(&self, env: &Env) -> Option<HeaderValue> {
        let secure = if env.endpoints.issuer.starts_with("https://") { "; Secure" } else { "" };
        let (theme, zone) = (self.theme.name(), self.zone.name());
        let cookie = format!(
            "{COOKIE}={theme}.{zone}; Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax{secure}"
        );
        HeaderValue::try_from(cookie).ok()
    }

    fn parse(value: &str) -> Self {
        let (theme, zone) = value.split_once('.').unwrap_or((value, ""));
        Self {
            theme: Theme::from_name(theme).unwrap_or_default(),
            zone: Zone::named(zone).unwrap_or_default(),
        }
    }
}

impl Theme {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Device, Self::Light, Self::Dark];

    /// `device`, `light` or `dark`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// The texts in which the browser that is being answered wants its page; English outside
/// of a page.
pub(super) fn texts_of_this_browser() -> &'static Texts {
    OF_THIS_BROWSER.try_with(|(_, t)| *t).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_read_strictly() {
        for (line, theme, zone) in [
            ("portreeve-look=dark.Europe/Oslo", "dark", "Europe/Oslo"),
            (
                "a=b; portreeve-look=light.America/Port-au-Prince; c",
                "light",
                "America/Port-au-Prince",
            ),
            ("portreeve-look=dark", "dark", "UTC"),
            ("portreeve-look=dark.", "dark", "UTC"),
            ("portreeve-look=dark.Europe/Atlantis", "dark", "UTC"),
            ("portreeve-look=\"><script>.Europe/Oslo", "device", "Europe/Oslo"),
            ("portreeve-look", "device", "UTC"),
            ("xportreeve-look=dark.Europe/Oslo", "device", "UTC"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::try_from(line).unwrap());
            let look = Look::read(&headers);
            assert_eq!((look.theme.name(), look.zone.name()), (theme, zone), "{line}");
        }
        assert_eq!(Look::read(&HeaderMap::new()), Look::default());
    }
}
