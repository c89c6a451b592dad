//! The ids of our records: short texts with a type of their own each, cheap to
//! clone, so that a client's id can never stand where an organization's belongs.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::secret::{Entropy, base62};

/// The text cannot be an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct IdError(pub &'static str);

/// The longest id that is accepted, in bytes.
pub const LONGEST: usize = 128;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// What every generated id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id: the prefix and 22 letters and digits (128 random bits).
            pub fn generate(entropy: &dyn Entropy) -> Self {
                let mut bytes = [0; 16];
                entropy.fill(&mut bytes);
                let mut text = String::from($prefix);
                base62::encode(&bytes, &mut text);
                Self(text.into())
            }

            /// Takes a text as an id: 1 to 128 visible ASCII characters, no
            /// quote, backslash, colon or slash, so that it needs no quoting in a
            /// header, a URL's segment or a log line.
            ///
            /// # Errors
            /// [`IdError`] says which rule the text breaks.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text).map(|()| Self(text.into()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

text_id!(
    /// A client's `client_id` (RFC 6749 §2.2). Public.
    ClientId, "prc_"
);
text_id!(
    /// An organization's id within Portreeve. The vendor's own id for it is its
    /// `external_id`, which may not begin like this one.
    OrganizationId, "org_"
);
text_id!(
    /// A person's id.
    UserId, "usr_"
);

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError("an id may not be empty"));
    }
    if text.len() > LONGEST {
        return Err(IdError("an id may have 128 characters at most"));
    }
    // A percent or a plus would have two spellings in a Basic header (RFC 6749 §2.3.1).
    let allowed = |b: u8| b.is_ascii_graphic() && !b"\"\\:/,%+".contains(&b);
    if !text.bytes().all(allowed) {
        return Err(IdError(
            "an id may hold visible ASCII characters only, and no quote, backslash, colon, comma, slash, percent or plus",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_texts() {
        for good in ["a", "prc_0Az", "4711", "licence-7", "a~b.c*d"] {
            assert!(ClientId::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a b",
            "a\"b",
            "a\\b",
            "a:b",
            "a/b",
            "a+b",
            "a%41",
            "a\0",
            "ä",
            "a\n",
            &"x".repeat(129),
        ] {
            assert!(ClientId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn generated_ids_have_their_prefix_and_128_bits() {
        let id = ClientId::generate(&|bytes: &mut [u8]| bytes.fill(0xff));
        assert_eq!(id.as_str().len(), 4 + 22);
        assert!(id.as_str().starts_with("prc_"));
    }
}
