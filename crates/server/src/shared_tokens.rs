//! Tokens that are given again, where a vendor's clients have always got the same one
//! until it expires. Each node has its own: two nodes give two tokens, both good.

use portreeve_core::token::issuance::Issued;
use portreeve_core::token::record::AccessToken;
use quick_cache::sync::Cache;

/// How many are remembered.
const MOST: usize = 65_536;

/// A bounded memory of issued tokens, by client, audience and scope.
pub struct SharedTokens(Cache<Box<str>, Issued>);

impl Default for SharedTokens {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl SharedTokens {
    /// The token that was given before and says the same as `token` would, unless it has
    /// expired or is over. It counts its life from `token`'s beginning.
    pub fn find(
        &self,
        token: &AccessToken,
        is_over: impl Fn(&AccessToken) -> bool,
    ) -> Option<Issued> {
        let now = token.issued_at;
        let found = self.0.get(&*key(token))?;
        let is_good = says_the_same(&found.token, token)
            && now < found.token.expires_at
            && !is_over(&found.token);
        is_good.then_some(Issued { now, ..found })
    }

    /// Remembers what was given.
    pub fn keep(&self, issued: &Issued) {
        self.0.insert(key(&issued.token), issued.clone());
    }
}

/// No id, URI or scope has a line break.
fn key(token: &AccessToken) -> Box<str> {
    [token.client_id.as_str(), token.audience.as_str(), token.scope.as_str()].join("\n").into()
}

/// All but its id and its times. A life of another length is another token: somebody has
/// changed it for this client.
fn says_the_same(one: &AccessToken, other: &AccessToken) -> bool {
    let life = |token: &AccessToken| token.issued_at.until(token.expires_at);
    one.client_id == other.client_id
        && one.owner == other.owner
        && one.audience == other.audience
        && one.scope == other.scope
        && one.organization == other.organization
        && life(one) == life(other)
}

#[cfg(test)]
mod tests {
    use portreeve_core::oauth::scope::ScopeSet;
    use portreeve_core::org::owner::Owner;
    use portreeve_core::secret::Secret;
    use portreeve_core::text_id::{ClientId, OrganizationId};
    use portreeve_core::time::Timestamp;
    use portreeve_core::token::record::{Audience, TokenId};

    use super::*;

    fn token(issued_at: i64) -> AccessToken {
        AccessToken {
            id: TokenId([u8::try_from(issued_at).unwrap(); 16]),
            family: None,
            client_id: ClientId::parse("prc_1").unwrap(),
            owner: Owner::Organization(OrganizationId::parse("org_1").unwrap()),
            audience: Audience::new("urn:leads"),
            scope: ScopeSet::parse("read").unwrap(),
            organization: None,
            issued_at: Timestamp::from_unix(issued_at),
            expires_at: Timestamp::from_unix(issued_at + 100),
        }
    }

    #[test]
    fn the_same_token_is_given_until_it_expires() {
        let shared = SharedTokens::default();
        let first = Issued {
            access_token: Secret::new("first".to_owned()),
            refresh: None,
            organization: None,
            owner: None,
            now: Timestamp::from_unix(10),
            token: token(10),
        };
        let find = |token: &AccessToken| shared.find(token, |_| false);
        assert!(find(&token(10)).is_none());
        shared.keep(&first);
        let again = find(&token(60)).unwrap();
        assert_eq!(again.access_token.expose(), "first");
        assert_eq!(again.expires_in(), 50, "what is left");
        assert_eq!(find(&token(109)).map(|issued| issued.expires_in()), Some(1));
        assert!(find(&token(110)).is_none(), "expired");
        assert!(shared.find(&token(60), |_| true).is_none(), "revoked");

        let other = |change: &dyn Fn(&mut AccessToken)| {
            let mut other = token(60);
            change(&mut other);
            find(&other)
        };
        assert!(other(&|t| t.scope = ScopeSet::parse("read write").unwrap()).is_none());
        assert!(other(&|t| t.audience = Audience::new("urn:lists")).is_none());
        assert!(other(&|t| t.client_id = ClientId::parse("prc_2").unwrap()).is_none());
        assert!(
            other(&|t| t.organization = Some(OrganizationId::parse("org_2").unwrap())).is_none()
        );
        assert!(other(&|t| t.expires_at = Timestamp::from_unix(70)).is_none(), "a shorter life");
    }
}
