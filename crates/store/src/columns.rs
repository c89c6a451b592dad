//! How a value becomes a column and a column a value again: the same for both
//! backends, so that a database can be carried over from one to the other.

use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;

use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::connection::record::{FamilyId, Reach};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::Role;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::SecretHash;
use portreeve_core::sign_in::link::Purpose;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::{Audience, TokenId};

use crate::columns::storable::is_storable;
use crate::contract::Page;
use crate::contract::change::{Change, Changes};
use crate::contract::commit::{Commit, Write};
use crate::contract::error::StoreError;
use crate::contract::search::{ClientSearch, FactSearch};

pub(crate) mod storable;
pub(crate) mod tallies;

/// What to say of a column that no version of ours has written.
pub(crate) fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt(format!("the column {column} cannot be read"))
}

/// How long used refresh tokens and ended connections are kept, so that whoever shows
/// a stolen one is told from whoever shows nothing at all: 30 days.
pub(crate) const KEPT_FOR_REUSE: Ttl = Ttl::from_hours(30 * 24);

/// How long is remembered that a notice was sent: 400 days.
pub(crate) const NOTICES_KEPT: Ttl = Ttl::from_hours(400 * 24);

/// How many refused calls of one client are kept.
pub(crate) const REFUSALS_OF_A_CLIENT: u32 = 500;

/// Writes audiences, one per line.
pub(crate) fn write_audiences(audiences: &[Audience]) -> String {
    audiences.iter().map(Audience::as_str).collect::<Vec<_>>().join("\n")
}

/// Reads [`write_audiences`] back.
pub(crate) fn read_audiences(text: &str) -> Vec<Audience> {
    text.split('\n').filter(|line| !line.is_empty()).map(Audience::new).collect()
}

/// Writes redirect URIs, networks or names of services, one per line.
pub(crate) fn write_lines<T: Display>(list: &[T]) -> String {
    list.iter().map(T::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads [`write_lines`] back.
pub(crate) fn read_lines<T: FromStr>(
    text: &str,
    column: &'static str,
) -> Result<Vec<T>, StoreError> {
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(|line| line.parse().map_err(|_| corrupt(column)))
        .collect()
}

/// Writes grant types, one per line.
pub(crate) fn write_grants(grants: &[GrantType]) -> String {
    grants.iter().map(|grant| grant.as_str()).collect::<Vec<_>>().join("\n")
}

/// Reads [`write_grants`] back.
pub(crate) fn read_grants(text: &str) -> Result<Vec<GrantType>, StoreError> {
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(|name| GrantType::from_name(name).ok_or_else(|| corrupt("grants")))
        .collect()
}

/// Reads a list of scopes.
pub(crate) fn read_scopes(text: &str) -> Result<ScopeSet, StoreError> {
    ScopeSet::parse(text).map_err(|_| corrupt("scopes"))
}

/// Reads the two columns of an owner.
pub(crate) fn read_owner(kind: &str, id: &str) -> Result<Owner, StoreError> {
    Owner::from_parts(kind, id).ok_or_else(|| corrupt("owner_id"))
}

/// Reads a client's id.
pub(crate) fn read_client_id(text: &str) -> Result<ClientId, StoreError> {
    ClientId::parse(text).map_err(|_| corrupt("client_id"))
}

/// Reads an organization's id.
pub(crate) fn read_organization_id(text: &str) -> Result<OrganizationId, StoreError> {
    OrganizationId::parse(text).map_err(|_| corrupt("organization_id"))
}

/// Reads a person's id.
pub(crate) fn read_user_id(text: &str) -> Result<UserId, StoreError> {
    UserId::parse(text).map_err(|_| corrupt("user_id"))
}

/// Reads the 16 bytes of a token's id.
pub(crate) fn read_token_id(bytes: &[u8]) -> Result<TokenId, StoreError> {
    bytes.try_into().map(TokenId).map_err(|_| corrupt("token_id"))
}

/// Reads the 16 bytes of a connection's id.
pub(crate) fn read_family_id(bytes: &[u8]) -> Result<FamilyId, StoreError> {
    bytes.try_into().map(FamilyId).map_err(|_| corrupt("connection_id"))
}

/// Reads how far a connection reaches.
pub(crate) fn read_reach(text: &str) -> Result<Reach, StoreError> {
    Reach::from_name(text).ok_or_else(|| corrupt("reach"))
}

/// Reads the number of claims: below 2⁴⁸, so that it fits into a token.
pub(crate) fn read_number(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).ok().filter(|number| *number < 1 << 48).ok_or_else(|| corrupt("number"))
}

/// Reads the 32 bytes of a session's hash.
pub(crate) fn read_session_hash(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| corrupt("hash"))
}

/// Reads the 32 bytes of a secret's hash.
pub(crate) fn read_hash(bytes: &[u8]) -> Result<SecretHash, StoreError> {
    bytes.try_into().map(SecretHash::from_bytes).map_err(|_| corrupt("hash"))
}

/// Reads a length of time in seconds.
pub(crate) fn read_ttl(seconds: Option<i64>) -> Result<Option<Ttl>, StoreError> {
    seconds
        .map(|seconds| u32::try_from(seconds).map(Ttl::from_seconds))
        .transpose()
        .map_err(|_| corrupt("token_ttl"))
}

/// Reads a time that may be missing.
pub(crate) fn read_time(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(Timestamp::from_unix)
}

/// Writes a time that may be missing.
pub(crate) fn write_time(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_unix)
}

/// Reads an address that may be missing.
pub(crate) fn read_address(text: Option<&str>) -> Result<Option<IpAddr>, StoreError> {
    text.map(str::parse).transpose().map_err(|_| corrupt("address"))
}

/// Writes an address that may be missing.
pub(crate) fn write_address(address: Option<IpAddr>) -> Option<String> {
    address.map(|address| address.to_string())
}

/// Reads a number of things.
pub(crate) fn read_count(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| corrupt("count"))
}

/// Reads what somebody is in an organization.
pub(crate) fn read_role(name: &str) -> Result<Role, StoreError> {
    Role::from_name(name).ok_or_else(|| corrupt("role"))
}

/// What a link is for as its four columns: purpose, organization, role, person.
pub(crate) fn write_purpose(
    purpose: &Purpose,
) -> (&'static str, Option<&str>, Option<&str>, Option<&str>) {
    match purpose {
        Purpose::Invitation { organization, role } => {
            ("invitation", Some(organization.as_str()), Some(role.as_str()), None)
        }
        Purpose::PasswordReset { user } => ("password_reset", None, None, Some(user.as_str())),
    }
}

/// Reads [`write_purpose`] back.
pub(crate) fn read_purpose(
    purpose: &str,
    organization: Option<&str>,
    role: Option<&str>,
    user: Option<&str>,
) -> Result<Purpose, StoreError> {
    match (purpose, organization, role, user) {
        ("invitation", Some(organization), Some(role), _) => Ok(Purpose::Invitation {
            organization: read_organization_id(organization)?,
            role: read_role(role)?,
        }),
        ("password_reset", _, _, Some(user)) => {
            Ok(Purpose::PasswordReset { user: read_user_id(user)? })
        }
        _ => Err(corrupt("purpose")),
    }
}

/// When a client is over: at its own end or at the last of its secrets'.
pub(crate) fn ends_at(client: &Client) -> Option<i64> {
    let secrets: Option<Vec<i64>> =
        client.secrets.iter().map(|secret| write_time(secret.expires_at)).collect();
    let last = secrets.and_then(|ends| ends.into_iter().max());
    [write_time(client.expires_at), last].into_iter().flatten().min()
}

/// How many secrets a client has.
pub(crate) fn secret_count(client: &Client) -> i64 {
    i64::try_from(client.secrets.len()).unwrap_or(i64::MAX)
}

/// Puts each client's secrets, which arrive one per row beside it, into it.
pub(crate) fn gather(rows: Vec<(Client, Option<ClientSecret>)>) -> Vec<Client> {
    let mut clients: Vec<Client> = Vec::new();
    for (client, secret) in rows {
        match clients.last_mut() {
            Some(last) if last.client_id == client.client_id => last.secrets.extend(secret),
            _ => clients.push(Client { secrets: secret.into_iter().collect(), ..client }),
        }
    }
    clients
}

/// What the change log keeps of a commit; neighbours that say the same once.
pub(crate) fn changes(commit: &Commit) -> Vec<Change> {
    let mut changes: Vec<Change> = commit.writes.iter().filter_map(Write::change).collect();
    changes.dedup();
    changes
}

/// Answers "what came after `number`?" from the lines behind it (number, kind,
/// about), the newest line that was swept away, and the newest number there is.
/// Both numbers were read after the lines.
pub(crate) fn read_changes(
    number: i64,
    lines: &[(i64, String, String)],
    horizon: i64,
    newest: i64,
) -> Changes {
    let changes: Option<Vec<Change>> =
        lines.iter().map(|(_, kind, about)| Change::from_parts(kind, about)).collect();
    match changes {
        // A newest below the asker's number: the database is an older copy.
        Some(changes) if horizon <= number && number <= newest => {
            // Not `newest`: a line may have come since the lines were read.
            let read_up_to = lines.last().map_or(number, |(last, ..)| *last);
            Changes::Known { changes, newest: read_up_to }
        }
        _ => Changes::Gap { newest },
    }
}

/// Behind which text a page begins. Nothing that is stored holds a NUL, so a text
/// with one sorts exactly behind its part before it.
pub(crate) fn after(page: &Page) -> Option<&str> {
    page.after.as_deref().map(|after| after.split('\0').next().unwrap_or_default())
}

/// Behind which 16 bytes a page of connections begins. Behind a text that is no id
/// there is nothing.
pub(crate) fn after_family(page: &Page) -> Vec<u8> {
    match page.after.as_deref() {
        None => Vec::new(),
        Some(text) => FamilyId::from_hex(text).map_or_else(|| vec![0xff; 17], |id| id.0.to_vec()),
    }
}

/// Below which fact a page begins. A text that is no number is below none.
pub(crate) fn below(page: &Page) -> i64 {
    page.after.as_deref().map_or(i64::MAX, |number| number.parse().unwrap_or(0))
}

/// The longest text that is looked for, in bytes: nothing that is searched has a part
/// as long as this.
const LONGEST_SEARCH: usize = 1_000;

/// The pattern of LIKE, with a backslash to escape, that finds this text as a part;
/// `None` for a text that is a part of nothing.
pub(crate) fn pattern(text: &str) -> Option<String> {
    if text.len() > LONGEST_SEARCH || !is_storable(text) {
        return None;
    }
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}

/// True when a fact may be as it is looked for: nothing that is stored holds a NUL.
pub(crate) fn may_be_found(search: &FactSearch<'_>) -> bool {
    [search.actor, search.action, search.subject].into_iter().flatten().all(is_storable)
}

/// Behind which name and id a page of clients begins.
pub(crate) fn after_client(search: &ClientSearch<'_>) -> (String, String) {
    let Some((name, id)) = &search.after else { return (String::new(), String::new()) };
    (name.split('\0').next().unwrap_or_default().to_owned(), id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_one_per_line_and_read_back() {
        let audiences = [Audience::new("https://a.example"), Audience::new("urn:b c")];
        for list in [&audiences[..], &audiences[..1], &[]] {
            assert_eq!(read_audiences(&write_audiences(list)), list);
        }
        assert_eq!(read_grants(&write_grants(&GrantType::ALL)).unwrap(), GrantType::ALL);
        assert!(read_grants("implicit").is_err());
        let uris = ["https://a.example/x".to_owned(), "http://127.0.0.1/".to_owned()];
        for list in [&uris[..], &uris[..1], &[]] {
            assert_eq!(read_lines::<String>(&write_lines(list), "uris").unwrap(), list);
        }
    }

    #[test]
    fn what_is_looked_for_is_a_part_as_it_stands() {
        assert_eq!(pattern("").as_deref(), Some("%%"));
        assert_eq!(pattern(r"50%_a\b").as_deref(), Some(r"%50\%\_a\\b%"));
        assert_eq!(pattern("a\0"), None);
        assert_eq!(pattern(&"a".repeat(LONGEST_SEARCH + 1)), None);
    }

    #[test]
    fn a_page_begins_where_its_text_would_stand() {
        let page = |after: &str| Page { after: Some(after.to_owned()), limit: 1 };
        assert_eq!(after(&page("a\0b")), Some("a"));
        assert_eq!(after(&page("a")), Some("a"));
        assert_eq!(after_family(&page(&"0f".repeat(16))), [0x0f; 16]);
        assert!(after_family(&page("0f")) > vec![0xff; 16]);
        assert_eq!(below(&page("17")), 17);
        assert_eq!(below(&page("seventeen")), 0);
        assert_eq!(below(&Page { after: None, limit: 1 }), i64::MAX);
    }

    #[test]
    fn what_came_after_is_known_or_a_gap() {
        let line = |number: i64, kind: &str| (number, kind.to_owned(), String::new());
        let known = |changes, newest| Changes::Known { changes, newest };
        let keys = || vec![Change::Keys];
        // Lines 7 and 8 came in while the empty answer was read.
        assert_eq!(read_changes(6, &[], 0, 8), known(Vec::new(), 6));
        assert_eq!(read_changes(6, &[line(7, "keys")], 0, 8), known(keys(), 7));
        assert_eq!(read_changes(6, &[line(9, "keys")], 6, 9), known(keys(), 9));
        assert_eq!(read_changes(6, &[line(9, "keys")], 7, 9), Changes::Gap { newest: 9 });
        assert_eq!(read_changes(6, &[line(7, "comet")], 0, 7), Changes::Gap { newest: 7 });
        assert_eq!(read_changes(6, &[], 0, 5), Changes::Gap { newest: 5 });
    }

    #[test]
    fn columns_that_are_not_ours_are_told_apart() {
        assert!(read_token_id(&[0; 15]).is_err());
        assert!(read_hash(&[0; 33]).is_err());
        assert!(read_ttl(Some(-1)).is_err());
        assert!(read_family_id(&[0; 17]).is_err());
        assert!(read_reach("ALL").is_err());
        assert_eq!(read_number((1 << 48) - 1).unwrap(), (1 << 48) - 1);
        assert!(read_number(1 << 48).is_err());
        assert!(read_number(-1).is_err());
        assert!(read_owner("ship", "x").is_err());
        assert!(read_count(-1).is_err());
        assert!(read_address(Some("here")).is_err());
        assert!(read_purpose("invitation", Some("org_1"), None, None).is_err());
        assert!(read_purpose("greeting", None, None, Some("usr_1")).is_err());
    }
}
