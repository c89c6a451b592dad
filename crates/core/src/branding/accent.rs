//! What is drawn in a vendor's accent, derived from it for a light and for a dark page.

use crate::branding::Rgb;
use crate::branding::contrast::{OF_TEXT, contrast};
use crate::branding::oklch::Oklch;

/// The backgrounds that the accent is read on, and what else of a page it depends on.
#[derive(Clone, Copy, Debug)]
struct Page {
    paper: Rgb,
    sunk: Rgb,
}

const LIGHT: Page = Page { paper: Rgb::new(0xfa, 0xfb, 0xfb), sunk: Rgb::new(0xf0, 0xf4, 0xf5) };
const DARK: Page = Page { paper: Rgb::new(0x0f, 0x15, 0x18), sunk: Rgb::new(0x0a, 0x0f, 0x11) };
const WHITE: Rgb = Rgb::new(0xff, 0xff, 0xff);

/// By how much a colour may be made darker for a light page before it is another colour.
const FARTHEST: f64 = 0.25;
/// How fine the steps are.
const STEP: f64 = 0.005;
/// Where a dark page's accent begins: calm there, and far above what text needs.
const DARK_LIGHTNESS: f64 = 0.785;
/// More colour than this glows on a dark page.
const DARK_CHROMA: f64 = 0.13;

/// What is drawn in the accent, in one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tones {
    /// Links, the primary button, where one is: at least 4.5 on every background.
    pub accent: Rgb,
    /// What stands on it: white or nearly black.
    pub on_accent: Rgb,
    /// A chosen tile, a note.
    pub soft: Rgb,
    /// The underline of links.
    pub line: Rgb,
    /// The bars of charts: large areas, calmer in the dark.
    pub bar: Rgb,
}

/// What is drawn in the accent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// In a light page.
    pub light: Tones,
    /// In a dark page.
    pub dark: Tones,
}

/// A colour that a light page cannot have as its accent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{named} cannot be read as text on a light page, not even somewhat darker; name a darker colour, such as \"{instead}\""
)]
pub struct TooLight {
    /// The colour.
    pub named: Rgb,
    /// The nearest of its hue that can be read.
    pub instead: Rgb,
}

impl Accent {
    /// Derives everything from one colour. On a light page it stays as it is when it can
    /// be read there.
    ///
    /// # Errors
    /// [`TooLight`], with one that would do.
    pub fn derive(named: Rgb) -> Result<Self, TooLight> {
        let colour = Oklch::of(named);
        let light = readable(colour, &LIGHT, -STEP);
        let moved = colour.lightness - light.lightness;
        if moved > FARTHEST {
            return Err(TooLight { named, instead: light.to_rgb() });
        }
        let accent = if moved == 0.0 { named } else { light.to_rgb() };
        let dark = readable(
            Oklch {
                lightness: colour.lightness.max(DARK_LIGHTNESS),
                chroma: colour.chroma.min(DARK_CHROMA),
                ..colour
            },
            &DARK,
            STEP,
        );
        Ok(Self {
            light: tones(accent, colour, (0.963, 0.014), &LIGHT),
            dark: Tones {
                bar: Oklch { lightness: dark.lightness - 0.11, chroma: dark.chroma * 0.8, ..dark }
                    .to_rgb(),
                ..tones(dark.to_rgb(), colour, (0.265, 0.03), &DARK)
            },
        })
    }
}

/// The nearest of this hue that can be read on the page, lightness moved by steps.
fn readable(colour: Oklch, page: &Page, step: f64) -> Oklch {
    let mut found = colour;
    let is_readable = |colour: Oklch| {
        let shown = colour.to_rgb();
        [page.paper, page.sunk].into_iter().all(|behind| contrast(shown, behind) >= OF_TEXT)
    };
    // Black and white can be read, so this ends.
    while !is_readable(found) && (0.0..=1.0).contains(&found.lightness) {
        found = found.with_lightness(found.lightness + step);
    }
    found
}

fn tones(accent: Rgb, named: Oklch, soft: (f64, f64), page: &Page) -> Tones {
    let ink = Oklch { lightness: 0.235, chroma: named.chroma.min(0.04), hue: named.hue }.to_rgb();
    let on = |one: Rgb, other: Rgb| contrast(one, accent) >= contrast(other, accent);
    let (lightness, chroma) = soft;
    Tones {
        accent,
        on_accent: if on(WHITE, ink) { WHITE } else { ink },
        soft: Oklch { lightness, chroma: named.chroma.min(chroma), hue: named.hue }.to_rgb(),
        line: mixed(accent, page.paper, 0.34),
        bar: accent,
    }
}

/// So much of one colour over another.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
fn mixed(one: Rgb, over: Rgb, share: f64) -> Rgb {
    let channel = |one: u8, over: u8| {
        (f64::from(one) * share + f64::from(over) * (1.0 - share)).round() as u8
    };
    Rgb {
        red: channel(one.red, over.red),
        green: channel(one.green, over.green),
        blue: channel(one.blue, over.blue),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(text: &str) -> Result<Accent, TooLight> {
        Accent::derive(text.parse().unwrap())
    }

    #[test]
    fn what_is_derived_can_be_read() {
        for text in [
            "#0b5a7c", "#1d6640", "#b0241d", "#7a3db8", "#000000", "#004400", "#0000ff", "#3b82f6",
            "#e11d48", "#0f766e", "#855000", "#777777", "#ff0000", "#ff5a00",
        ] {
            let Accent { light, dark } = derived(text).unwrap();
            for (tones, page) in [(light, LIGHT), (dark, DARK)] {
                for behind in [page.paper, page.sunk] {
                    let found = contrast(tones.accent, behind);
                    assert!(found >= OF_TEXT, "{text}: {} on {behind}: {found}", tones.accent);
                }
                let on = contrast(tones.on_accent, tones.accent);
                assert!(on >= OF_TEXT, "{text}: {} on {}: {on}", tones.on_accent, tones.accent);
                assert!(contrast(tones.bar, page.paper) >= 3.0, "{text}: {}", tones.bar);
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays() {
        for text in ["#0b5a7c", "#1d6640", "#0000ff", "#000000"] {
            assert_eq!(derived(text).unwrap().light.accent.to_string(), text);
        }
        let orange = derived("#ff5a00").unwrap().light.accent;
        let (before, after) = (Oklch::of("#ff5a00".parse().unwrap()), Oklch::of(orange));
        assert!((before.hue - after.hue).abs() < 3.0, "{orange}");
        assert!(after.lightness < before.lightness);
    }

    #[test]
    fn the_own_accent_comes_out_as_it_is_drawn() {
        let Accent { light, dark } = derived("#0b5a7c").unwrap();
        for (found, drawn) in [
            (light.on_accent, "#ffffff"),
            (light.soft, "#eaf5fb"),
            (light.line, "#acc2cf"),
            (light.bar, "#0b5a7c"),
            (dark.accent, "#74c3e6"),
            (dark.on_accent, "#05212e"),
            (dark.soft, "#152831"),
            (dark.line, "#2f4956"),
            (dark.bar, "#60a0bc"),
        ] {
            let drawn: Rgb = drawn.parse().unwrap();
            let apart =
                [(found.red, drawn.red), (found.green, drawn.green), (found.blue, drawn.blue)]
                    .map(|(one, other)| one.abs_diff(other));
            assert!(apart.iter().all(|apart| *apart <= 14), "{found} for {drawn}");
        }
    }

    #[test]
    fn a_colour_that_is_too_light_is_told() {
        for text in ["#ffffff", "#ffe000", "#00ff00", "#f8c8dc"] {
            let error = derived(text).unwrap_err();
            assert_eq!(error.named.to_string(), text);
            assert!(derived(&error.instead.to_string()).is_ok(), "{error}");
        }
    }
}
