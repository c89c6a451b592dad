//! People's passwords: which are accepted, and how they are kept.
//!
//! Argon2id (RFC 9106), because people choose passwords that can be guessed. A hash
//! takes about 20 MiB and some hundredths of a second on purpose, so whoever calls this
//! does it on a thread that may be kept waiting.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use zeroize::Zeroizing;

use crate::secret::{Entropy, Secret};

/// Memory in KiB, passes, lanes: what OWASP names as the least for Argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// The most that a stored hash may ask for: a broken row must not take the machine.
const LARGEST: (u32, u32, u32) = (262_144, 16, 16);
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;

/// The fewest characters of a new password.
pub const SHORTEST: usize = 12;
/// The most bytes of a password.
pub const LONGEST: usize = 200;

/// A password as it is kept: a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Box<str>);

/// 128 random bits that make equal passwords differ.
#[derive(Clone, Copy, Debug)]
pub struct Salt([u8; SALT_LEN]);

impl Salt {
    /// A new salt.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; SALT_LEN];
        entropy.fill(&mut bytes);
        Self(bytes)
    }
}

/// Why a password cannot be set.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    /// Too few characters.
    #[error("a password needs 12 characters or more; three words in a row are easy to keep")]
    TooShort,
    /// Too many bytes.
    #[error("a password may have 200 bytes at most")]
    TooLong,
    /// It holds a control character, which a browser's field cannot send.
    #[error("a password may not hold control characters, such as a line's end")]
    Control,
    /// It is the person's own address.
    #[error("a password may not be the e-mail address")]
    TheAddress,
    /// The machine has no memory for it.
    #[error("the password could not be hashed: there is no memory for it")]
    NoMemory,
}

impl PasswordHash {
    /// Hashes a new password of the person with this address, in its stored form.
    ///
    /// # Errors
    /// [`PasswordError`] says which rule the password breaks.
    pub fn hash(
        password: &Secret<String>,
        email: &str,
        salt: &Salt,
    ) -> Result<Self, PasswordError> {
        check(password.expose(), email)?;
        let hash = compute(COST, password.expose().as_bytes(), &salt.0, HASH_LEN);
        hash.map(|hash| Self::from_parts(salt, &hash)).ok_or(PasswordError::NoMemory)
    }

    /// A hash that no password fits: to be compared with when there is none, so that
    /// an unknown person takes as long as a wrong password.
    pub fn of_nobody(entropy: &dyn Entropy) -> Self {
        let mut hash = [0; HASH_LEN];
        entropy.fill(&mut hash);
        Self::from_parts(&Salt::generate(entropy), &hash)
    }

    /// A hash as the store gave it back; whether it can be used shows when it is.
    pub fn from_stored(phc: &str) -> Self {
        Self(phc.into())
    }

    /// The PHC string to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when this is the password. A stored text that is no hash fits none.
    pub fn verify(&self, password: &Secret<String>) -> bool {
        let shown = password.expose().as_bytes();
        // Longer than any that was set: not worth its time.
        if shown.len() > LONGEST {
            return false;
        }
        let Some(stored) = Stored::read(&self.0) else { return false };
        let Some(computed) = compute(stored.cost, shown, &stored.salt, stored.hash.len()) else {
            return false;
        };
        constant_time::verify_slices_are_equal(&computed, &stored.hash).is_ok()
    }

    fn from_parts(salt: &Salt, hash: &[u8]) -> Self {
        let (memory, passes, lanes) = COST;
        let text = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
        let (salt, hash) = (text(&salt.0), text(hash));
        Self(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}").into())
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[password hash]")
    }
}

/// Says whether a password may be set for the person with this address.
///
/// # Errors
/// [`PasswordError`] says which rule it breaks.
pub fn check(password: &str, email: &str) -> Result<(), PasswordError> {
    if password.chars().any(char::is_control) {
        return Err(PasswordError::Control);
    }
    if password.trim().eq_ignore_ascii_case(email) {
        return Err(PasswordError::TheAddress);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    Ok(())
}

/// A PHC string, taken apart.
struct Stored {
    cost: (u32, u32, u32),
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn read(phc: &str) -> Option<Self> {
        let mut parts = phc.strip_prefix("$argon2id$v=19$")?.split('$');
        let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let mut numbers = cost.split(',');
        let mut number = |name: &str| numbers.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let cost = (number("m=")?, number("t=")?, number("p=")?);
        let bounded = cost.0 <= LARGEST.0 && cost.1 <= LARGEST.1 && cost.2 <= LARGEST.2;
        let bytes = |text: &str| BASE64_STANDARD_NO_PAD.decode(text).ok();
        let (salt, hash) = (bytes(salt)?, bytes(hash)?);
        let is_whole = parts.next().is_none() && bounded && (16..=64).contains(&hash.len());
        is_whole.then_some(Self { cost, salt, hash })
    }
}

fn compute(
    (memory, passes, lanes): (u32, u32, u32),
    password: &[u8],
    salt: &[u8],
    length: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let params = Params::new(memory, passes, lanes, Some(length)).ok()?;
    let mut out = Zeroizing::new(vec![0; length]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, &mut out)
        .ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let entropy = |bytes: &mut [u8]| bytes.fill(7);
        let salt = Salt::generate(&entropy);
        let hash = PasswordHash::hash(&secret("harbour lamp oak"), "a@b.example", &salt).unwrap();
        assert!(
            hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcH"),
            "{}",
            hash.as_str()
        );
        let kept = PasswordHash::from_stored(hash.as_str());
        assert!(kept.verify(&secret("harbour lamp oak")));
        for wrong in ["", "harbour lamp oa", "Harbour lamp oak", &"x".repeat(201)] {
            assert!(!kept.verify(&secret(wrong)), "{wrong}");
        }
        assert_eq!(format!("{hash:?}"), "[password hash]");
        assert!(!PasswordHash::of_nobody(&entropy).verify(&secret("")));
    }

    #[test]
    fn hashes_of_other_programs_are_read() {
        let made = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(PasswordHash::from_stored(made).verify(&secret("password")));
        assert!(!PasswordHash::from_stored(made).verify(&secret("Password")));
    }

    #[test]
    fn what_is_no_hash_fits_nothing() {
        for broken in [
            "",
            "password",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        ] {
            assert!(!PasswordHash::from_stored(broken).verify(&secret("password")), "{broken}");
        }
    }

    #[test]
    fn new_passwords_keep_their_rules() {
        let email = "mara.lindqvist@skarholt.example";
        let most = "x".repeat(LONGEST);
        for good in ["twelve chars", "Zwölf Zeichen", &most] {
            assert_eq!(check(good, email), Ok(()), "{good}");
        }
        for (bad, expected) in [
            ("", PasswordError::TooShort),
            ("eleven char", PasswordError::TooShort),
            ("twelve\nchars", PasswordError::Control),
            (&"x".repeat(201), PasswordError::TooLong),
            (" Mara.Lindqvist@skarholt.example", PasswordError::TheAddress),
        ] {
            assert_eq!(check(bad, email), Err(expected), "{bad}");
        }
    }
}
