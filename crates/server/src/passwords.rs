//! Where passwords are hashed: beside the runtime, a few at a time.
//!
//! Each hash takes 19 MiB and tens of milliseconds of one core, so a crowd at the
//! sign-in page must neither fill the memory nor hold up those who ask for tokens.

use std::sync::Arc;

use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::{Entropy, Secret};
use portreeve_core::sign_in::password::{PasswordError, PasswordHash, Salt};
use tokio::sync::Semaphore;

/// Hashes at one time.
const WORKERS: usize = 2;
/// Who may be waiting or hashing; whoever comes beyond is asked to come back.
const PLACES: usize = 64;

/// Why there is no hash of a new password.
#[derive(Debug, PartialEq, Eq)]
pub enum NotHashed {
    /// It breaks a rule.
    Rule(PasswordError),
    /// [`Reason::TemporarilyUnavailable`]: too many are waiting, or there is no memory.
    Busy(Refusal),
}

/// The bounded pool.
#[derive(Debug)]
pub struct Passwords {
    workers: Arc<Semaphore>,
    places: Semaphore,
    /// What an unknown person's password is compared with.
    nobody: PasswordHash,
}

impl Passwords {
    /// An idle pool.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self {
            workers: Arc::new(Semaphore::new(WORKERS)),
            places: Semaphore::new(PLACES),
            nobody: PasswordHash::of_nobody(entropy),
        }
    }

    /// Hashes a new password of the person with this address.
    ///
    /// # Errors
    /// [`NotHashed::Rule`] says which rule it breaks; [`NotHashed::Busy`].
    pub async fn hash(
        &self,
        password: Secret<String>,
        email: &str,
        entropy: &dyn Entropy,
    ) -> Result<PasswordHash, NotHashed> {
        let _place = self.places.try_acquire().map_err(|_| NotHashed::Busy(busy()))?;
        let salt = Salt::generate(entropy);
        let email = email.to_owned();
        let worker = Arc::clone(&self.workers).acquire_owned().await;
        let work = move || {
            let _worker = worker;
            PasswordHash::hash(&password, &email, &salt)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(hash)) => Ok(hash),
            Ok(Err(PasswordError::NoMemory)) | Err(_) => Err(NotHashed::Busy(busy())),
            Ok(Err(rule)) => Err(NotHashed::Rule(rule)),
        }
    }

    /// True when the password fits. Without a hash, for a person who is unknown or has
    /// none, it takes as long and is false.
    ///
    /// # Errors
    /// [`Reason::TemporarilyUnavailable`] when too many are waiting already.
    pub async fn verify(
        &self,
        hash: Option<PasswordHash>,
        password: Secret<String>,
    ) -> Result<bool, Refusal> {
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| busy())?;
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let work = move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _worker = worker;
            hash.verify(&password)
        };
        let fits = tokio::task::spawn_blocking(work).await.map_err(|_| busy())?;
        Ok(fits && is_known)
    }
}

fn busy() -> Refusal {
    Refusal::about(Reason::TemporarilyUnavailable, "passwords")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_fits_and_a_crowd_is_sent_away() {
        let entropy = |bytes: &mut [u8]| bytes.fill(3);
        let passwords = Passwords::new(&entropy);
        let hash =
            passwords.hash(secret("harbour lamp oak"), "a@b.example", &entropy).await.unwrap();
        let fits = passwords.verify(Some(hash.clone()), secret("harbour lamp oak")).await;
        assert_eq!(fits, Ok(true));
        assert_eq!(
            passwords.verify(Some(hash.clone()), secret("harbour lamp oaks")).await,
            Ok(false)
        );
        assert_eq!(passwords.verify(None, secret("\u{3}")).await, Ok(false));
        let all = passwords.places.acquire_many(u32::try_from(PLACES).unwrap()).await.unwrap();
        let busy = passwords.verify(Some(hash), secret("harbour lamp oak")).await.unwrap_err();
        assert_eq!(busy.reason, Reason::TemporarilyUnavailable);
        let new = passwords.hash(secret("another harbour lamp"), "a@b.example", &entropy).await;
        assert_eq!(new.map(drop), Err(NotHashed::Busy(busy)));
        drop(all);
        let short = passwords.hash(secret("harbour"), "a@b.example", &entropy).await;
        assert_eq!(short.map(drop), Err(NotHashed::Rule(PasswordError::TooShort)));
    }
}
