//! What an application asked for and proved, sealed, while the person signs in and
//! decides: it travels through the browser, so no node need remember it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::refusal::Reason;
use portreeve_core::secret::{Entropy, MasterKey};
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use serde::{Deserialize, Serialize};

/// The longest text that is opened: a redirect URI, scopes of 4 KiB, and a state of as
/// much, escaped.
const LONGEST: usize = 24_576;

/// An application's request that was found to be in order. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// Tells requests apart that are otherwise alike: 128 random bits.
    pub nonce: [u8; 16],
    /// The dialect at whose connector it arrived.
    pub dialect: String,
    /// Who asks.
    pub client_id: ClientId,
    /// Where the person goes afterwards: registered by the client.
    pub redirect_uri: String,
    /// The API that it is for.
    pub audience: Audience,
    /// The scopes that are asked for, as far as the client had them when it asked.
    pub scopes: ScopeSet,
    /// What the application wants back unchanged.
    pub state: Option<String>,
    /// Until when the person may answer.
    pub ends_at: Timestamp,
}

impl Interaction {
    /// The opaque text that stands in the page's address: AES-256-GCM in base64url.
    /// `None` when the crypto library fails.
    pub fn seal(&self, master: &MasterKey, entropy: &dyn Entropy) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let mut body = serde_json::to_vec(self).ok()?;
        let sealing = Nonce::assume_unique_for_key(nonce);
        key(master)?.seal_in_place_append_tag(sealing, binding(), &mut body).ok()?;
        Some(BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &body].concat()))
    }

    /// Opens what [`Interaction::seal`] made. Whether there is still time, its
    /// `ends_at` tells.
    ///
    /// # Errors
    /// [`Reason::InteractionExpired`] for anything else: that it was tampered with is
    /// nothing to be told.
    pub fn open(text: &str, master: &MasterKey) -> Result<Self, Reason> {
        unseal(text, master).ok_or(Reason::InteractionExpired)
    }
}

fn unseal(text: &str, master: &MasterKey) -> Option<Interaction> {
    if text.len() > LONGEST {
        return None;
    }
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (nonce, body) = bytes.split_first_chunk_mut::<NONCE_LEN>()?;
    let clear = key(master)?.open_in_place(Nonce::from(&*nonce), binding(), body).ok()?;
    serde_json::from_slice(clear).ok()
}

fn key(master: &MasterKey) -> Option<LessSafeKey> {
    let key = UnboundKey::new(&AES_256_GCM, &master.derive("connector-interactions"));
    key.map(LessSafeKey::new).ok()
}

fn binding() -> Aad<&'static str> {
    Aad::from("portreeve interaction 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Interaction {
        Interaction {
            nonce: [5; 16],
            dialect: "dotypos".to_owned(),
            client_id: ClientId::parse("plateline").unwrap(),
            redirect_uri: "https://orders.plateline.example/back".to_owned(),
            audience: Audience::new("urn:clouds"),
            scopes: ScopeSet::parse("clouds_read").unwrap(),
            state: Some("<b>ü</b>".to_owned()),
            ends_at: Timestamp::from_unix(900),
        }
    }

    #[test]
    fn what_is_sealed_opens_and_nothing_else_does() {
        let master = MasterKey::from_bytes([7; 32]);
        let text = sample().seal(&master, &|bytes: &mut [u8]| bytes.fill(1)).unwrap();
        assert_eq!(Interaction::open(&text, &master), Ok(sample()));
        assert!(!text.contains("plateline"));
        let other = MasterKey::from_bytes([8; 32]);
        assert_eq!(Interaction::open(&text, &other), Err(Reason::InteractionExpired));
        for at in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'A' { b'B' } else { b'A' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert!(Interaction::open(&wrong, &master).is_err(), "{at}");
        }
        for wrong in ["", "AAAA", &text[1..], &"A".repeat(LONGEST + 1)] {
            assert!(Interaction::open(wrong, &master).is_err(), "{}", wrong.len());
        }
    }
}
