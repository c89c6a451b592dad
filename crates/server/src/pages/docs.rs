//! API documentation: the services, and for each a page on which its operations are tried
//! out. Everybody may read it; whoever has signed in is told what their contract opens.

mod asks;
mod files;
mod list;
mod published;
mod try_out;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use portreeve_core::refusal::Reason;
use portreeve_core::service::Service;

use crate::catalog::ServiceEntry;
use crate::env::Env;
use crate::pages::frame::{Frame, Tab};
use crate::pages::portal::{At, Not, Shown, visitor};
use crate::paths::DOCS;

pub use files::file;

/// The list, a service's page, or one of a service's files.
///
/// # Errors
/// 404 when there is no such service, or no such file.
pub async fn show(env: Arc<Env>, request: Request, peer: IpAddr) -> Shown {
    let path = request.uri().path().strip_prefix(DOCS).unwrap_or_default().to_owned();
    let mut steps = path.trim_start_matches('/').splitn(2, '/');
    let (service, file) = (steps.next().unwrap_or_default(), steps.next());
    if service.is_empty() {
        let reader = Reader::new(env, request, peer).await?;
        return list::list(&reader);
    }
    let entry = env.catalog.services.iter().find(|entry| entry.service.name == service);
    let entry = entry.ok_or(Reason::NotFound)?;
    match file {
        Some(file) if entry.service.is_own => {
            let (service, file) = (service.to_owned(), file.to_owned());
            own_file(env, (&service, &file), request, peer).await
        }
        Some(file) => {
            published::send(&env, entry, file, request.headers()).ok_or(Reason::NotFound.into())
        }
        None => {
            let service = service.to_owned();
            let reader = Reader::new(Arc::clone(&env), request, peer).await?;
            let entry = reader.env.catalog.services.iter().find(|it| it.service.name == service);
            try_out::page_of(&reader, entry.ok_or(Reason::NotFound)?)
        }
    }
}

/// A file of one of Portreeve's own services: for whoever may read its page.
async fn own_file(
    env: Arc<Env>,
    (service, file): (&str, &str),
    request: Request,
    peer: IpAddr,
) -> Shown {
    let headers = request.headers().clone();
    let reader = Reader::new(env, request, peer).await?;
    let entry = reader.env.catalog.services.iter().find(|it| it.service.name == service);
    let entry = entry.filter(|it| reader.standing(&it.service).is_some());
    let entry = entry.ok_or(Reason::NotFound)?;
    published::send(&reader.env, entry, file, &headers).ok_or(Reason::NotFound.into())
}

/// Whoever reads a page, and what is around it.
struct Reader {
    env: Arc<Env>,
    frame: Frame,
    at: Option<At>,
}

impl Reader {
    async fn new(env: Arc<Env>, request: Request, peer: IpAddr) -> Result<Self, Not> {
        let nobodys = Frame::for_request(&env, request.headers());
        let at = visitor(Arc::clone(&env), request, peer).await?;
        let frame = match &at {
            Some(at) => at.frame(Tab::Docs, None).await?,
            None => nobodys,
        };
        Ok(Self { env, frame, at })
    }

    /// The organization in which somebody is: id and name.
    fn organization(&self) -> Option<(&str, &str)> {
        let (id, name) = self.frame.nav.as_ref()?.current.as_ref()?;
        Some((id, name))
    }

    fn is_operator(&self) -> bool {
        self.at.as_ref().is_some_and(|at| at.who.user.operator)
    }

    /// What is known of a service to this person; `None` when it is none of their business.
    fn standing(&self, service: &Service) -> Option<Standing> {
        let tree = self.env.directory.tree();
        let own = self.organization().and_then(|(id, _)| tree.named(id).cloned());
        let own = own.as_slice();
        if service.is_own && !self.is_operator() && !tree.is_named(own, &service.name) {
            return None;
        }
        Some(match own.is_empty() || tree.is_open(own, &service.name) {
            true => Standing::Open,
            false => Standing::Closed,
        })
    }

    /// The services that are shown, in the order of the configuration.
    fn services(&self) -> Vec<(&ServiceEntry, Standing)> {
        let all = self.env.catalog.services.iter();
        all.filter_map(|entry| Some((entry, self.standing(&entry.service)?))).collect()
    }
}

/// Whether a service is in the contract of whoever reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is, or nobody knows whose contract to look at.
    Open,
    /// It is not: calls are refused.
    Closed,
}
