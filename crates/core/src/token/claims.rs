//! What a compact token stands for. A text of 46 characters has no room for ids and
//! scopes, so these are kept once under a number and the token carries the number.

use aws_lc_rs::digest::{Context, SHA256};

use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::text_id::{ClientId, OrganizationId};
use crate::token::record::Audience;

/// One combination of what an access token says besides its id and its times. Never
/// changed once it has a number; no row per token, one per combination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The client.
    pub client_id: ClientId,
    /// For whom the token acts.
    pub owner: Owner,
    /// The API that it is for.
    pub audience: Audience,
    /// What was granted.
    pub scope: ScopeSet,
    /// The one organization that it is narrowed to.
    pub organization: Option<OrganizationId>,
}

impl Claims {
    /// What tells two combinations apart: SHA-256 over every part with its length.
    /// As for [`ScopeSet`], the order of the scopes means nothing, so that asking for
    /// them in many orders makes one combination.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut names: Vec<&str> = self.scope.iter().collect();
        names.sort_unstable();
        let fixed = [
            self.client_id.as_str(),
            self.owner.kind(),
            self.owner.id(),
            self.audience.as_str(),
            // No id is empty, so that none is told from every one.
            self.organization.as_ref().map_or("", OrganizationId::as_str),
        ];
        let mut hash = Context::new(&SHA256);
        for part in fixed.into_iter().chain(names) {
            hash.update(&part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.finish().as_ref());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_id::UserId;

    #[test]
    fn every_part_tells_and_the_order_of_scopes_does_not() {
        let claims = Claims {
            client_id: ClientId::parse("4711").unwrap(),
            owner: Owner::Organization(OrganizationId::parse("x").unwrap()),
            audience: Audience::new("urn:address"),
            scope: ScopeSet::parse("client_address client_email").unwrap(),
            organization: None,
        };
        let other = |change: &dyn Fn(&mut Claims)| {
            let mut other = claims.clone();
            change(&mut other);
            other.fingerprint()
        };
        let turned = ScopeSet::parse("client_email client_address").unwrap();
        assert_eq!(other(&|c| c.scope = turned.clone()), claims.fingerprint());
        let all = [
            claims.fingerprint(),
            other(&|c| c.client_id = ClientId::parse("4712").unwrap()),
            other(&|c| c.owner = Owner::User(UserId::parse("x").unwrap())),
            other(&|c| c.owner = Owner::Organization(OrganizationId::parse("y").unwrap())),
            other(&|c| c.audience = Audience::new("urn:email")),
            other(&|c| c.scope = ScopeSet::parse("client_address").unwrap()),
            other(&|c| c.scope = ScopeSet::EMPTY),
            other(&|c| c.scope = ScopeSet::parse("client_address client_emai l").unwrap()),
            other(&|c| c.organization = Some(OrganizationId::parse("client_address").unwrap())),
        ];
        for (number, one) in all.iter().enumerate() {
            assert!(!all[..number].contains(one), "case {number}");
        }
    }
}
