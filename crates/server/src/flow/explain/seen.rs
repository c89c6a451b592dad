//! What of a refusal one person may see. Whoever may look at a client is told why it was
//! refused; what was called only if that is theirs to know as well, and from where only if the
//! client's calls are.

use portreeve_core::org::permission::Action;
use portreeve_core::policy::path::PlainPath;
use portreeve_core::refusal::Reason;
use portreeve_core::usage::RefusedCall;

use crate::env::Env;
use crate::flow::access::{self, Access};
use crate::flow::change::ChangeError;
use crate::flow::explain::{Explained, Why, explain, missing};
use crate::flow::sign_in::SignedIn;

/// Explains the refusal of the request with this id to a person.
///
/// # Errors
/// As [`explain`]; a refusal whose client is nothing to the person is as
/// [`ChangeError::Missing`] as one that never was.
pub async fn explain_to(
    env: &Env,
    who: &SignedIn,
    request_id: &str,
) -> Result<Explained, ChangeError> {
    let explained = explain(env, request_id).await?;
    if who.user.operator {
        return Ok(explained);
    }
    let access = match access::to_client(env, who, explained.call.client_id.as_str()).await {
        Err(ChangeError::Missing { .. }) => return Err(missing(request_id)),
        found => found?.0,
    };
    let sees = sees(env, who, &access, &explained.call).await?;
    let places = access::places(env, &who.user).await?;
    let roots: Vec<_> = places.into_iter().map(|(organization, _)| organization.id).collect();
    let explained = explained.for_customers(|id| access::is_reached(env, &roots, id));
    Ok(match sees {
        Sees::All => explained,
        Sees::Call => placeless(explained),
        Sees::Reason => veiled(explained),
    })
}

/// How much of a call is a person's to see.
enum Sees {
    All,
    /// All but where its person was, and where the client may call from.
    Call,
    Reason,
}

/// All when the client's calls are the person's to see; the call when it named an
/// organization whose calls are.
async fn sees(
    env: &Env,
    who: &SignedIn,
    to_client: &Access,
    call: &RefusedCall,
) -> Result<Sees, ChangeError> {
    if to_client.may(Action::SeeCalls) {
        return Ok(Sees::All);
    }
    let named = named(env, call);
    let id = named.and_then(|named| env.directory.tree().named(&named).cloned());
    let Some(id) = id else { return Ok(Sees::Reason) };
    match access::to_organization(env, who, id.as_str()).await {
        Ok((access, _)) if access.may(Action::SeeCalls) => Ok(Sees::Call),
        Ok(_) | Err(ChangeError::Missing { .. }) => Ok(Sees::Reason),
        Err(error) => Err(error),
    }
}

/// The organization that the call named, as far as that was kept: as the refusal says, or
/// in its path.
fn named(env: &Env, call: &RefusedCall) -> Option<String> {
    if matches!(
        Reason::from_slug(&call.reason),
        Some(Reason::OrganizationOutOfReach | Reason::OrganizationUnknown)
    ) {
        return Some(call.about.to_string());
    }
    let (method, path) = call.call.split_once(' ')?;
    let (entry, rest) = env.catalog.service_for(path)?;
    let path = PlainPath::read(rest).ok()?;
    let found = entry.service.api.routes.find(method, &path).ok()?;
    let nothing = |_: &str| -> [&[u8]; 0] { [] };
    let named = found.organization_named(None, nothing).ok()??;
    Some(named.into_owned())
}

fn veiled(explained: Explained) -> Explained {
    let mut explained = placeless(explained);
    if let Why::Organization { named, .. } = &mut explained.why {
        *named = Box::default();
    }
    Explained { call: explained.call.veiled(), ..explained }
}

fn placeless(mut explained: Explained) -> Explained {
    if let Why::Network { from, networks, .. } = &mut explained.why {
        (*from, *networks) = (None, Vec::new());
    }
    let call = &mut explained.call;
    call.peer = None;
    // What a foreign network is about is the address; an unknown reason may be too.
    if matches!(
        explained.reason,
        Some(Reason::NetworkForeign | Reason::ClientNetworkForeign) | None
    ) {
        call.about = Box::default();
    }
    Explained { tells_where: false, ..explained }
}
