//! Is the caller the client that it says it is? Pure, and as long for an unknown
//! client as for a wrong secret.

use crate::client::record::{Client, ClientSecret, ClientState};
use crate::refusal::{Reason, Refusal};
use crate::secret::HashKey;
use crate::time::Timestamp;

/// What was found about a caller. A dialect's order of refusals decides which of
/// several reasons is answered, so both are kept.
#[derive(Debug)]
pub struct Authentication<'a> {
    /// The secret that was shown, when it is one of the client's, and its place among
    /// them.
    pub shown: Option<(usize, &'a ClientSecret)>,
    /// What is wrong with the client itself.
    pub client_reason: Option<Reason>,
    /// What is wrong with the secret.
    pub secret_reason: Option<Reason>,
}

impl Authentication<'_> {
    /// Every reason to refuse; none means the client is who it says. An expired secret is
    /// named by its id.
    pub fn refusals(&self) -> impl Iterator<Item = Refusal> {
        let told = |reason| match self.shown {
            Some((_, secret)) if reason == Reason::SecretExpired => {
                Refusal::about(reason, secret.id.clone())
            }
            _ => reason.into(),
        };
        self.client_reason.into_iter().chain(self.secret_reason).map(told)
    }

    /// The place of the secret that was shown among the client's, when it is live.
    pub fn live_secret(&self) -> Option<usize> {
        self.shown.filter(|_| self.secret_reason.is_none()).map(|(number, _)| number)
    }
}

/// Compares the secret that was shown with those of the client.
///
/// The work is the same whether or not the client exists: one keyed hash. What
/// differs, a comparison of 32 bytes per secret, takes a few nanoseconds.
pub fn authenticate<'a>(
    client: Option<&'a Client>,
    shown: &[u8],
    key: &HashKey,
    now: Timestamp,
) -> Authentication<'a> {
    let shown = key.hash(shown);
    let secrets = client.map_or(&[][..], |client| &client.secrets);
    let mut found = None;
    for (number, secret) in secrets.iter().enumerate() {
        if secret.hash == shown {
            found = Some((number, secret));
        }
    }
    let client_reason = match client.map(|client| client.state(now)) {
        None => Some(Reason::ClientUnknown),
        Some(ClientState::Disabled) => Some(Reason::ClientDisabled),
        Some(ClientState::Expired) => Some(Reason::ClientExpired),
        Some(ClientState::Active) => None,
    };
    let secret_reason = match found {
        _ if client.is_none() => None,
        None => Some(Reason::SecretWrong),
        Some((_, secret)) if !secret.is_live(now) => Some(Reason::SecretExpired),
        Some(_) => None,
    };
    Authentication { shown: found, client_reason, secret_reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::change::tests::client_with_secrets;
    use crate::secret::MasterKey;

    #[test]
    fn who_is_let_in() {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let now = Timestamp::from_unix(1_000);
        let client = |disabled, ends: Option<i64>| {
            let mut client = client_with_secrets(&[
                (key.hash(b"new"), None),
                (key.hash(b"old"), Some(Timestamp::from_unix(1_000))),
            ]);
            client.disabled = disabled;
            client.expires_at = ends.map(Timestamp::from_unix);
            client
        };
        let (good, off, ended) =
            (client(false, None), client(true, None), client(false, Some(1_000)));
        let cases: [(Option<&Client>, &str, &[Reason]); 8] = [
            (Some(&good), "new", &[]),
            (Some(&good), "old", &[Reason::SecretExpired]),
            (Some(&good), "wrong", &[Reason::SecretWrong]),
            (Some(&good), "", &[Reason::SecretWrong]),
            (Some(&off), "new", &[Reason::ClientDisabled]),
            (Some(&off), "wrong", &[Reason::ClientDisabled, Reason::SecretWrong]),
            (Some(&ended), "new", &[Reason::ClientExpired]),
            (None, "new", &[Reason::ClientUnknown]),
        ];
        for (client, shown, expected) in cases {
            let found = authenticate(client, shown.as_bytes(), &key, now);
            let refusals: Vec<Refusal> = found.refusals().collect();
            let reasons: Vec<Reason> = refusals.iter().map(|refusal| refusal.reason).collect();
            assert_eq!(reasons, expected, "{shown}");
            let number = Some(0).filter(|_| shown == "new" && client.is_some());
            assert_eq!(found.live_secret(), number, "{shown}");
            let named = refusals.iter().find_map(|refusal| refusal.about.as_deref());
            assert_eq!(named, Some("s2").filter(|_| shown == "old"), "{shown}");
        }
    }
}
