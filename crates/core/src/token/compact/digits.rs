//! Bytes as one number of so many digits: the only writing whose length does not
//! depend on how the bytes fall into groups.

use crate::token::format::Alphabet;

/// The most bytes that are written: 36.
const LIMBS: usize = 9;

/// Digits that are taken from the number at once: the largest radix, 64, to the fifth
/// power fits 32 bits.
const STEP: usize = 5;

const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// How many digits any `bytes` bytes fit in.
pub fn needed(bytes: usize, alphabet: Alphabet) -> usize {
    let mut limbs = [u32::MAX; LIMBS];
    limbs.iter_mut().skip(bytes.div_ceil(4)).for_each(|limb| *limb = 0);
    let odd = bytes % 4;
    if odd > 0 {
        let top = limbs.iter_mut().take(bytes.div_ceil(4)).last();
        top.into_iter().for_each(|limb| *limb >>= 32 - 8 * odd);
    }
    let radix = radix(alphabet);
    std::iter::from_fn(|| {
        let more = limbs.iter().any(|limb| *limb != 0);
        more.then(|| divide(&mut limbs, radix))
    })
    .count()
}

/// Appends `bytes` (at most 36) as `count` digits to `out`, zeros first; `None` when they
/// do not fit.
pub fn write(bytes: &[u8], alphabet: Alphabet, count: usize, out: &mut String) -> Option<()> {
    let mut limbs = [0; LIMBS];
    if bytes.len() > LIMBS * 4 {
        return None;
    }
    for (limb, four) in limbs.iter_mut().zip(bytes.rchunks(4)) {
        *limb = four.iter().fold(0, |n, byte| n << 8 | u32::from(*byte));
    }
    let (digits, radix) = (digits(alphabet), radix(alphabet));
    let at_once = radix.pow(u32::try_from(STEP).ok()?);
    let mut reversed: Vec<u8> = Vec::with_capacity(count + STEP);
    while reversed.len() < count {
        let mut rest = divide(&mut limbs, at_once);
        for _ in 0..STEP {
            reversed.push(*digits.get(usize::try_from(rest % radix).ok()?)?);
            rest /= radix;
        }
    }
    let fits = limbs.iter().all(|limb| *limb == 0)
        && reversed.iter().skip(count).all(|digit| *digit == b'0');
    out.extend(reversed.iter().take(count).rev().map(|digit| char::from(*digit)));
    fits.then_some(())
}

/// Reads digits back into all of `bytes`; `None` for other characters, and for a number
/// that `bytes` cannot hold.
pub fn read(text: &str, alphabet: Alphabet, bytes: &mut [u8]) -> Option<()> {
    let mut limbs = [0; LIMBS];
    let radix = radix(alphabet);
    for digit in text.bytes() {
        let mut carry = value(alphabet, digit)?;
        for limb in &mut limbs {
            let product = u64::from(*limb) * u64::from(radix) + u64::from(carry);
            *limb = u32::try_from(product & u64::from(u32::MAX)).ok()?;
            carry = u32::try_from(product >> 32).ok()?;
        }
        if carry != 0 {
            return None;
        }
    }
    let mut all = limbs.iter().flat_map(|limb| limb.to_le_bytes());
    for byte in bytes.iter_mut().rev() {
        *byte = all.next()?;
    }
    all.all(|byte| byte == 0).then_some(())
}

/// True when `text` has digits of this alphabet only.
pub fn are_of(text: &str, alphabet: Alphabet) -> bool {
    text.bytes().all(|digit| value(alphabet, digit).is_some())
}

fn digits(alphabet: Alphabet) -> &'static [u8] {
    match alphabet {
        Alphabet::Base64url => DIGITS,
        Alphabet::Alphanumeric => DIGITS.get(..62).unwrap_or_default(),
        Alphabet::Hex => HEX,
    }
}

const fn radix(alphabet: Alphabet) -> u32 {
    match alphabet {
        Alphabet::Base64url => 64,
        Alphabet::Alphanumeric => 62,
        Alphabet::Hex => 16,
    }
}

fn value(alphabet: Alphabet, digit: u8) -> Option<u32> {
    let value = match (alphabet, digit) {
        (_, b'0'..=b'9') => digit - b'0',
        (Alphabet::Hex, b'a'..=b'f') => digit - b'a' + 10,
        (Alphabet::Hex, _) => return None,
        (_, b'A'..=b'Z') => digit - b'A' + 10,
        (_, b'a'..=b'z') => digit - b'a' + 36,
        (Alphabet::Base64url, b'-') => 62,
        (Alphabet::Base64url, b'_') => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Divides the number, least limb first, and returns what is left over.
fn divide(limbs: &mut [u32; LIMBS], by: u32) -> u32 {
    let by = u64::from(by);
    let mut rest = 0;
    for limb in limbs.iter_mut().rev() {
        let number = rest << 32 | u64::from(*limb);
        // A quotient of a number below `by << 32` fits 32 bits.
        *limb = u32::try_from(number / by).unwrap_or(u32::MAX);
        rest = number % by;
    }
    u32::try_from(rest).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::*;

    #[test]
    fn so_many_digits_hold_so_many_bytes() {
        use Alphabet::{Alphanumeric, Base64url, Hex};
        let cases =
            [(32, Alphanumeric, 43), (34, Alphanumeric, 46), (32, Base64url, 43), (34, Hex, 68)];
        for (bytes, alphabet, expected) in cases {
            assert_eq!(needed(bytes, alphabet), expected, "{bytes} {alphabet:?}");
            let largest = vec![0xff; bytes];
            assert_eq!(write(&largest, alphabet, expected, &mut String::new()), Some(()));
            assert_eq!(write(&largest, alphabet, expected - 1, &mut String::new()), None);
        }
        assert_eq!(write(&[0; 37], Alphanumeric, 60, &mut String::new()), None);
    }

    #[test]
    fn what_was_not_written_is_not_read() {
        let mut two = [0; 2];
        for bad in
            ["zzz", "_", "-1", " 1", "é", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"]
        {
            assert_eq!(read(bad, Alphabet::Alphanumeric, &mut two), None, "{bad}");
        }
        assert_eq!(read("FF", Alphabet::Hex, &mut two), None);
        assert_eq!(read("00ff", Alphabet::Hex, &mut two), Some(()));
        assert_eq!(two, [0, 0xff]);
    }

    proptest! {
        #[test]
        fn every_value_comes_back(bytes in prop::collection::vec(any::<u8>(), 1..36), more in 0..9_usize) {
            for alphabet in [Alphabet::Base64url, Alphabet::Alphanumeric, Alphabet::Hex] {
                let count = needed(bytes.len(), alphabet) + more;
                let mut text = String::new();
                assert_eq!(write(&bytes, alphabet, count, &mut text), Some(()));
                assert_eq!(text.len(), count);
                let mut back = vec![0; bytes.len()];
                assert_eq!(read(&text, alphabet, &mut back), Some(()));
                assert_eq!(back, bytes);
            }
        }
    }
}
