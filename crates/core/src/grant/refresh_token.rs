//! The refresh token grant (RFC 6749 §6): what was granted once is granted again, as far
//! as everybody still stands to it. Nothing can be added: the scope may shrink, the
//! organization may be one within those that were granted, and what the person and the
//! client have lost in the meantime is lost.

use crate::client::record::Client;
use crate::connection::record::Reach;
use crate::grant::contract::{Decision, Grant, Known, Refreshing};
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::org::reach::OrganizationTree;
use crate::refusal::{Reason, Refusal};
use crate::service::Resource;
use crate::text_id::{ClientId, OrganizationId};
use crate::time::Timestamp;
use crate::token::family::FamilyId;
use crate::token::record::{AccessToken, Audience, TokenId};

/// A refresh token that was shown, and what is known of whom it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What was granted with it.
    pub held: &'a Held,
    /// True when another has taken its place before.
    pub used: bool,
    /// True when its connection or its line has ended.
    pub ended: bool,
    /// Where whom it acts for belongs now; `None` when they are disabled or gone.
    pub roots: Option<&'a [OrganizationId]>,
    /// All organizations.
    pub tree: &'a OrganizationTree,
    /// What the access token says that was shown beside it, if one was that this server
    /// made. It may have expired.
    pub beside: Option<&'a AccessToken>,
}

/// What was granted with a refresh token, wherever that is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it stands and falls together with.
    pub family: FamilyId,
    /// Whose it is.
    pub client_id: ClientId,
    /// For whom its access tokens act.
    pub owner: Owner,
    /// The API that it is for.
    pub audience: Audience,
    /// The scope.
    pub scope: ScopeSet,
    /// The organization that was chosen, if one was.
    pub organization: Option<OrganizationId>,
    /// Whether it reaches that one only.
    pub reach: Reach,
    /// When it was issued, where it came of a client's secret: it ends together with the
    /// client's older access tokens. None for a person's connection, which outlives its
    /// client's secrets.
    pub issued_at: Option<Timestamp>,
    /// From this moment on it is refused; never when there is none.
    pub expires_at: Option<Timestamp>,
}

/// The grant.
pub struct RefreshToken;

impl Grant for RefreshToken {
    fn grant_type(&self) -> GrantType {
        GrantType::RefreshToken
    }

    fn decide<'a>(&self, known: &Known<'a>) -> Result<Decision<'a>, Vec<Refusal>> {
        let one = |refusal: Refusal| vec![refusal];
        let shown = known.shown.ok_or_else(|| one(Reason::RefreshTokenUnknown.into()))?;
        // To whoever shows what is not theirs, or is no more, nothing else is told.
        standing(known, shown).map_err(|reason| one(reason.into()))?;
        let resource = choose_resource(known, shown.held);
        let scope = choose_scope(known, shown.held);
        let organization = choose_organization(known, shown);
        match (resource, scope, organization) {
            (Ok(resource), Ok(scope), Ok(organization)) => {
                Ok(decision(known, shown.held, resource, scope, organization))
            }
            (resource, scope, organization) => {
                let found = [resource.err(), scope.err(), organization.err()];
                Err(found.into_iter().flatten().collect())
            }
        }
    }
}

/// May this token be used at all, and by whoever shows it? The order matters: a used
/// token is told from an expired one, since its use again ends the family.
fn standing(known: &Known<'_>, shown: &Shown<'_>) -> Result<(), Reason> {
    let held = shown.held;
    let goes_beside = |access: &AccessToken| access.family == Some(held.family);
    let is_alone = known.request.access_token.is_none();
    let is_older = |issued_at| issued_at < known.client.not_before;
    if held.client_id != known.client.client_id
        || !is_alone && !shown.beside.is_some_and(goes_beside)
    {
        Err(Reason::RefreshTokenOfAnother)
    } else if shown.ended || held.issued_at.is_some_and(is_older) {
        Err(Reason::ConnectionEnded)
    } else if shown.used {
        Err(Reason::RefreshTokenReused)
    } else if held.expires_at.is_some_and(|end| known.now >= end) {
        Err(Reason::RefreshTokenExpired)
    } else {
        Ok(())
    }
}

/// The audience that was granted, if it is one of this dialect's and the client still
/// has it. A request may name it, but no other.
fn choose_resource<'a>(known: &Known<'a>, held: &Held) -> Result<&'a Resource, Refusal> {
    let found = known.resources.iter().find(|resource| resource.audience == held.audience);
    // Shown at another dialect's endpoint.
    let found = found.ok_or(Reason::RefreshTokenUnknown)?;
    let asked = known.request.audience.as_deref().filter(|name| !name.is_empty());
    let name = held.audience.as_str();
    if let Some(other) = asked.filter(|asked| *asked != name) {
        return Err(Refusal::about(Reason::AudienceNotAllowed, other));
    }
    if !known.client.audiences.contains(&held.audience) {
        return Err(Refusal::about(Reason::AudienceNotAllowed, name));
    }
    Ok(found)
}

/// What was asked for, all of which must have been granted and be the client's still; or
/// what is left of the grant when nothing was asked for.
fn choose_scope(known: &Known<'_>, held: &Held) -> Result<ScopeSet, Refusal> {
    // Where a vendor's clients select the grant by the scope, its name asks for nothing.
    let is_name = |text: &&str| *text == GrantType::RefreshToken.as_str();
    let text = known.request.scope.as_deref().filter(|text| !is_name(text)).unwrap_or("");
    let asked = ScopeSet::parse(text).map_err(|_| Reason::ScopeMalformed)?;
    let Client { scopes, .. } = known.client;
    if asked.is_empty() {
        return Ok(held.scope.intersection(scopes));
    }
    let excess = asked.iter().find(|name| !held.scope.contains(name) || !scopes.contains(name));
    match excess {
        Some(name) => Err(Refusal::about(Reason::ScopeNotAllowed, name)),
        None => Ok(asked),
    }
}

/// The organization that the token is narrowed to: the one that was asked for, or the
/// one that was chosen; or none, where all were granted.
fn choose_organization(
    known: &Known<'_>,
    shown: &Shown<'_>,
) -> Result<Option<OrganizationId>, Refusal> {
    let roots = shown.roots.ok_or(Reason::OwnerDisabled)?;
    let chosen = match shown.held.reach {
        Reach::Chosen => shown.held.organization.as_ref(),
        Reach::All => None,
    };
    let wanted = match known.request.organization.as_deref() {
        Some(name) => Some(shown.tree.named(name).ok_or(Reason::OrganizationUnknown)?),
        None => chosen,
    };
    let Some(wanted) = wanted else { return Ok(None) };
    let is_granted =
        chosen.is_none_or(|chosen| shown.tree.is_reached(std::slice::from_ref(chosen), wanted));
    if is_granted && shown.tree.is_reached(roots, wanted) {
        return Ok(Some(wanted.clone()));
    }
    Err(Refusal::about(Reason::OrganizationOutOfReach, wanted.as_str()))
}

fn decision<'a>(
    known: &Known<'a>,
    held: &Held,
    resource: &'a Resource,
    scope: ScopeSet,
    organization: Option<OrganizationId>,
) -> Decision<'a> {
    let token = AccessToken {
        id: TokenId::generate(known.entropy),
        family: Some(held.family),
        client_id: held.client_id.clone(),
        owner: held.owner.clone(),
        audience: held.audience.clone(),
        scope,
        organization,
        issued_at: known.issued_at(),
        expires_at: known.expires_at(resource),
    };
    let rotating = resource.dialect.issue.refresh.as_ref().filter(|refresh| refresh.rotate);
    let refresh = match rotating {
        Some(refresh) => {
            Refreshing::Rotates { expires_at: refresh.ttl.map(|ttl| token.issued_at.plus(ttl)) }
        }
        None => Refreshing::Goes,
    };
    Decision { resource, token, refresh }
}

#[cfg(test)]
#[path = "refresh_token_tests.rs"]
mod tests;
