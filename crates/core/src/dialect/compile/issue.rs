//! `[issue]`, checked.

use toml::Spanned;

use crate::connection::refresh_format::RefreshFormat as StoredFormat;
use crate::dialect::compile::{Mistake, names_refresh_token};
use crate::dialect::issue::{AccessIssue, Issue, LONGEST_LIFE, RefreshForm, RefreshIssue};
use crate::dialect::text::issue::{
    AccessFormat, AccessText, IssueText, RefreshFormatWord, RefreshText,
};
use crate::dialect::write::ReplyForm;
use crate::time::Ttl;
use crate::token::compact::Form;
use crate::token::format::{Algorithm, Alphabet, TokenFormat};

/// The longest text of a token that a dialect can prescribe.
const LONGEST: usize = 255;

pub(super) fn issue(text: IssueText, reply: &ReplyForm, redirects: bool) -> Result<Issue, Mistake> {
    let access = text.access.map(|access| self::access(&access)).transpose()?.unwrap_or_default();
    let refresh = match text.refresh {
        None => None,
        Some(text) => {
            fits_access(&text, &access)?;
            Some(refresh(&text, names_refresh_token(reply).is_some(), redirects)?)
        }
    };
    Ok(Issue { access, refresh })
}

fn access(text: &Spanned<AccessText>) -> Result<AccessIssue, Mistake> {
    let access = text.get_ref();
    let format = match access.format {
        None => {
            no_sealed_words(access, "say format = \"sealed\" as well")?;
            no_algorithm(access, "say format = \"jwt\" as well")?;
            None
        }
        Some(AccessFormat::Jwt) => {
            no_sealed_words(access, "a JWT has none; it goes with format = \"sealed\"")?;
            let algorithm = access.algorithm.as_ref().map(|it| *it.get_ref());
            Some(TokenFormat::Jwt(algorithm.unwrap_or(Algorithm::ES256)))
        }
        Some(AccessFormat::Sealed) => {
            no_algorithm(access, "a sealed token has none; it goes with format = \"jwt\"")?;
            Some(sealed(access)?)
        }
    };
    let ttl = access.ttl.as_ref().map(|ttl| checked_ttl(ttl, *ttl.get_ref())).transpose()?;
    Ok(AccessIssue { format, ttl, shared: access.shared })
}

fn no_sealed_words(access: &AccessText, expected: &str) -> Result<(), Mistake> {
    let spans = [
        access.prefix.as_ref().map(Spanned::span),
        access.length.as_ref().map(Spanned::span),
        access.alphabet.as_ref().map(Spanned::span),
    ];
    match spans.into_iter().flatten().next() {
        Some(span) => Err(Mistake { span, expected: expected.to_owned() }),
        None => Ok(()),
    }
}

fn no_algorithm(access: &AccessText, expected: &str) -> Result<(), Mistake> {
    access.algorithm.as_ref().map_or(Ok(()), |found| Err(Mistake::at(found, expected)))
}

fn sealed(access: &AccessText) -> Result<TokenFormat, Mistake> {
    let prefix = checked_prefix(access.prefix.as_ref())?;
    let alphabet = access.alphabet.as_ref().map(|it| *it.get_ref()).unwrap_or_default();
    let Some(length) = &access.length else { return Ok(TokenFormat::Sealed { prefix, alphabet }) };
    let shortest = Form::shortest_access(&prefix, alphabet);
    let length = checked_length(length, shortest, &prefix, alphabet)?;
    Ok(TokenFormat::Compact(Form { prefix, length, alphabet }))
}

/// A token of an exact length has no room for the connection that it would belong to.
fn fits_access(text: &Spanned<RefreshText>, access: &AccessIssue) -> Result<(), Mistake> {
    let is_stored = text.get_ref().format == RefreshFormatWord::Stored;
    if is_stored && matches!(access.format, Some(TokenFormat::Compact(_))) {
        let expected = "\"stored\" does not go with a length of access tokens, which leaves no room for the connection: leave out that length, or say format = \"sealed\"";
        return Err(Mistake::at(text, expected));
    }
    Ok(())
}

fn refresh(
    text: &Spanned<RefreshText>,
    in_reply: bool,
    redirects: bool,
) -> Result<RefreshIssue, Mistake> {
    let refresh = text.get_ref();
    let prefix = checked_prefix(refresh.prefix.as_ref())?;
    let format = match refresh.format {
        RefreshFormatWord::Sealed => sealed_refresh(refresh, prefix)?,
        RefreshFormatWord::Stored => stored_refresh(refresh, &prefix)?,
    };
    let ttl = refresh_ttl(refresh)?;
    let rotate = *refresh.rotate.get_ref();
    if rotate && !in_reply {
        let expected = "with rotate every use gives another: name ${refresh_token} in [reply]";
        return Err(Mistake::at(&refresh.rotate, expected));
    }
    if !in_reply && !redirects {
        let expected =
            "nobody would be given one: name ${refresh_token} in [reply], or write a [connector]";
        return Err(Mistake::at(text, expected));
    }
    Ok(RefreshIssue { format, ttl, rotate, in_reply })
}

fn refresh_ttl(refresh: &RefreshText) -> Result<Option<Ttl>, Mistake> {
    let place = &refresh.ttl;
    match (refresh.format, place.get_ref().0) {
        (RefreshFormatWord::Sealed, None) => {
            let expected = "a sealed token holds its end; expected a duration such as \"10m\", or format = \"stored\"";
            Err(Mistake::at(place, expected))
        }
        // For so long it is kept which were used, and which lines have ended.
        (RefreshFormatWord::Sealed, Some(ttl)) => checked_ttl(place, ttl).map(Some),
        (RefreshFormatWord::Stored, Some(Ttl::ZERO)) => {
            Err(Mistake::at(place, "expected a duration of at least \"1s\""))
        }
        (RefreshFormatWord::Stored, ttl) => Ok(ttl),
    }
}

fn sealed_refresh(refresh: &RefreshText, prefix: Box<str>) -> Result<RefreshForm, Mistake> {
    let alphabet = refresh.alphabet;
    let shortest = Form::shortest_refresh(&prefix, alphabet);
    let length = match &refresh.length {
        None => shortest,
        Some(length) => checked_length(length, shortest, &prefix, alphabet)?,
    };
    Ok(RefreshForm::Sealed(Form { prefix, length, alphabet }))
}

fn stored_refresh(refresh: &RefreshText, prefix: &str) -> Result<RefreshForm, Mistake> {
    let drawn = |length: usize| length.saturating_sub(prefix.len());
    let of = |length| StoredFormat { prefix: prefix.into(), length, alphabet: refresh.alphabet };
    let Some(length) = &refresh.length else {
        // 256 random bits in any alphabet but the smallest, which has 172.
        return Ok(RefreshForm::Stored(of(43)));
    };
    let format = of(drawn(*length.get_ref()));
    if *length.get_ref() <= LONGEST && format.is_strong() {
        return Ok(RefreshForm::Stored(format));
    }
    let enough = |length: &usize| of(drawn(*length)).is_strong();
    let least = (1..=LONGEST).find(enough).unwrap_or(LONGEST);
    Err(Mistake::at(
        length,
        format!(
            "expected {least} to {LONGEST} characters: 128 random bits must fit behind the prefix"
        ),
    ))
}

fn checked_length(
    length: &Spanned<usize>,
    shortest: usize,
    prefix: &str,
    alphabet: Alphabet,
) -> Result<usize, Mistake> {
    if (shortest..=LONGEST).contains(length.get_ref()) {
        return Ok(*length.get_ref());
    }
    let word = match alphabet {
        Alphabet::Base64url => "base64url",
        Alphabet::Alphanumeric => "alphanumeric",
        Alphabet::Hex => "hex",
    };
    Err(Mistake::at(
        length,
        format!(
            "expected {shortest} to {LONGEST}: a seal needs {} {word} characters, and the prefix has {}",
            shortest.saturating_sub(prefix.len()),
            prefix.len()
        ),
    ))
}

/// Visible ASCII, and nothing that a header, a query or JSON would write otherwise.
fn checked_prefix(prefix: Option<&Spanned<String>>) -> Result<Box<str>, Mistake> {
    let Some(prefix) = prefix else { return Ok("".into()) };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.~*!".contains(&b);
    if prefix.get_ref().len() <= 32 && prefix.get_ref().bytes().all(allowed) {
        return Ok(prefix.get_ref().as_str().into());
    }
    let expected =
        "expected at most 32 letters, digits, \"-\", \"_\", \".\", \"~\", \"*\" or \"!\"";
    Err(Mistake::at(prefix, expected))
}

fn checked_ttl<T>(place: &Spanned<T>, ttl: Ttl) -> Result<Ttl, Mistake> {
    if (Ttl::from_seconds(1)..=LONGEST_LIFE).contains(&ttl) {
        return Ok(ttl);
    }
    Err(Mistake::at(place, format!("expected a duration from \"1s\" to \"{LONGEST_LIFE}\"")))
}
