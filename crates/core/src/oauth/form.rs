//! `application/x-www-form-urlencoded` (RFC 6749 Appendix B), read strictly and
//! with duplicates kept visible: what is sent twice is refused, not chosen from.

use std::borrow::Cow;

use crate::refusal::{Reason, Refusal};

/// The most parameters in one query or form. No client sends ten.
const MOST: usize = 64;

/// The parameters of a query or a form, decoded, in order, repeated ones as well.
#[derive(Clone, Debug, Default)]
pub struct Form<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Form<'a> {
    /// Reads a query or a form body.
    ///
    /// # Errors
    /// [`Reason::BodyMalformed`] for a broken escape, for bytes that are not UTF-8
    /// and for control characters; [`Reason::BodyTooLarge`] for too many parameters.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Reason::BodyMalformed)?;
        let mut pairs = Vec::with_capacity(6);
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MOST {
                return Err(Reason::BodyTooLarge.into());
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self { pairs })
    }

    /// The value of a parameter; `None` when it is absent.
    ///
    /// # Errors
    /// [`Reason::ParameterRepeated`] when it is there more than once (RFC 6749 §3.2).
    pub fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        Ok(self.only(name)?.map(|value| &**value))
    }

    /// Like [`Form::one`], for as long as the request lives.
    ///
    /// # Errors
    /// As there.
    pub fn take(&self, name: &str) -> Result<Option<Cow<'a, str>>, Refusal> {
        Ok(self.only(name)?.cloned())
    }

    /// True when the parameter is there, even empty or repeated.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// The names, in order, as often as they are there.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| &**name)
    }

    fn only(&self, name: &str) -> Result<Option<&Cow<'a, str>>, Refusal> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value);
        if values.next().is_some() {
            return Err(Refusal::about(Reason::ParameterRepeated, name));
        }
        Ok(first)
    }
}

/// Decodes one name or value: `+` is a space, `%xx` a byte, the whole is UTF-8
/// without control characters.
///
/// # Errors
/// [`Reason::BodyMalformed`] otherwise.
pub fn decode(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if is_plain(text) {
        return Ok(Cow::Borrowed(text));
    }
    decode_bytes(text.as_bytes())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Cow::Owned)
        .ok_or_else(|| Reason::BodyMalformed.into())
}

/// Nothing to decode and nothing to refuse. Without an early end, so that the
/// compiler looks at many bytes at a time: nearly every value is plain.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .fold(true, |plain, byte| plain & !matches!(byte, b'%' | b'+') & !byte.is_ascii_control())
}

/// `None` for a broken escape and for a control character, escaped or not.
fn decode_bytes(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'+' => b' ',
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            plain => plain,
        };
        if byte.is_ascii_control() {
            return None;
        }
        out.push(byte);
    }
    Some(out)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        let form =
            Form::read(b"grant_type=client_credentials&scope=a+b%20c&x=&y&&state=%F0%9F%9A%A2")
                .unwrap();
        assert_eq!(form.one("grant_type").unwrap(), Some("client_credentials"));
        assert_eq!(form.one("scope").unwrap(), Some("a b c"));
        assert_eq!(form.one("x").unwrap(), Some(""));
        assert_eq!(form.one("y").unwrap(), Some(""));
        assert_eq!(form.one("z").unwrap(), None);
        assert_eq!(form.one("state").unwrap(), Some("\u{1f6a2}"));
        assert_eq!(form.names().count(), 5);
    }

    #[test]
    fn what_is_sent_twice_is_refused() {
        let form = Form::read(b"scope=a&scope=a&%73cope=b&x=1").unwrap();
        assert_eq!(form.one("scope").unwrap_err().reason, Reason::ParameterRepeated);
        assert_eq!(form.one("x").unwrap(), Some("1"));
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for bad in [
            &b"a=%"[..],
            b"a=%4",
            b"a=%zz",
            b"a=\xff",
            b"a=%ff",
            b"a=%00",
            b"a=\0",
            b"a=%0a",
            b"%00=a",
            b"a=%e2%82",
            b"a=%+1",
        ] {
            assert_eq!(Form::read(bad).unwrap_err().reason, Reason::BodyMalformed, "{bad:?}");
        }
        let many = "a=b&".repeat(65);
        assert_eq!(Form::read(many.as_bytes()).unwrap_err().reason, Reason::BodyTooLarge);
    }
}
