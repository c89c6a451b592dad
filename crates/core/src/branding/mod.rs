//! A vendor's colour, and what follows from it. One accent is named; everything that
//! is drawn in it is derived, so that it can be read in a light and in a dark page.

pub mod oklch;
pub mod contrast;
pub mod accent;

use std::fmt;
use std::str::FromStr;

/// An sRGB colour, eight bits each. Written `#0b5a7c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// A text that is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a colour such as \"#0b5a7c\": a number sign and six hexadecimal digits")]
pub struct NoColour;

impl Rgb {
    /// Red, green and blue.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Rgb {
    type Err = NoColour;

    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = digits.filter(is_hex).ok_or(NoColour)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| NoColour)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        for (text, colour) in [
            ("#0b5a7c", Some(Rgb::new(0x0b, 0x5a, 0x7c))),
            ("#FFFFFF", Some(Rgb::new(255, 255, 255))),
            ("0b5a7c", None),
            ("#0b5a7", None),
            ("#0b5a7cff", None),
            ("#+b5a7c", None),
            ("#blue", None),
            ("#ééé", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), colour, "{text}");
        }
        assert_eq!(Rgb::new(0x0b, 0x5a, 0x7c).to_string(), "#0b5a7c");
    }
}
