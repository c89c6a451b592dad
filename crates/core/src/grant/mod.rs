//! The grants: one file each, and [`GRANTS`], the one list of them.

pub mod contract;
pub mod client_credentials;
pub mod refresh_token;

use crate::grant::contract::Grant;
use crate::oauth::grant_type::GrantType;

/// Every grant that this server can make. A new one is a file and a line here.
pub const GRANTS: &[&dyn Grant] =
    &[&client_credentials::ClientCredentials, &refresh_token::RefreshToken];

/// The code of a grant.
pub fn named(grant_type: GrantType) -> Option<&'static dyn Grant> {
    GRANTS.iter().find(|grant| grant.grant_type() == grant_type).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grant_type_has_one_grant() {
        for grant_type in GrantType::ALL {
            let count = GRANTS.iter().filter(|grant| grant.grant_type() == grant_type).count();
            assert_eq!(count, 1, "{}", grant_type.as_str());
            assert!(named(grant_type).is_some());
        }
        assert_eq!(GRANTS.len(), GrantType::ALL.len());
    }
}
