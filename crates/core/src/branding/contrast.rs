//! How well one colour can be read on another (WCAG 2.2, "contrast ratio").

use crate::branding::Rgb;
use crate::branding::oklch::linear;

/// What text needs at least on what is behind it (WCAG 2.2, criterion 1.4.3).
pub const OF_TEXT: f64 = 4.5;

/// From 1 (the same) to 21 (black on white), whichever is the text.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let Rgb { red, green, blue } = colour;
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_contrasts() {
        for (one, other, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#777777", "#ffffff", 4.48),
            ("#767676", "#ffffff", 4.54),
            ("#0b5a7c", "#fafbfb", 7.3),
            ("#74c3e6", "#0f1518", 9.4),
        ] {
            let found = contrast(one.parse().unwrap(), other.parse().unwrap());
            assert!((found - expected).abs() < 0.05, "{one} on {other}: {found}");
            let turned = contrast(other.parse().unwrap(), one.parse().unwrap());
            assert!((found - turned).abs() < f64::EPSILON);
        }
    }
}
