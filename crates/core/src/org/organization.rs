//! An organization: a customer of the vendor.

use serde::{Deserialize, Serialize};

use crate::org::unseen::can_be_seen;
use crate::text_id::OrganizationId;
use crate::time::Timestamp;

/// A customer of the vendor: a ship owner, a shop's cloud, a licence holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Portreeve's id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// The vendor's own id for it: what the API's requests and headers carry.
    /// Unique, and never like one of ours (`org_…`).
    pub external_id: Option<String>,
    /// The organization that it is below.
    pub parent: Option<OrganizationId>,
    /// The names of the services that its contract opens to it and to all below it that
    /// say nothing of their own. `None`: as its parent has it, and at the top all.
    pub services: Option<Vec<String>>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// Counts the changes; a change that expects another number is refused.
    pub version: i64,
}

/// Why an organization cannot be entered or changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OrganizationError {
    /// The name is empty, too long, or has characters that cannot be seen.
    #[error("a name needs 1 to 200 characters, all of which can be seen")]
    Name,
    /// The vendor's id cannot be used.
    #[error(
        "an external id needs 1 to 128 visible ASCII characters without quote, backslash, colon, comma or slash, and may not begin with \"org_\""
    )]
    ExternalId,
}

impl Organization {
    /// The id under which the API knows the organization: the vendor's own if it
    /// has one, ours otherwise. No two organizations share one.
    pub fn api_id(&self) -> &str {
        self.external_id.as_deref().unwrap_or(self.id.as_str())
    }

    /// A new organization.
    ///
    /// # Errors
    /// [`OrganizationError`] when name or external id break their rule.
    pub fn new(
        id: OrganizationId,
        name: &str,
        external_id: Option<&str>,
        parent: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Self, OrganizationError> {
        let name = check_name(name).ok_or(OrganizationError::Name)?;
        let external_id = external_id.map(check_external_id).transpose()?;
        Ok(Self { id, name, external_id, parent, services: None, created_at: now, version: 1 })
    }
}

/// A person's, client's or organization's name: trimmed, 1 to 200 characters, all of which
/// [`can_be_seen`]. What was entered under an older rule is read as it stands.
pub fn check_name(name: &str) -> Option<String> {
    let name = name.trim();
    let fits = name.chars().count() <= 200 && can_be_seen(name);
    fits.then(|| name.to_owned())
}

/// The vendor's id for an organization, if it may be one.
///
/// # Errors
/// [`OrganizationError::ExternalId`].
pub fn check_external_id(id: &str) -> Result<String, OrganizationError> {
    let ours = id.starts_with(OrganizationId::PREFIX);
    match OrganizationId::parse(id) {
        Ok(_) if !ours => Ok(id.to_owned()),
        _ => Err(OrganizationError::ExternalId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(name: &str, external: Option<&str>) -> Result<Organization, OrganizationError> {
        let id = OrganizationId::parse("org_1").unwrap();
        Organization::new(id, name, external, None, Timestamp::EPOCH)
    }

    #[test]
    fn the_api_knows_the_vendors_own_id() {
        assert_eq!(enter(" Fjordline ", Some("4200")).unwrap().api_id(), "4200");
        assert_eq!(enter("Fjordline", None).unwrap().api_id(), "org_1");
        assert_eq!(enter(" Fjordline ", None).unwrap().name, "Fjordline");
    }

    #[test]
    fn names_and_ids_keep_their_rules() {
        for name in ["", "  ", "a\0", "a\nb", "\u{202e}abc", "\u{3164}", &"x".repeat(201)] {
            assert_eq!(enter(name, None), Err(OrganizationError::Name), "{name:?}");
        }
        for id in ["", "org_2", "a b", "a,b", "a/b", &"1".repeat(129)] {
            assert_eq!(enter("x", Some(id)), Err(OrganizationError::ExternalId), "{id:?}");
        }
    }
}
