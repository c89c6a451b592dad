//! Bytes in the three alphabets. Each value has exactly one spelling in each.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::base62;
use crate::token::format::Alphabet;

/// How many characters `bytes` bytes become.
pub const fn encoded_len(alphabet: Alphabet, bytes: usize) -> usize {
    match alphabet {
        Alphabet::Base64url => (bytes * 4).div_ceil(3),
        Alphabet::Alphanumeric => base62::encoded_len(bytes),
        Alphabet::Hex => bytes * 2,
    }
}

/// Appends `bytes` to `out`.
pub fn encode(alphabet: Alphabet, bytes: &[u8], out: &mut String) {
    match alphabet {
        Alphabet::Base64url => URL_SAFE_NO_PAD.encode_string(bytes, out),
        Alphabet::Alphanumeric => base62::encode(bytes, out),
        Alphabet::Hex => {
            let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
            out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
        }
    }
}

/// Reads `text` back; `None` for anything that [`encode`] does not write: other
/// characters, padding, spare bits that are not zero, capital hexadecimal digits.
pub fn decode(alphabet: Alphabet, text: &str) -> Option<Vec<u8>> {
    match alphabet {
        Alphabet::Base64url => URL_SAFE_NO_PAD.decode(text).ok(),
        Alphabet::Alphanumeric => base62::decode(text.as_bytes()),
        Alphabet::Hex => {
            let (pairs, rest) = text.as_bytes().as_chunks::<2>();
            let byte = |[high, low]: &[u8; 2]| Some(nibble(*high)? << 4 | nibble(*low)?);
            if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
        }
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{decode, encode, encoded_len};
    use crate::token::format::Alphabet::{self, Alphanumeric, Base64url, Hex};

    #[test]
    fn only_the_one_spelling_is_read() {
        let bad: &[(Alphabet, &str)] = &[
            (Base64url, "AA=="),
            (Base64url, "AB"), // spare bits
            (Base64url, "A"),
            (Base64url, "A+AA"),
            (Base64url, "AAAA\n"),
            (Alphanumeric, "0"),
            (Alphanumeric, "zz"),
            (Alphanumeric, "A_"),
            (Hex, "0"),
            (Hex, "0G"),
            (Hex, "AB"),
            (Hex, " 0"),
            (Hex, "é"),
        ];
        for (alphabet, text) in bad {
            assert_eq!(decode(*alphabet, text), None, "{alphabet:?} {text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            for alphabet in [Base64url, Alphanumeric, Hex] {
                let mut text = String::new();
                encode(alphabet, &bytes, &mut text);
                assert_eq!(text.len(), encoded_len(alphabet, bytes.len()));
                assert_eq!(decode(alphabet, &text), Some(bytes.clone()));
            }
        }
    }
}
