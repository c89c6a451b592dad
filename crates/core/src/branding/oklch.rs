//! Oklch: lightness, chroma and hue as people see them (CSS Color Level 4 §9.3).

use crate::branding::Rgb;

/// A colour by how it looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oklch {
    /// From 0 (black) to 1 (white).
    pub lightness: f64,
    /// From 0 (grey) to about 0.32, the strongest of sRGB.
    pub chroma: f64,
    /// The angle of the hue in degrees, from 0 to 360.
    pub hue: f64,
}

/// How finely the chroma is sought that sRGB still has.
const STEPS: u32 = 20;
/// By how much a channel may leave sRGB: less than is seen.
const TOLERANCE: f64 = 0.000_5;

impl Oklch {
    /// The colour as it looks.
    pub fn of(colour: Rgb) -> Self {
        let [red, green, blue] = [colour.red, colour.green, colour.blue].map(linear);
        let long =
            (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium =
            (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short =
            (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        let lightness = 0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short;
        let a = 1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short;
        let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short;
        Self { lightness, chroma: a.hypot(b), hue: b.atan2(a).to_degrees().rem_euclid(360.0) }
    }

    /// The nearest colour that screens have: lightness and hue stay, and the chroma is
    /// made less until sRGB has it.
    pub fn to_rgb(self) -> Rgb {
        let (mut least, mut most) = (0.0, self.chroma);
        if is_in_srgb(self.to_linear()) {
            least = most;
        }
        for _ in 0..STEPS {
            let middle = f64::midpoint(least, most);
            let is_there = is_in_srgb(Self { chroma: middle, ..self }.to_linear());
            if is_there { least = middle } else { most = middle }
        }
        let [red, green, blue] = Self { chroma: least, ..self }.to_linear().map(encoded);
        Rgb { red, green, blue }
    }

    /// The colour with another lightness.
    #[must_use]
    pub const fn with_lightness(self, lightness: f64) -> Self {
        Self { lightness, ..self }
    }

    fn to_linear(self) -> [f64; 3] {
        let (a, b) = {
            let (sine, cosine) = self.hue.to_radians().sin_cos();
            (self.chroma * cosine, self.chroma * sine)
        };
        let long = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
        ]
    }
}

/// A channel's light, from 0 to 1 (IEC 61966-2-1).
pub(super) fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn encoded(light: f64) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value =
        if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round() as u8
}

fn is_in_srgb(channels: [f64; 3]) -> bool {
    channels.iter().all(|light| (-TOLERANCE..=1.0 + TOLERANCE).contains(light))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colours and what CSS Color 4's own samples and other programs say of them.
    const KNOWN: [(&str, f64, f64, f64); 8] = [
        ("#000000", 0.0, 0.0, 0.0),
        ("#ffffff", 1.0, 0.0, 0.0),
        ("#808080", 0.5999, 0.0, 0.0),
        ("#ff0000", 0.6280, 0.2577, 29.23),
        ("#00ff00", 0.8664, 0.2948, 142.50),
        ("#0000ff", 0.4520, 0.3132, 264.05),
        ("#ffff00", 0.9680, 0.2110, 109.77),
        ("#663399", 0.4403, 0.1603, 303.37),
    ];

    #[test]
    fn known_colours() {
        for (text, lightness, chroma, hue) in KNOWN {
            let found = Oklch::of(text.parse().unwrap());
            assert!((found.lightness - lightness).abs() < 0.0002, "{text}: {found:?}");
            assert!((found.chroma - chroma).abs() < 0.0002, "{text}: {found:?}");
            // Greys have no hue.
            assert!(chroma == 0.0 || (found.hue - hue).abs() < 0.05, "{text}: {found:?}");
        }
    }

    #[test]
    fn there_and_back() {
        for red in (0..=255).step_by(17) {
            for green in (0..=255).step_by(17) {
                for blue in (0..=255).step_by(51) {
                    let colour = Rgb { red, green, blue };
                    assert_eq!(Oklch::of(colour).to_rgb(), colour);
                }
            }
        }
    }

    #[test]
    fn what_no_screen_has_comes_near() {
        for hue in 0..36 {
            let wished = Oklch { lightness: 0.8, chroma: 0.4, hue: f64::from(hue) * 10.0 };
            let found = Oklch::of(wished.to_rgb());
            assert!((found.lightness - 0.8).abs() < 0.01, "{wished:?} became {found:?}");
            let apart = (found.hue - wished.hue).abs();
            assert!(apart.min(360.0 - apart) < 3.0, "{wished:?} became {found:?}");
        }
    }
}
