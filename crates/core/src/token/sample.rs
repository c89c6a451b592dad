//! Keys and tokens for the tests of this room.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::{Strategy, any};

use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::secret::{Entropy, MasterKey};
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::{Timestamp, Ttl};
use crate::token::compact::Form;
use crate::token::family::FamilyId;
use crate::token::format::{Algorithm, Alphabet, TokenFormat};
use crate::token::inspect::Inspector;
use crate::token::key::{KeyPurpose, KeyRecord};
use crate::token::key_ring::KeyRing;
use crate::token::record::{AccessToken, Audience, TokenId};

pub(crate) const ISSUER: &str = "https://login.example.com";
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);
pub(crate) const PREFIX: &str = "at_";

/// Different bytes at every call, the same in every run.
pub(crate) fn entropy() -> impl Entropy {
    let count = AtomicU64::new(0);
    move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let next = count.fetch_add(1, Ordering::Relaxed);
            let mixed = (next + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
    }
}

pub(crate) fn master() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

/// One active key for every purpose. RSA keys are slow to make: made once.
pub(crate) fn records() -> &'static [KeyRecord] {
    static RECORDS: OnceLock<Vec<KeyRecord>> = OnceLock::new();
    RECORDS.get_or_init(|| {
        let signing = Algorithm::ALL.into_iter().map(KeyPurpose::Sign);
        let (master, entropy) = (master(), entropy());
        let generate = |purpose| KeyRecord::generate(purpose, NOW, NOW, &master, &entropy).unwrap();
        signing.chain([KeyPurpose::Seal]).map(generate).collect()
    })
}

pub(crate) fn record(purpose: KeyPurpose) -> &'static KeyRecord {
    records().iter().find(|record| record.purpose == purpose).unwrap()
}

pub(crate) fn ring() -> &'static KeyRing {
    static RING: OnceLock<KeyRing> = OnceLock::new();
    RING.get_or_init(|| KeyRing::open(records(), &master()).unwrap())
}

pub(crate) fn sealed(prefix: &str, alphabet: Alphabet) -> TokenFormat {
    TokenFormat::Sealed { prefix: prefix.into(), alphabet }
}

pub(crate) fn compact(prefix: &str, length: usize) -> Form {
    Form { prefix: prefix.into(), length, alphabet: Alphabet::Alphanumeric }
}

/// Every form of token that says all by itself: four algorithms, three alphabets.
pub(crate) fn formats() -> Vec<TokenFormat> {
    let signed = Algorithm::ALL.into_iter().map(TokenFormat::Jwt);
    let opaque = [
        sealed(PREFIX, Alphabet::Base64url),
        sealed("TK", Alphabet::Alphanumeric),
        sealed("", Alphabet::Hex),
    ];
    signed.chain(opaque).collect()
}

/// Knows [`ISSUER`] and the sealed ones of [`formats`].
pub(crate) fn inspector() -> Inspector {
    let known = |format| match format {
        TokenFormat::Sealed { prefix, alphabet } => Some((prefix, alphabet)),
        TokenFormat::Jwt(_) | TokenFormat::Compact(_) => None,
    };
    Inspector {
        issuer: ISSUER.into(),
        sealed: formats().into_iter().filter_map(known).collect(),
        compact: vec![compact("TK", 46)],
        refresh: vec![compact("*TK", 50)],
    }
}

pub(crate) fn token() -> AccessToken {
    AccessToken {
        id: TokenId([0xa5; 16]),
        family: None,
        client_id: ClientId::parse("prc_crewplanner").unwrap(),
        owner: Owner::Organization(OrganizationId::parse("org_nordhav").unwrap()),
        audience: Audience::new("https://api.example.com/crew"),
        scope: ScopeSet::parse("organization_read crew_read").unwrap(),
        organization: None,
        issued_at: NOW,
        expires_at: NOW.plus(Ttl::from_hours(1)),
    }
}

/// Tokens with all that an id, an audience, a scope and a life may be.
pub(crate) fn any_token() -> impl Strategy<Value = AccessToken> {
    let id = "[!-~&&[^\"\\\\:/,%+]]{1,128}";
    let scope = "([!#-\\[\\]-~]{1,9}( [!#-\\[\\]-~]{1,9}){0,9})?";
    let (issued_at, life) = (-1_000_000_000..10_000_000_000_i64, 1..=i64::from(u32::MAX));
    let parts = (
        any::<([u8; 16], Option<[u8; 16]>, bool, bool)>(),
        id,
        id,
        "\\PC{0,200}",
        scope,
        issued_at,
        life,
    );
    parts.prop_map(
        |((id, family, person, narrowed), owner, client_id, audience, scope, issued_at, life)| {
            let organization = OrganizationId::parse(&owner).unwrap();
            AccessToken {
                id: TokenId(id),
                family: family.map(FamilyId),
                client_id: ClientId::parse(&client_id).unwrap(),
                owner: match person {
                    true => Owner::User(UserId::parse(&owner).unwrap()),
                    false => Owner::Organization(organization.clone()),
                },
                audience: Audience::new(&audience),
                scope: ScopeSet::parse(&scope).unwrap(),
                organization: narrowed.then_some(organization),
                issued_at: Timestamp::from_unix(issued_at),
                expires_at: Timestamp::from_unix(issued_at + life),
            }
        },
    )
}
