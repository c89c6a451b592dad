//! A request that its sender may send again without doing it twice: under a key of its own.
//!
//! The key is taken before anything is made, together with what was asked for, and what is
//! made has an id that comes of the key. So whoever comes again, at the same time or after a
//! crash in between, finds what the first has made, or makes it. Nothing of an answer is
//! kept, and so no secret.

use aws_lc_rs::hmac;
use portreeve_core::audit::Actor;
use portreeve_core::secret::Entropy;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// A key, and what was asked for under it.
#[derive(Debug)]
pub struct Once {
    /// Of who asks and the key.
    drawn: [u8; 32],
    /// Of what is asked for.
    about: [u8; 32],
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum NotOnce {
    /// Something else was asked for under this key.
    #[error("something else was asked for under this key")]
    Reused,
    /// Anything else.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl Once {
    /// `key` as whoever asks chose it; nobody else's is meant by the same one. `about` is
    /// all that is asked for.
    pub fn new(env: &Env, actor: &Actor, key: &str, about: &[&[u8]]) -> Self {
        let under = env.directory.master().derive("idempotency-keys");
        let under = hmac::Key::new(hmac::HMAC_SHA256, &under);
        let tag = |parts: &[&[u8]]| {
            let mut signing = hmac::Context::with_key(&under);
            for part in parts {
                // With its length, so that no two lists are one text.
                signing.update(&(part.len() as u64).to_be_bytes());
                signing.update(part);
            }
            let mut bytes = [0; 32];
            bytes.iter_mut().zip(signing.sign().as_ref()).for_each(|(to, from)| *to = *from);
            bytes
        };
        let drawn = tag(&[b"key", actor.to_string().as_bytes(), key.as_bytes()]);
        Self { drawn, about: tag(about) }
    }

    /// What the id of the record is drawn from: the same for the same key.
    pub fn entropy(&self) -> impl Entropy {
        let drawn = self.drawn;
        move |bytes: &mut [u8]| bytes.iter_mut().zip(drawn).for_each(|(to, from)| *to = from)
    }

    /// The key as a text that tells nothing of it.
    pub fn name(&self) -> String {
        hex(&self.drawn)
    }

    /// Takes the key. Answers true when the same was asked for under it before.
    ///
    /// # Errors
    /// [`NotOnce::Reused`]; what the store says.
    pub async fn take(&self, env: &Env) -> Result<bool, NotOnce> {
        let taken = format!("once:{}", self.name());
        let about = format!("{taken}:{}", hex(&self.about));
        let now = env.now();
        let notice = |key: &String| Write::NoticeTaken { key: key.clone(), at: now };
        let writes = vec![notice(&taken), notice(&about)];
        let commit = Commit { writes, facts: Vec::new(), at: Some(now) };
        match env.directory.commit(commit).await {
            Ok(_) => return Ok(false),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(ChangeError::from(error).into()),
        }
        let found = env.directory.store().find_notice(&about).await.map_err(ChangeError::from)?;
        if found.is_some() { Ok(true) } else { Err(NotOnce::Reused) }
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
