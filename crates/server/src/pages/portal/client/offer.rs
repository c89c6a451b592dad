//! The services and scopes that one can tick for a client. Services of one audience share
//! their scopes: each stands once, where it is needed first.

use std::collections::HashSet;
use std::sync::Arc;

use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::policy::route::{Method, Security};
use portreeve_core::service::Service;
use portreeve_core::token::record::Audience;

use crate::pages::portal::client::abilities;

/// What an operation that needs a scope does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Does {
    /// All of them read.
    Reads,
    /// At least one writes.
    Writes,
    /// No operation that we know needs it.
    Nothing,
}

/// A scope that can be ticked.
#[derive(Clone, Debug)]
pub(in crate::pages) struct Tick {
    /// What the form sends: the service's name, a colon, the scope.
    pub(in crate::pages) value: String,
    /// The scope.
    pub(in crate::pages) scope: String,
    /// What it lets a program do, as the document says.
    pub(in crate::pages) text: String,
    /// The same as the summary tells it.
    pub(in crate::pages) ability: String,
    /// Whether it reads or writes.
    pub(in crate::pages) does: Does,
    /// True for one that every client of the API has.
    pub(in crate::pages) is_basic: bool,
    /// True when it is ticked.
    pub(in crate::pages) is_ticked: bool,
    /// Titles of other services of the audience that need it.
    pub(in crate::pages) also: Vec<String>,
    audience: Audience,
}

/// A service with what can be ticked of it.
#[derive(Clone, Debug)]
pub(in crate::pages) struct ServiceBox {
    /// Its name, for addresses.
    pub(in crate::pages) name: String,
    /// What people call it.
    pub(in crate::pages) title: String,
    /// The number of its audience: services with the same share their scopes.
    pub(in crate::pages) api: usize,
    /// What it is for.
    pub(in crate::pages) summary: String,
    /// Its scopes.
    pub(in crate::pages) ticks: Vec<Tick>,
    /// Scopes of it that stand in another box: the scope, and that box's title.
    pub(in crate::pages) elsewhere: Vec<(String, String)>,
    /// True where the form asks where people come back to.
    pub(in crate::pages) asks_where_back: bool,
}

/// Everything that can be ticked.
#[derive(Clone, Debug, Default)]
pub(in crate::pages) struct Offer {
    /// The services, in the order of the configuration.
    pub(in crate::pages) boxes: Vec<ServiceBox>,
    audiences: Vec<Audience>,
    connectors: Vec<Audience>,
}

/// What was ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Chosen {
    /// The APIs.
    pub(in crate::pages) audiences: Vec<Audience>,
    /// The scopes, those that always belong among them.
    pub(in crate::pages) scopes: ScopeSet,
    /// True when its people let it in, and come back to an address of its own.
    pub(in crate::pages) connects: bool,
}

/// Why nothing can be made of the ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Unchosen {
    /// Nothing is ticked.
    Nothing,
    /// What is ticked is not offered, or no longer.
    Gone,
    /// More than one request could name.
    TooMuch,
}

impl Offer {
    /// What these services offer, with nothing ticked but what always belongs.
    pub(in crate::pages) fn new(services: &[Arc<Service>]) -> Self {
        let mut offer = Self::default();
        for service in services {
            if !offer.audiences.contains(&service.audience) {
                offer.audiences.push(service.audience.clone());
            }
            let connects = service.dialect.connector.is_some();
            if connects && !offer.connectors.contains(&service.audience) {
                offer.connectors.push(service.audience.clone());
            }
            let asks_where_back = connects && !offer.boxes.iter().any(|one| one.asks_where_back);
            let api = offer.audiences.iter().position(|one| *one == service.audience);
            let boxed = boxed(service, services);
            offer.boxes.push(ServiceBox { api: api.unwrap_or(0), asks_where_back, ..boxed });
        }
        offer
    }

    /// The same with these ticks.
    pub(in crate::pages) fn ticked<'a>(mut self, values: impl Iterator<Item = &'a str>) -> Self {
        let values: HashSet<&str> = values.collect();
        for tick in self.ticks_mut() {
            tick.is_ticked = tick.is_basic || values.contains(tick.value.as_str());
        }
        self
    }

    /// The same with what a client has.
    pub(in crate::pages) fn of_client(mut self, client: &Client) -> Self {
        for tick in self.ticks_mut() {
            let has =
                client.audiences.contains(&tick.audience) && client.scopes.contains(&tick.scope);
            tick.is_ticked = tick.is_basic || has;
        }
        self
    }

    /// Every scope that can be ticked.
    pub(in crate::pages) fn ticks(&self) -> impl Iterator<Item = &Tick> {
        self.boxes.iter().flat_map(|one| &one.ticks)
    }

    /// Scopes of a client that are not offered: they go when others are chosen.
    pub(in crate::pages) fn lost_by<'a>(
        &'a self,
        client: &'a Client,
    ) -> impl Iterator<Item = &'a str> {
        let offered = |scope: &str| {
            let mut ticks = self.ticks().filter(|tick| tick.scope == scope);
            ticks.any(|tick| client.audiences.contains(&tick.audience))
        };
        client.scopes.iter().filter(move |scope| !offered(scope))
    }

    /// What the ticks come to. What always belongs to an API comes with any other scope
    /// of it; alone it counts where nothing else is ticked, where there is no other API,
    /// or where the client has that API already: `kept`.
    pub(in crate::pages) fn chosen(&self, kept: &[Audience]) -> Chosen {
        let picked = |audience: &Audience| {
            self.ticks().any(|tick| tick.audience == *audience && tick.is_ticked && !tick.is_basic)
        };
        let has_basic = |audience: &Audience| {
            self.ticks().any(|tick| tick.audience == *audience && tick.is_basic)
        };
        let is_alone = !self.audiences.iter().any(picked);
        let counts = |audience: &&Audience| {
            picked(audience)
                || has_basic(audience)
                    && (is_alone || self.audiences.len() == 1 || kept.contains(audience))
        };
        let audiences: Vec<Audience> = self.audiences.iter().filter(counts).cloned().collect();
        let of_these = |tick: &&Tick| tick.is_ticked && audiences.contains(&tick.audience);
        let names = self.ticks().filter(of_these).map(|tick| tick.scope.as_str());
        let scopes = ScopeSet::from_names(names).unwrap_or(ScopeSet::EMPTY);
        let connects = audiences.iter().any(|audience| self.connectors.contains(audience));
        Chosen { audiences, scopes, connects }
    }

    /// The same, when something can be made of it. `values` is what the form sent.
    ///
    /// # Errors
    /// [`Unchosen`].
    pub(in crate::pages) fn check<'a>(
        &self,
        mut values: impl Iterator<Item = &'a str>,
        kept: &[Audience],
    ) -> Result<Chosen, Unchosen> {
        let known: HashSet<&str> = self.ticks().map(|tick| tick.value.as_str()).collect();
        if values.any(|value| !known.contains(value)) {
            return Err(Unchosen::Gone);
        }
        let chosen = self.chosen(kept);
        match (chosen.audiences.is_empty(), chosen.scopes.is_empty()) {
            (true, _) => Err(Unchosen::Nothing),
            (false, true) => Err(Unchosen::TooMuch),
            (false, false) => Ok(chosen),
        }
    }

    fn ticks_mut(&mut self) -> impl Iterator<Item = &mut Tick> {
        self.boxes.iter_mut().flat_map(|one| &mut one.ticks)
    }
}

fn boxed(service: &Service, all: &[Arc<Service>]) -> ServiceBox {
    let sharing: Vec<&Service> =
        all.iter().map(|other| &**other).filter(|one| one.audience == service.audience).collect();
    let (mut ticks, mut elsewhere) = (Vec::new(), Vec::new());
    for (scope, text) in &service.api.scopes {
        let home = home(scope, &sharing).unwrap_or(service);
        if home.name == service.name {
            ticks.push(tick(service, scope, text, &sharing));
        } else if needs(service, scope) {
            elsewhere.push((scope.clone(), home.title.clone()));
        }
    }
    ServiceBox {
        name: service.name.clone(),
        title: service.title.clone(),
        api: 0,
        summary: service.api.summary.trim_end_matches('.').to_owned(),
        ticks,
        elsewhere,
        asks_where_back: false,
    }
}

/// Where a scope stands: with the first service that needs it, or else knows it.
fn home<'s>(scope: &str, sharing: &[&'s Service]) -> Option<&'s Service> {
    let needing = sharing.iter().find(|one| needs(one, scope));
    let knowing = || sharing.iter().find(|one| knows(one, scope));
    needing.filter(|one| knows(one, scope)).or_else(knowing).copied()
}

fn knows(service: &Service, scope: &str) -> bool {
    service.api.scopes.iter().any(|(known, _)| known == scope)
}

fn needs(service: &Service, scope: &str) -> bool {
    methods(service, scope).next().is_some()
}

/// The methods of the operations that need a scope.
fn methods<'s>(service: &'s Service, scope: &'s str) -> impl Iterator<Item = Method> + 's {
    let operations = service.api.routes.operations().iter();
    let needing = operations.filter(move |operation| match &operation.security {
        Security::Public => false,
        Security::AnyOf(sets) => sets.iter().any(|set| set.contains(scope)),
    });
    needing.map(|operation| operation.method)
}

fn tick(service: &Service, scope: &str, text: &str, sharing: &[&Service]) -> Tick {
    let methods: Vec<Method> = sharing.iter().flat_map(|one| methods(one, scope)).collect();
    let is_read = |method: &Method| matches!(method, Method::Get | Method::Head);
    let does = match methods.as_slice() {
        [] => Does::Nothing,
        all if all.iter().all(is_read) => Does::Reads,
        _ => Does::Writes,
    };
    let others = sharing.iter().filter(|one| one.name != service.name && needs(one, scope));
    let is_basic = service.dialect.basic_scope.contains(scope);
    let text = text.trim();
    Tick {
        value: format!("{}:{scope}", service.name),
        scope: scope.to_owned(),
        text: text.to_owned(),
        ability: abilities::told(if text.is_empty() { scope } else { text }, does),
        does,
        is_basic,
        is_ticked: is_basic,
        also: others.map(|one| one.title.clone()).collect(),
        audience: service.audience.clone(),
    }
}

#[cfg(test)]
mod tests;
