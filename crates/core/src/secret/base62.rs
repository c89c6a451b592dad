//! Bytes as letters and digits, eight bytes to eleven characters. Unlike base64
//! it survives every URL, header and double click unquoted.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many characters a chunk of so many bytes takes: the smallest `n` with
/// 62ⁿ ≥ 256ᵏ, which differs for each `k`, so a length is never ambiguous.
const WIDTH: [usize; 9] = [0, 2, 3, 5, 6, 7, 9, 10, 11];

/// How many characters `bytes` bytes become.
pub const fn encoded_len(bytes: usize) -> usize {
    let rest = match bytes % 8 {
        0 => 0,
        1 => 2,
        2 => 3,
        3 => 5,
        4 => 6,
        5 => 7,
        6 => 9,
        _ => 10,
    };
    bytes / 8 * 11 + rest
}

/// Appends `bytes` as base62 to `out`.
pub fn encode(bytes: &[u8], out: &mut String) {
    for chunk in bytes.chunks(8) {
        let mut number = chunk.iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
        let width = WIDTH.get(chunk.len()).copied().unwrap_or(11);
        let mut digits = [b'0'; 11];
        for digit in digits.iter_mut().take(width).rev() {
            let index = usize::try_from(number % 62).unwrap_or(0);
            *digit = ALPHABET.get(index).copied().unwrap_or(b'0');
            number /= 62;
        }
        out.extend(digits.iter().take(width).map(|digit| char::from(*digit)));
    }
}

/// Reads base62 back; `None` for anything that [`encode`] does not write, so
/// every value has exactly one spelling.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 11 * 8 + 8);
    for chunk in text.chunks(11) {
        let size = WIDTH.iter().position(|width| *width == chunk.len())?;
        let mut number = 0_u64;
        for digit in chunk {
            number = number.checked_mul(62)?.checked_add(value(*digit)?)?;
        }
        let bytes = number.to_be_bytes();
        let (zero, kept) = bytes.split_at_checked(8 - size)?;
        if zero.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend_from_slice(kept);
    }
    Some(out)
}

const fn value(digit: u8) -> Option<u64> {
    match digit {
        b'0'..=b'9' => Some((digit - b'0') as u64),
        b'A'..=b'Z' => Some((digit - b'A') as u64 + 10),
        b'a'..=b'z' => Some((digit - b'a') as u64 + 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::*;

    #[test]
    fn nothing_that_was_not_written_is_read() {
        for bad in ["0", "zz", "zzzzzzzzzzz", "-0", "0 ", "é0"] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut text = String::new();
            encode(&bytes, &mut text);
            assert_eq!(text.len(), encoded_len(bytes.len()));
            assert_eq!(decode(text.as_bytes()), Some(bytes));
        }

        #[test]
        fn every_value_has_one_spelling(text in "[0-9A-Za-z]{0,40}") {
            if let Some(bytes) = decode(text.as_bytes()) {
                let mut again = String::new();
                encode(&bytes, &mut again);
                assert_eq!(again, text);
            }
        }
    }
}
