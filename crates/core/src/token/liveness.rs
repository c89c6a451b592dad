//! May this token still be used? Asked on every use, also of a token that was
//! read before: rights are live.

use crate::client::record::{Client, ClientState};
use crate::org::owner::Owner;
use crate::refusal::Reason;
use crate::text_id::OrganizationId;
use crate::time::Timestamp;
use crate::token::record::AccessToken;

/// What the directory knows at this moment about whoever holds a token.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The token's client; none when it was deleted, or its owner is disabled or gone.
    pub client: Option<&'a Client>,
    /// Where the one belongs for whom the token acts: the organization itself, or those
    /// that a person is a member of. None when they are disabled or gone.
    pub roots: Option<&'a [OrganizationId]>,
    /// True when the token acts for one of the vendor's own staff.
    pub operator: bool,
    /// True when this one token, or the family that it is of, was revoked.
    pub revoked: bool,
}

impl<'a> Holder<'a> {
    /// The client, and the organizations of whom the token acts for, when it may be used
    /// now.
    ///
    /// # Errors
    /// [`Reason::TokenExpired`], [`Reason::TokenRevoked`], or
    /// [`Reason::TokenClientDisabled`] when the client, its owner or whom the token acts
    /// for is disabled, ended or gone.
    pub fn may_use(
        &self,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<(&'a Client, &'a [OrganizationId]), Reason> {
        if now >= token.expires_at {
            return Err(Reason::TokenExpired);
        }
        if self.revoked {
            return Err(Reason::TokenRevoked);
        }
        let client = self.client.ok_or(Reason::TokenClientDisabled)?;
        if client.state(now) != ClientState::Active {
            return Err(Reason::TokenClientDisabled);
        }
        if token.issued_at < client.not_before {
            return Err(Reason::TokenRevoked);
        }
        if !client.audiences.contains(&token.audience) {
            return Err(Reason::TokenWrongAudience);
        }
        let roots = self.roots.ok_or(Reason::TokenClientDisabled)?;
        Ok((client, roots))
    }
}

/// Where an owner's reach begins, as far as the owner itself says.
pub const fn own_root(owner: &Owner) -> Option<&OrganizationId> {
    match owner {
        Owner::Organization(id) => Some(id),
        Owner::User(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::change::tests::client_with_secrets;
    use crate::oauth::scope::ScopeSet;
    use crate::token::record::TokenId;

    #[test]
    fn a_token_is_as_good_as_its_client_is_now() {
        let client = client_with_secrets(&[]);
        let root = [OrganizationId::parse("org_1").unwrap()];
        let at = Timestamp::from_unix;
        let token = AccessToken {
            id: TokenId([1; 16]),
            family: None,
            client_id: client.client_id.clone(),
            owner: client.owner.clone(),
            audience: client.audiences[0].clone(),
            scope: ScopeSet::EMPTY,
            organization: None,
            issued_at: at(100),
            expires_at: at(200),
        };
        let good =
            Holder { client: Some(&client), roots: Some(&root), operator: false, revoked: false };
        let changed = |change: &dyn Fn(&mut Client)| {
            let mut client = client.clone();
            change(&mut client);
            client
        };
        let disabled = changed(&|c| c.disabled = true);
        let ended = changed(&|c| c.expires_at = Some(at(150)));
        let reset = changed(&|c| c.not_before = at(101));
        let elsewhere = changed(&|c| c.audiences.clear());
        let with = |client| Holder { client: Some(client), ..good };
        let cases = [
            (good, 199, None),
            (good, 200, Some(Reason::TokenExpired)),
            (Holder { revoked: true, ..good }, 150, Some(Reason::TokenRevoked)),
            (Holder { client: None, ..good }, 150, Some(Reason::TokenClientDisabled)),
            (Holder { roots: None, ..good }, 150, Some(Reason::TokenClientDisabled)),
            (with(&disabled), 150, Some(Reason::TokenClientDisabled)),
            (with(&ended), 149, None),
            (with(&ended), 150, Some(Reason::TokenClientDisabled)),
            (with(&reset), 150, Some(Reason::TokenRevoked)),
            (with(&elsewhere), 150, Some(Reason::TokenWrongAudience)),
        ];
        for (number, (holder, now, expected)) in cases.into_iter().enumerate() {
            assert_eq!(holder.may_use(&token, at(now)).err(), expected, "case {number}");
        }
    }
}
