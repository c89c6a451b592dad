//! How a person wants pages to look: kept in a cookie of its own, which opens nothing, so
//! that the first byte of a page is right already and nothing flashes.

use http::{HeaderMap, header};

/// The cookie's name.
pub(super) const COOKIE: &str = "portreeve-look";

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// The time zone in which times are told: a name of the IANA database.
    pub zone: String,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::Device, zone: "UTC".to_owned() }
    }
}

impl Look {
    /// What the cookie says; whatever it does not say, or says wrongly, is the default.
    pub fn read(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::COOKIE).into_iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        let mut found = pairs.filter_map(|pair| pair.trim().split_once('='));
        found
            .find(|(name, _)| *name == COOKIE)
            .map(|(_, value)| Self::parse(value))
            .unwrap_or_default()
    }

    fn parse(value: &str) -> Self {
        let (theme, _) = value.split_once('.').unwrap_or((value, ""));
        Self { theme: Theme::from_name(theme).unwrap_or_default(), ..Self::default() }
    }
}

impl Theme {
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
        [Self::Device, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }
}
