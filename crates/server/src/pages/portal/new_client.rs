//! A new identity client, and its secret, once.
//!
//! The client's id is drawn when the form is shown, and comes back with a proof that we
//! drew it: a form that is sent twice, or an answer that is loaded again, meets the client
//! that is there already and makes no second one.

mod owners;
mod summary;
mod typed;
mod pages;

use std::sync::Arc;

use axum::response::Response;
use portreeve_core::client::change::NewClient;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Reason;
use portreeve_core::service::Service;
use portreeve_core::text_id::ClientId;

use crate::flow::access::{Access, to_organization};
use crate::flow::change::ChangeError;
use crate::flow::{clients, portal_clients};
use crate::pages::frame::go_to;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::offer::{Chosen, Offer};
use crate::pages::portal::client::once::{Shown as SecretShown, show_once};
use crate::pages::portal::client::words::address;
use crate::pages::portal::new_client::owners::Owners;
use crate::pages::portal::new_client::typed::Typed;
use crate::pages::portal::{At, Shown};

/// Everything that the form is made of.
struct Asked {
    access: Access,
    organization: Organization,
    owners: Owners,
    services: Vec<Arc<Service>>,
}

/// The form.
///
/// # Errors
/// When the person may make no client here, or must show the password again first.
pub async fn ask(at: At) -> Shown {
    let asked = Asked::read(&at).await?;
    asked.access.must(Action::MakeOwnClient)?;
    let id = ClientId::generate(&*at.env.entropy);
    let typed = Typed::new(&asked.owners, &id, at.env.sessions.drawn(&at.browser, id.as_str()));
    pages::form(&at, &asked, typed, Faults::default(), 200).await
}

/// Makes the client, or says first what it will be able to do.
///
/// # Errors
/// As [`ask`].
pub async fn make(at: At) -> Shown {
    let asked = Asked::read(&at).await?;
    let typed = Typed::read(&at.fields)?;
    let id = ClientId::parse(&typed.client_id).map_err(|_| Reason::ParameterMalformed)?;
    if !at.env.sessions.is_drawn(&at.browser, id.as_str(), &typed.proof) {
        return Err(Reason::ParameterMalformed.into());
    }
    let actor = asked.access.must(match typed.owner.as_str() {
        "organization" => Action::MakeOrganizationClient,
        _ => Action::MakeOwnClient,
    })?;
    if portal_clients::was_made(&at.env, &id).await? {
        return Ok(made_already(&id));
    }
    if at.fields.has("again") {
        return pages::form(&at, &asked, typed, Faults::default(), 200).await;
    }
    let (new, faults) = asked.check(&at, &typed, id.clone()).await?;
    let Some(new) = new.filter(|_| faults.is_empty()) else {
        return pages::form(&at, &asked, typed, faults, 422).await;
    };
    if at.fields.first("confirmed") != "1" {
        return pages::confirm(&at, &asked, &typed, &new).await;
    }
    match clients::register(&at.env, new, &actor).await {
        Ok((client, secret)) => {
            let shown = SecretShown { client: &client, secret: &secret, is_first: true };
            show_once(&at, shown).await
        }
        Err(ChangeError::Taken(_)) => Ok(made_already(&id)),
        Err(ChangeError::Wrong(rule)) => {
            let mut faults = Faults::default();
            faults.add("page", rule);
            pages::form(&at, &asked, typed, faults, 422).await
        }
        Err(ChangeError::Full { most, .. }) => {
            let words = match typed.owner.as_str() {
                "organization" => "client-full-organization",
                _ => "client-full-person",
            };
            let mut faults = Faults::default();
            faults.add("page", at.texts().say1(words, "most", u64::from(most)));
            pages::form(&at, &asked, typed, faults, 422).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The second of two sendings: the secret was shown in answer to the first.
fn made_already(id: &ClientId) -> Response {
    go_to(&format!("{}?done=made", address(id)))
}

impl Asked {
    async fn read(at: &At) -> Result<Self, crate::pages::portal::Not> {
        let id = at.id("organization");
        let (access, organization) = to_organization(&at.env, &at.who, id).await?;
        let owners = Owners::read(at, &access, &organization).await?;
        let services = portal_clients::open_services(&at.env, &owners.all()).await?;
        Ok(Self { access, organization, owners, services })
    }

    /// What can be ticked, with what was.
    fn offer(&self, typed: &Typed) -> Offer {
        Offer::new(&self.services).ticked(typed.scopes.iter().map(String::as_str))
    }

    /// What was typed, as it would be made; and everything that must be mended.
    async fn check(
        &self,
        at: &At,
        typed: &Typed,
        id: ClientId,
    ) -> Result<(Option<NewClient>, Faults), ChangeError> {
        let mut faults = Faults::default();
        let owner = self.owners.chosen(&typed.owner, &mut faults, at.texts());
        let chosen = typed.chosen(&self.offer(typed), &mut faults, at.texts());
        if let (Some(owner), Some(chosen)) = (&owner, &chosen) {
            self.must_be_open(at, owner, chosen, &mut faults).await?;
        }
        let limits = typed.limits(at, chosen.as_ref(), &mut faults);
        let (Some(owner), Some(chosen)) = (owner, chosen) else { return Ok((None, faults)) };
        let new = NewClient {
            client_id: Some(id),
            name: typed.name.clone(),
            owner,
            audiences: chosen.audiences,
            scopes: chosen.scopes,
            introspects: Vec::new(),
            redirect_uris: limits.redirect_uris,
            networks: limits.networks,
            token_ttl: limits.token_ttl,
            expires_at: None,
            secret_expires_at: limits.secret_expires_at,
        };
        Ok((Some(new), faults))
    }

    /// The page offers what any of the owners may have; one of them has it.
    async fn must_be_open(
        &self,
        at: &At,
        owner: &Owner,
        chosen: &Chosen,
        faults: &mut Faults,
    ) -> Result<(), ChangeError> {
        let open = portal_clients::open_services(&at.env, std::slice::from_ref(owner)).await?;
        let is_open = |service: &&Arc<Service>| {
            open.iter().any(|one| one.audience == service.audience)
                || !chosen.audiences.contains(&service.audience)
        };
        if let Some(closed) = self.services.iter().find(|service| !is_open(service)) {
            faults.add("scopes", at.texts().say1("client-scopes-closed", "title", &closed.title));
        }
        Ok(())
    }
}
