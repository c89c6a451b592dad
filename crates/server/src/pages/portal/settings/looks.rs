//! Light or dark, and where the person's clock hangs: kept in the browser.

use http::{HeaderMap, header};

use crate::pages::frame::go_to;
use crate::pages::look::{Look, Theme};
use crate::pages::portal::settings::view;
use crate::pages::portal::{At, Shown};
use crate::pages::zone::Zone;
use crate::paths::SETTINGS;

/// Zones that are offered while one types; every other name of the IANA database is
/// taken as well.
const OFFERED: [&str; 44] = [
    "UTC",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Panama",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Ho_Chi_Minh",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Manila",
    "Asia/Riyadh",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Atlantic/Reykjavik",
    "Australia/Perth",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Copenhagen",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// The fields of the form.
pub(super) struct Looks {
    theme: Theme,
    /// The zone, as it was typed.
    pub(super) zone: String,
    /// True when there is no such zone.
    pub(super) is_wrong: bool,
}

impl Looks {
    /// As the browser keeps them.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let look = Look::read(headers);
        Self { theme: look.theme, zone: look.zone.name().to_owned(), is_wrong: false }
    }

    /// The themes by name, and whether each is chosen.
    pub(super) fn themes(&self) -> impl Iterator<Item = (&'static str, bool)> {
        Theme::ALL.into_iter().map(|theme| (theme.name(), theme == self.theme))
    }

    /// Zones that are offered.
    #[expect(clippy::unused_self, reason = "templates ask the form")]
    pub(super) fn offered(&self) -> [&'static str; OFFERED.len()] {
        OFFERED
    }
}

/// Keeps how pages look. Sent twice, it is kept twice.
///
/// # Errors
/// [`portreeve_core::refusal::Reason::ParameterRepeated`].
pub async fn look(at: At) -> Shown {
    let (theme, typed) = (at.fields.one("theme")?, at.fields.one("zone")?);
    let theme = Theme::from_name(theme).unwrap_or_default();
    let Some(zone) = Zone::named(typed) else {
        return view(&at, 422, Looks { theme, zone: typed.to_owned(), is_wrong: true }).await;
    };
    let mut response = go_to(&format!("{SETTINGS}?done=look"));
    let cookie = Look { theme, zone }.cookie(&at.env);
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_known() {
        for name in OFFERED {
            assert_eq!(Zone::named(name).unwrap().name(), name);
        }
    }
}
