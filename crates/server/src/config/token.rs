//! `token` of a `[[service]]`: what its access tokens look like.

use portreeve_core::token::format::{Algorithm, Alphabet, TokenFormat};

use crate::config::section::Section;

/// The form of tokens for which neither service nor dialect says anything.
pub const DEFAULT: TokenFormat = TokenFormat::Jwt(Algorithm::ES256);

/// The longest prefix, in characters.
const LONGEST_PREFIX: usize = 16;

pub(super) fn read(section: &mut Section<'_, '_>) -> Option<TokenFormat> {
    (!section.is_absent()).then(|| read_form(section))
}

fn read_form(section: &mut Section<'_, '_>) -> TokenFormat {
    let is_sealed = section.required_text("format", "jwt", |word| match word {
        "jwt" => Ok(false),
        "sealed" => Ok(true),
        _ => Err(format!("expected \"jwt\" or \"sealed\", found {word:?}")),
    });
    match is_sealed {
        Some(false) => TokenFormat::Jwt(read_algorithm(section)),
        Some(true) => read_sealed(section),
        None => {
            // The other keys are right for one of the two; only the word is at fault.
            read_algorithm(section);
            read_sealed(section)
        }
    }
}

fn read_algorithm(section: &mut Section<'_, '_>) -> Algorithm {
    let read = section.text("algorithm", |name| {
        let names = Algorithm::ALL.map(Algorithm::as_str).join(", ");
        Algorithm::from_name(name).ok_or_else(|| format!("expected one of {names}, found {name:?}"))
    });
    read.unwrap_or(Algorithm::ES256)
}

fn read_sealed(section: &mut Section<'_, '_>) -> TokenFormat {
    let prefix = section.text("prefix", |prefix| {
        // A dot would make it look like a JWT; other marks need quoting somewhere.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if prefix.len() <= LONGEST_PREFIX && prefix.bytes().all(plain) {
            Ok(prefix.into())
        } else {
            Err(format!(
                "expected at most {LONGEST_PREFIX} letters, digits, \"_\" or \"-\", such as \"at_\""
            ))
        }
    });
    let alphabet = section.text("alphabet", |word| match word {
        "base64url" => Ok(Alphabet::Base64url),
        "alphanumeric" => Ok(Alphabet::Alphanumeric),
        "hex" => Ok(Alphabet::Hex),
        _ => Err(format!("expected \"base64url\", \"alphanumeric\" or \"hex\", found {word:?}")),
    });
    TokenFormat::Sealed {
        prefix: prefix.unwrap_or_default(),
        alphabet: alphabet.unwrap_or_default(),
    }
}
