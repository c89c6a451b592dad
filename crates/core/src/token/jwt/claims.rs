//! The claims of an access token (RFC 9068 §2.2) as JSON.
//!
//! | claim | what it says | required |
//! |---|---|---|
//! | `iss` | the issuer; compared exactly | yes |
//! | `sub`, `client_id` | the client, twice | yes, equal |
//! | `aud` | one API, always a single string | yes |
//! | `iat`, `exp` | whole seconds since 1970, `exp` after `iat` | yes |
//! | `jti` | 32 lower-case hexadecimal digits | yes |
//! | `scope` | the granted scopes; left out when there are none | |
//! | `organization_id` | the organization that it acts for … | one of |
//! | `user_id` | … or the user | these two |
//! | `organization` | the one organization that the token is narrowed to | |
//! | `family` | 32 lower-case hexadecimal digits; left out when there is none | |
//! | `nbf` | never written; honoured when it is there | |
//!
//! Other claims are ignored (RFC 7519 §4), so that an older guard reads the
//! tokens of a newer server; any claim that stands twice is refused (RFC 8725
//! §2.4), and so is a list where a single value is written.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::refusal::Reason;
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::Timestamp;
use crate::token::family::FamilyId;
use crate::token::record::{AccessToken, Audience, TokenId};

/// The most claims of which we know nothing that are passed over.
const MOST_UNKNOWN: usize = 32;

/// Appends the claims of `token` as a JSON object.
pub fn write(token: &AccessToken, issuer: &str, out: &mut String) {
    let client_id = token.client_id.as_str();
    write_text("{\"iss\":", issuer, out);
    write_text(",\"sub\":", client_id, out);
    write_text(",\"aud\":", token.audience.as_str(), out);
    write_text(",\"client_id\":", client_id, out);
    let (issued_at, expires_at) = (token.issued_at.as_unix(), token.expires_at.as_unix());
    // Writing to a String cannot fail.
    let _ = write!(out, ",\"iat\":{issued_at},\"exp\":{expires_at},\"jti\":\"{}\"", token.id);
    if !token.scope.is_empty() {
        write_text(",\"scope\":", token.scope.as_str(), out);
    }
    match &token.owner {
        Owner::Organization(id) => write_text(",\"organization_id\":", id.as_str(), out),
        Owner::User(id) => write_text(",\"user_id\":", id.as_str(), out),
    }
    if let Some(organization) = &token.organization {
        write_text(",\"organization\":", organization.as_str(), out);
    }
    if let Some(family) = &token.family {
        let _ = write!(out, ",\"family\":\"{family}\"");
    }
    out.push('}');
}

/// Reads the claims of a token whose signature has been verified. Whether it has
/// expired is left to the caller, who asks that at every use.
///
/// # Errors
/// [`Reason::TokenForged`] for another issuer's token, [`Reason::TokenMalformed`]
/// when a claim is missing, doubled, of the wrong type, or `nbf` is after `now`.
pub fn read(json: &[u8], issuer: &str, now: Timestamp) -> Result<AccessToken, Reason> {
    let claims: Claims<'_> = serde_json::from_slice(json).map_err(|_| Reason::TokenMalformed)?;
    if claims.iss.as_ref().ok_or(Reason::TokenMalformed)?.0 != issuer {
        return Err(Reason::TokenForged);
    }
    if claims.nbf.is_some_and(|not_before| Timestamp::from_unix(not_before) > now) {
        return Err(Reason::TokenMalformed);
    }
    claims.into_token().ok_or(Reason::TokenMalformed)
}

#[derive(Default)]
struct Claims<'a> {
    iss: Option<Text<'a>>,
    sub: Option<Text<'a>>,
    aud: Option<Text<'a>>,
    client_id: Option<Text<'a>>,
    iat: Option<i64>,
    exp: Option<i64>,
    nbf: Option<i64>,
    jti: Option<Text<'a>>,
    scope: Option<Text<'a>>,
    organization_id: Option<Text<'a>>,
    user_id: Option<Text<'a>>,
    organization: Option<Text<'a>>,
    family: Option<Text<'a>>,
    unknown: Vec<Text<'a>>,
}

/// A JSON string, borrowed where it holds no escapes.
#[derive(serde::Deserialize, PartialEq, Eq)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Claims<'a> {
    /// Reads the value of the claim `name` into its place.
    fn read_claim<A: MapAccess<'a>>(
        &mut self,
        name: Text<'a>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match &*name.0 {
            "iss" => read_once(&mut self.iss, map),
            "sub" => read_once(&mut self.sub, map),
            "aud" => read_once(&mut self.aud, map),
            "client_id" => read_once(&mut self.client_id, map),
            "iat" => read_once(&mut self.iat, map),
            "exp" => read_once(&mut self.exp, map),
            "nbf" => read_once(&mut self.nbf, map),
            "jti" => read_once(&mut self.jti, map),
            "scope" => read_once(&mut self.scope, map),
            "organization_id" => read_once(&mut self.organization_id, map),
            "user_id" => read_once(&mut self.user_id, map),
            "organization" => read_once(&mut self.organization, map),
            "family" => read_once(&mut self.family, map),
            _ if self.unknown.contains(&name) => Err(A::Error::custom("a claim stands twice")),
            _ if self.unknown.len() == MOST_UNKNOWN => Err(A::Error::custom("too many claims")),
            _ => {
                self.unknown.push(name);
                map.next_value::<IgnoredAny>().map(drop)
            }
        }
    }

    fn into_token(self) -> Option<AccessToken> {
        let organization = |id: Text<'_>| OrganizationId::parse(&id.0).ok();
        let owner = match (self.organization_id, self.user_id) {
            (Some(id), None) => Owner::Organization(organization(id)?),
            (None, Some(id)) => Owner::User(UserId::parse(&id.0).ok()?),
            _ => return None,
        };
        let client_id = self.client_id.filter(|id| self.sub.as_ref() == Some(id))?;
        let issued_at = Timestamp::from_unix(self.iat?);
        let expires_at = Timestamp::from_unix(self.exp?);
        (issued_at < expires_at).then_some(())?;
        Some(AccessToken {
            id: TokenId::from_hex(&self.jti?.0)?,
            family: match self.family {
                Some(id) => Some(FamilyId::from_hex(&id.0)?),
                None => None,
            },
            client_id: ClientId::parse(&client_id.0).ok()?,
            owner,
            audience: Audience::new(&self.aud?.0),
            scope: self.scope.map_or(Ok(ScopeSet::EMPTY), |list| ScopeSet::parse(&list.0)).ok()?,
            organization: match self.organization {
                Some(id) => Some(organization(id)?),
                None => None,
            },
            issued_at,
            expires_at,
        })
    }
}

fn read_once<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    slot: &mut Option<T>,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom("a claim stands twice"));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

impl<'de> Deserialize<'de> for Claims<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Claims<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object of claims")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims<'de>, A::Error> {
                let mut claims = Claims::default();
                while let Some(name) = map.next_key()? {
                    claims.read_claim(name, &mut map)?;
                }
                Ok(claims)
            }
        }
        from.deserialize_map(Object)
    }
}

/// Appends `lead` and then `text` as a JSON string.
fn write_text(lead: &str, text: &str, out: &mut String) {
    out.push_str(lead);
    // Nearly every value is plain: then it needs no second pass.
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        let _ = write!(out, "{}", serde_json::Value::from(text));
    }
}

#[cfg(test)]
mod tests;
