//! Client authentication by `Authorization: Basic` (RFC 6749 §2.3.1, RFC 7617).

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::oauth::form;
use crate::refusal::{Reason, Refusal};
use crate::secret::Secret;

/// What a Basic header says.
#[derive(Debug)]
pub struct Basic {
    /// The user id: the `client_id`.
    pub client_id: String,
    /// The password: the `client_secret`.
    pub client_secret: Secret<String>,
}

/// How id and secret are joined before base64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BasicEncoding {
    /// Each form-encoded first, as RFC 6749 §2.3.1 has it.
    #[default]
    Decoded,
    /// As they are, as many vendors document it.
    Raw,
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads what stands behind `Basic ` in an `Authorization` header.
///
/// # Errors
/// [`Reason::CredentialsMalformed`] when it is not base64 of UTF-8 text with a
/// colon, when the id is empty, or when there are control characters.
pub fn read(encoded: &str, encoding: BasicEncoding) -> Result<Basic, Refusal> {
    let malformed = || Refusal::from(Reason::CredentialsMalformed);
    let bytes = BASE64.decode(encoded.trim_matches(' ')).map_err(|_| malformed())?;
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let part = |text: &str| match encoding {
        BasicEncoding::Decoded => form::decode(text).map(|text| text.into_owned()),
        BasicEncoding::Raw => Ok(text.to_owned()),
    };
    let (id, secret) = (part(id).map_err(|_| malformed())?, part(secret).map_err(|_| malformed())?);
    let control = |text: &str| text.chars().any(char::is_control);
    if id.is_empty() || control(&id) || control(&secret) {
        return Err(malformed());
    }
    Ok(Basic { client_id: id, client_secret: Secret::new(secret) })
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    fn pair(text: &[u8], encoding: BasicEncoding) -> Option<(String, String)> {
        let basic = read(&BASE64_STANDARD.encode(text), encoding).ok()?;
        Some((basic.client_id.clone(), basic.client_secret.expose().clone()))
    }

    #[test]
    fn id_and_secret_are_decoded_as_the_dialect_says() {
        let cases = [
            (&b"id:secret"[..], BasicEncoding::Decoded, "id", "secret"),
            (b"i%3Ad:s%2Fe+c%25", BasicEncoding::Decoded, "i:d", "s/e c%"),
            (b"id:a:b", BasicEncoding::Decoded, "id", "a:b"),
            (b"id:s+e%2F", BasicEncoding::Raw, "id", "s+e%2F"),
            (b"id:", BasicEncoding::Raw, "id", ""),
        ];
        for (text, encoding, id, secret) in cases {
            assert_eq!(pair(text, encoding), Some((id.to_owned(), secret.to_owned())));
        }
    }

    #[test]
    fn what_is_no_basic_is_refused() {
        for text in
            [&b""[..], b"nocolon", b":secret", b"\xff:\xff", b"a\0b:c", b"a:b%", b"a:%00", b"a:b\n"]
        {
            assert_eq!(pair(text, BasicEncoding::Decoded), None, "{text:?}");
        }
        for encoded in ["*", "aWQ6c2VjcmV0=x", "", "aWQ 6c2VjcmV0"] {
            assert!(read(encoded, BasicEncoding::Decoded).is_err(), "{encoded}");
        }
        // Without its padding it is still only one thing.
        assert!(read("aWQ6cw", BasicEncoding::Decoded).is_ok());
    }
}
