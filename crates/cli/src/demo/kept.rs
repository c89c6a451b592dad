//! What the last start wrote into its report and this one goes on with: secrets are
//! nowhere else.

use std::collections::HashMap;

use portreeve_core::secret::Secret;
use serde_json::Value;

/// Secrets and addresses of the last time.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// By client id.
    pub(crate) secrets: HashMap<String, Secret<String>>,
    /// By e-mail address.
    pub(crate) passwords: HashMap<String, Secret<String>>,
    /// By client id.
    pub(crate) refresh_tokens: HashMap<String, Secret<String>>,
    /// By client id.
    pub(crate) redirect_uris: HashMap<String, String>,
}

impl Kept {
    /// Takes what stands in a report; newer reports come later.
    pub(crate) fn take(&mut self, value: &Value) {
        let Some(members) = value.as_object() else { return };
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(id) = text("client_id") {
            let secret = |name| text(name).map(|secret| (id.clone(), Secret::new(secret)));
            self.secrets.extend(secret("client_secret"));
            self.refresh_tokens.extend(secret("refresh_token"));
            self.redirect_uris.extend(text("redirect_uri").map(|uri| (id.clone(), uri)));
        }
        let password = text("email").zip(text("password").map(Secret::new));
        self.passwords.extend(password);
        members.values().for_each(|member| self.take(member));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_found_beside_their_owners() {
        let mut kept = Kept::default();
        kept.take(&json!({
            "a": {"client_id": "x", "client_secret": "old"},
            "b": {"client_id": "y", "client_secret": "z", "refresh_token": "r",
                  "redirect_uri": "http://127.0.0.1:1/back",
                  "user": {"email": "e@example.com", "password": "p"}},
            "c": {"client_secret": "nobody's", "password": "nobody's"},
            "d": ["client_id", 7, null],
        }));
        kept.take(&json!({"a": {"client_id": "x", "client_secret": "new"}}));
        let shown = |found: &HashMap<String, Secret<String>>, name: &str| {
            found.get(name).map(|secret| secret.expose().clone())
        };
        assert_eq!(shown(&kept.secrets, "x").as_deref(), Some("new"));
        assert_eq!(shown(&kept.secrets, "y").as_deref(), Some("z"));
        assert_eq!(shown(&kept.refresh_tokens, "y").as_deref(), Some("r"));
        assert_eq!(shown(&kept.passwords, "e@example.com").as_deref(), Some("p"));
        assert_eq!(kept.redirect_uris["y"], "http://127.0.0.1:1/back");
        assert_eq!((kept.secrets.len(), kept.passwords.len()), (2, 1));
    }
}
