//! People and what they are in an organization.

use serde::{Deserialize, Serialize};

use crate::org::organization::check_name;
use crate::text_id::{OrganizationId, UserId};
use crate::time::Timestamp;

/// A person who may sign in to the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Portreeve's id.
    pub id: UserId,
    /// The e-mail address, lower-case. Unique.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// True for the vendor's own staff.
    pub operator: bool,
    /// A disabled person's clients are refused at once.
    pub disabled: bool,
    /// When the person was entered.
    pub created_at: Timestamp,
    /// Since when the address is known to be the person's: see [`crate::sign_in::proof`].
    /// `None` for whoever joined with a code that somebody else was shown as well.
    #[serde(default)]
    pub address_proven_at: Option<Timestamp>,
    /// Counts the changes; a change that expects another number is refused.
    pub version: i64,
}

/// Why a person cannot be entered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UserError {
    /// The name is empty, too long, or has characters that cannot be seen.
    #[error("a name needs 1 to 200 characters, all of which can be seen")]
    Name,
    /// The address is no e-mail address.
    #[error("an e-mail address looks like name@example.com, with ASCII characters and no spaces")]
    Email,
}

impl User {
    /// A new person, enabled, for whose address whoever enters them vouches.
    ///
    /// # Errors
    /// [`UserError`] when name or address break their rule.
    pub fn new(
        id: UserId,
        email: &str,
        name: &str,
        operator: bool,
        now: Timestamp,
    ) -> Result<Self, UserError> {
        let email = check_email(email).ok_or(UserError::Email)?;
        let name = check_name(name).ok_or(UserError::Name)?;
        Ok(Self {
            id,
            email,
            name,
            operator,
            disabled: false,
            created_at: now,
            address_proven_at: Some(now),
            version: 1,
        })
    }
}

/// An e-mail address in the one form in which we store and compare it; `None`
/// when it is none. Only ASCII: two people's addresses must never look alike.
pub fn check_email(email: &str) -> Option<String> {
    let email = email.trim().to_ascii_lowercase();
    let (local, domain) = email.split_once('@')?;
    let plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_graphic() && !b"@\"\\,:;<>()[]".contains(&b))
    };
    let dotted = domain.split('.').all(|label| !label.is_empty());
    (plain(local) && plain(domain) && dotted && email.len() <= 254).then_some(email)
}

/// What a person may do in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May change clients and members.
    Admin,
    /// May look, and have clients of their own.
    Member,
}

impl Role {
    /// `admin` or `member`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Admin, Self::Member].into_iter().find(|role| role.as_str() == name)
    }
}

/// A person's place in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationId,
    /// The person.
    pub user: UserId,
    /// What the person may do there.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_one_form() {
        assert_eq!(check_email(" Ada@Example.COM "), Some("ada@example.com".to_owned()));
        for bad in ["", "a", "@b.c", "a@", "a b@c.d", "a@b@c", "ä@b.c", "a@b..c", "a@.b", "<a@b.c>"]
        {
            assert_eq!(check_email(bad), None, "{bad}");
        }
    }
}
