//! The record inside a sealed token. All numbers are big-endian:
//!
//! ```text
//! version = 1 or 2 (1 byte) | jti (16) | family (16; in version 2 only)
//! | iat, seconds (8, signed) | life, seconds (4)
//! | owner: 0 organization, 1 user (1) | owner's id | client_id | organization, or nothing
//! | audience | scope
//! ```
//!
//! Ids are one byte of length and the text, audience and scope two bytes of
//! length and the text. Nothing follows. A token of no family is written as version 1.

use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::{Timestamp, Ttl};
use crate::token::family::FamilyId;
use crate::token::record::{AccessToken, Audience, TokenId};

const WITHOUT_FAMILY: u8 = 1;
const WITH_FAMILY: u8 = 2;

/// How many bytes [`write()`] appends.
pub fn len(token: &AccessToken) -> usize {
    let organization = token.organization.as_ref().map_or("", OrganizationId::as_str);
    let fixed = 1 + 16 + 8 + 4 + 1 + 3 + 2 * 2;
    fixed
        + if token.family.is_some() { 16 } else { 0 }
        + token.owner.id().len()
        + token.client_id.as_str().len()
        + organization.len()
        + token.audience.as_str().len()
        + token.scope.as_str().len()
}

/// Appends the record to `out`; `None` when one of the texts or the life is too long.
pub fn write(token: &AccessToken, out: &mut Vec<u8>) -> Option<()> {
    out.push(if token.family.is_some() { WITH_FAMILY } else { WITHOUT_FAMILY });
    out.extend_from_slice(&token.id.0);
    if let Some(family) = &token.family {
        out.extend_from_slice(&family.0);
    }
    out.extend_from_slice(&token.issued_at.as_unix().to_be_bytes());
    out.extend_from_slice(&token.issued_at.until(token.expires_at).as_seconds().to_be_bytes());
    out.push(match token.owner {
        Owner::Organization(_) => 0,
        Owner::User(_) => 1,
    });
    write_short(token.owner.id(), out)?;
    write_short(token.client_id.as_str(), out)?;
    write_short(token.organization.as_ref().map_or("", OrganizationId::as_str), out)?;
    write_long(token.audience.as_str(), out)?;
    write_long(token.scope.as_str(), out)
}

/// Reads what [`write()`] wrote; `None` for anything else.
pub fn read(bytes: &[u8]) -> Option<AccessToken> {
    let rest = &mut { bytes };
    let [version] = take(rest)?;
    let id = TokenId(take(rest)?);
    let family = match version {
        WITHOUT_FAMILY => None,
        WITH_FAMILY => Some(FamilyId(take(rest)?)),
        _ => return None,
    };
    let issued_at = Timestamp::from_unix(i64::from_be_bytes(take(rest)?));
    let life = Ttl::from_seconds(u32::from_be_bytes(take(rest)?));
    let owner = match take(rest)? {
        [0] => Owner::Organization(OrganizationId::parse(read_short(rest)?).ok()?),
        [1] => Owner::User(UserId::parse(read_short(rest)?).ok()?),
        _ => return None,
    };
    let client_id = ClientId::parse(read_short(rest)?).ok()?;
    let organization = match read_short(rest)? {
        "" => None,
        id => Some(OrganizationId::parse(id).ok()?),
    };
    let audience = Audience::new(read_long(rest)?);
    let scope = ScopeSet::parse(read_long(rest)?).ok()?;
    let expires_at = issued_at.plus(life);
    rest.is_empty().then_some(AccessToken {
        id,
        family,
        client_id,
        owner,
        audience,
        scope,
        organization,
        issued_at,
        expires_at,
    })
}

fn write_short(text: &str, out: &mut Vec<u8>) -> Option<()> {
    out.push(u8::try_from(text.len()).ok()?);
    out.extend_from_slice(text.as_bytes());
    Some(())
}

fn write_long(text: &str, out: &mut Vec<u8>) -> Option<()> {
    out.extend_from_slice(&u16::try_from(text.len()).ok()?.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
    Some(())
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

fn read_short<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let [length] = take(rest)?;
    read_text(usize::from(length), rest)
}

fn read_long<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = u16::from_be_bytes(take(rest)?);
    read_text(usize::from(length), rest)
}

fn read_text<'a>(length: usize, rest: &mut &'a [u8]) -> Option<&'a str> {
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    std::str::from_utf8(text).ok()
}
