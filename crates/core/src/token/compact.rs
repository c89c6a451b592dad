//! Tokens of an exact length, where a vendor's programs have always seen one: `TK`
//! and 44 letters and digits. There is no room for a record, a key's id or a nonce,
//! so a token holds the number of a record of claims, its expiry and a few random
//! bytes, and is sealed with AES-SIV (RFC 5297), which needs no nonce:
//!
//! ```text
//! access:  claims' number (6 bytes) | expiry (4) | line (6)               and a seal of 16
//! refresh: claims' number (6 bytes) | expiry (4) | line (6) | serial (2)  and a seal of 16
//! ```
//!
//! Numbers are big-endian; the expiry counts seconds since 2020. The sealed bytes are
//! written as one number in the form's alphabet, with zeros before it up to the
//! length, so every token has one spelling. Kind, prefix, alphabet and length are
//! bound into the seal. Which key fits is found by trying: there are two or three.
//!
//! Everything that came out of one token by refreshing has its line.

pub mod digits;

use aes_siv::siv::Aes256Siv;
use aes_siv::{KeyInit, Tag};
use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

use crate::secret::Entropy;
use crate::time::Timestamp;
use crate::token::family::FamilyId;
use crate::token::format::Alphabet;
use crate::token::record::TokenId;

/// Claims are numbered from 1 to below this.
pub const NUMBERS: u64 = 1 << 48;

/// 2020-01-01T00:00:00Z. Expiries reach from here to the year 2156.
const FIRST_SECOND: i64 = 1_577_836_800;

/// The last expiry that a token can hold, for one that shall never expire.
pub const LAST_EXPIRY: Timestamp = Timestamp::from_unix(FIRST_SECOND + u32::MAX as i64);

/// What the family of every line begins with.
const FAMILY: &[u8] = b"compact\0\0\0";

const ACCESS_LEN: usize = 16;
const REFRESH_LEN: usize = 18;
const TAG_LEN: usize = 16;
const KEY_LEN: usize = 64;

/// How a compact token looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What every token begins with; may be empty.
    pub prefix: Box<str>,
    /// How many characters every token has, the prefix included.
    pub length: usize,
    /// The characters after the prefix.
    pub alphabet: Alphabet,
}

/// What an access token of this kind holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Which claims are meant: 1 or more, below [`NUMBERS`].
    pub claims: u64,
    /// From this moment on it is refused.
    pub expires_at: Timestamp,
    /// What it stands and falls with.
    pub line: Line,
}

/// What a refresh token of this kind holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Which claims are meant: 1 or more, below [`NUMBERS`].
    pub claims: u64,
    /// From this moment on it is refused.
    pub expires_at: Timestamp,
    /// What it stands and falls with.
    pub line: Line,
    /// Counts the refreshes of its line, and around.
    pub serial: u16,
}

/// One line of refreshes: 48 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line(pub [u8; 6]);

impl Line {
    /// A new line.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 6];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The line as what tokens stand and fall together with.
    pub fn family(self) -> FamilyId {
        FamilyId(joined(&[FAMILY, &self.0]))
    }

    /// The line that is this family; `None` for a family of another kind.
    pub fn of(family: FamilyId) -> Option<Self> {
        let line = family.0.strip_prefix(FAMILY)?;
        line.first_chunk().copied().map(Self)
    }
}

impl Access {
    /// The bytes that are sealed, which are the token's id as well; `None` when the
    /// number or the expiry is none that a token can hold.
    pub fn id(&self) -> Option<TokenId> {
        let (number, expiry) = (number_bytes(self.claims)?, expiry_bytes(self.expires_at)?);
        Some(TokenId(joined(&[&number, &expiry, &self.line.0])))
    }

    /// What the token with this id holds; `None` for the id of another kind of token.
    pub fn from_id(id: TokenId) -> Option<Self> {
        let (claims, expires_at, line, _) = parts(&id.0)?;
        (claims != 0).then_some(Self { claims, expires_at, line })
    }
}

impl Refresh {
    /// The id under which it is noted that this token was used. Each refresh token has
    /// another, and no access token has it: no claims have so high a number.
    pub fn id(&self) -> Option<TokenId> {
        let (expiry, serial) = (expiry_bytes(self.expires_at)?, self.serial.to_be_bytes());
        Some(TokenId(joined(&[b"used", &expiry, &self.line.0, &serial])))
    }

    fn to_bytes(self) -> Option<[u8; REFRESH_LEN]> {
        let (number, expiry) = (number_bytes(self.claims)?, expiry_bytes(self.expires_at)?);
        Some(joined(&[&number, &expiry, &self.line.0, &self.serial.to_be_bytes()]))
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (claims, expires_at, line, rest) = parts(bytes)?;
        let serial = u16::from_be_bytes(*rest.first_chunk()?);
        (claims != 0).then_some(Self { claims, expires_at, line, serial })
    }
}

/// The key of compact tokens, derived from a sealing key.
pub struct CompactKey(Zeroizing<[u8; KEY_LEN]>);

impl CompactKey {
    /// The key that belongs to a sealing key with these bytes; `None` if the crypto
    /// library fails.
    pub fn derive(sealing_key: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portreeve/1").extract(sealing_key);
        let expanded = extracted.expand(&[b"portreeve compact v1"], KeyLen).ok()?;
        expanded.fill(&mut key[..]).ok()?;
        Some(Self(key))
    }

    /// The text of an access token with this id, made by [`Access::id`]; `None` when
    /// the form is too short for it.
    pub fn seal_access(&self, id: TokenId, form: &Form) -> Option<String> {
        self.seal(Kind::Access, &id.0, form)
    }

    /// The text of a refresh token; `None` when it holds a number or an expiry that no
    /// token can hold, or the form is too short for it.
    pub fn seal_refresh(&self, token: Refresh, form: &Form) -> Option<String> {
        self.seal(Kind::Refresh, &token.to_bytes()?, form)
    }

    /// Reads an access token that was made with this key in this form.
    pub fn open_access(&self, text: &str, form: &Form) -> Option<Access> {
        let mut bytes = [0; TAG_LEN + ACCESS_LEN];
        let clear = self.open(Kind::Access, text, form, &mut bytes)?;
        Access::from_id(TokenId(*clear.first_chunk()?))
    }

    /// Reads a refresh token that was made with this key in this form.
    pub fn open_refresh(&self, text: &str, form: &Form) -> Option<Refresh> {
        let mut bytes = [0; TAG_LEN + REFRESH_LEN];
        let clear = self.open(Kind::Refresh, text, form, &mut bytes)?;
        Refresh::from_bytes(clear)
    }

    fn seal(&self, kind: Kind, clear: &[u8], form: &Form) -> Option<String> {
        let count = form.length.checked_sub(form.prefix.len())?;
        let mut bytes = [0; TAG_LEN + REFRESH_LEN];
        let sealed = bytes.get_mut(..TAG_LEN + clear.len())?;
        let (tag, rest) = sealed.split_at_mut_checked(TAG_LEN)?;
        rest.copy_from_slice(clear);
        let shape = form.shape();
        let beside = [kind.word(), form.prefix.as_bytes(), &shape];
        let found = self.cipher().encrypt_inout_detached(beside, rest.into()).ok()?;
        tag.copy_from_slice(&found);
        let mut text = String::with_capacity(form.length);
        text.push_str(&form.prefix);
        digits::write(sealed, form.alphabet, count, &mut text)?;
        Some(text)
    }

    fn open<'b>(
        &self,
        kind: Kind,
        text: &str,
        form: &Form,
        sealed: &'b mut [u8],
    ) -> Option<&'b [u8]> {
        digits::read(form.digits(text)?, form.alphabet, sealed)?;
        let (tag, rest) = sealed.split_first_chunk_mut::<TAG_LEN>()?;
        let tag = Tag::from(*tag);
        let shape = form.shape();
        let beside = [kind.word(), form.prefix.as_bytes(), &shape];
        self.cipher().decrypt_inout_detached(beside, (&mut *rest).into(), &tag).ok()?;
        Some(rest)
    }

    fn cipher(&self) -> Aes256Siv {
        Aes256Siv::new((&*self.0).into())
    }
}

impl std::fmt::Debug for CompactKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[compact key]")
    }
}

impl Form {
    /// The shortest length in which an access token fits: 43 letters and digits, 43 of
    /// base64url or 64 hexadecimal ones after the prefix.
    pub fn shortest_access(prefix: &str, alphabet: Alphabet) -> usize {
        prefix.len() + digits::needed(TAG_LEN + ACCESS_LEN, alphabet)
    }

    /// The shortest length in which a refresh token fits: 46 letters and digits, 46 of
    /// base64url or 68 hexadecimal ones after the prefix.
    pub fn shortest_refresh(prefix: &str, alphabet: Alphabet) -> usize {
        prefix.len() + digits::needed(TAG_LEN + REFRESH_LEN, alphabet)
    }

    /// What follows the prefix, when `text` has this form's prefix and length.
    fn digits<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.strip_prefix(&*self.prefix).filter(|_| text.len() == self.length)
    }

    /// What is authenticated beside kind and prefix. The three are strings of their own
    /// (RFC 5297 §2.4), so that none runs over into another.
    fn shape(&self) -> [u8; 9] {
        let alphabet = match self.alphabet {
            Alphabet::Base64url => 1,
            Alphabet::Alphanumeric => 2,
            Alphabet::Hex => 3,
        };
        joined(&[&[alphabet], &self.length.to_be_bytes()])
    }

    /// True when `text` could have this form: its prefix, length and characters.
    pub fn is_like(&self, text: &str) -> bool {
        let digits = self.digits(text);
        digits.is_some_and(|digits| digits::are_of(digits, self.alphabet))
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Access,
    Refresh,
}

impl Kind {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Access => b"access",
            Self::Refresh => b"refresh",
        }
    }
}

struct KeyLen;

impl hkdf::KeyType for KeyLen {
    fn len(&self) -> usize {
        KEY_LEN
    }
}

fn number_bytes(number: u64) -> Option<[u8; 6]> {
    let bytes = number.to_be_bytes();
    bytes.last_chunk().copied().filter(|_| (1..NUMBERS).contains(&number))
}

fn expiry_bytes(expires_at: Timestamp) -> Option<[u8; 4]> {
    let since = expires_at.as_unix().checked_sub(FIRST_SECOND)?;
    u32::try_from(since).ok().map(u32::to_be_bytes)
}

/// Number, expiry, line, and what follows.
fn parts(bytes: &[u8]) -> Option<(u64, Timestamp, Line, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<6>()?;
    let (since, rest) = rest.split_first_chunk::<4>()?;
    let (line, rest) = rest.split_first_chunk::<6>()?;
    let number = number.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    let since = i64::from(u32::from_be_bytes(*since));
    Some((number, Timestamp::from_unix(FIRST_SECOND + since), Line(*line), rest))
}

/// The parts one after the other; their lengths add up to `N`.
fn joined<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    let all = parts.iter().copied().flatten();
    bytes.iter_mut().zip(all).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
mod tests;
