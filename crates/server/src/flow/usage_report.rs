//! What an organization's clients did, gathered for one page.

use std::cmp::Reverse;

use portreeve_core::client::record::Client;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Timestamp;
use portreeve_core::usage::advice::may_be_too_often;
use portreeve_core::usage::{Tally, day_of};
use portreeve_store::contract::search::{
    ClientCounts, ClientSearch, ClientsOf, Step as StoredStep, UsageSearch,
};

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::usage;

/// How many clients a page names.
pub const MOST_NAMED: u32 = 200;

/// Of how many clients it is found out whether they ask for too many tokens: each is a
/// question to the database.
const MOST_WEIGHED: usize = 10;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose clients: the organization's and its members'.
    pub organization: &'a OrganizationId,
    /// Only this client, which is one of these.
    pub client: Option<&'a ClientId>,
    /// Only this service.
    pub service: Option<&'a str>,
    /// From this moment on: the beginning of an hour, or of a day.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// True for hours, false for days.
    pub by_hour: bool,
}

/// One client's part.
#[derive(Clone, Debug)]
pub struct ClientLine {
    /// Its id.
    pub client_id: ClientId,
    /// What people call it.
    pub name: String,
    /// What it did.
    pub tally: Tally,
    /// Why it was refused most often, and how often.
    pub refused_most: Option<(Box<str>, u64)>,
    /// How many tokens would have done, when it asks for too many and is one of those that
    /// got the most.
    pub enough: Option<u64>,
    /// The client itself; none when it is gone by now.
    pub client: Option<Client>,
}

/// Everything that the page shows.
#[derive(Clone, Debug)]
pub struct Report {
    /// Sums per hour or day, oldest first, those without any left out.
    pub over_time: Vec<(Timestamp, Tally)>,
    /// The sum of as long a time before.
    pub before: Tally,
    /// The clients with the most calls, at most [`MOST_NAMED`].
    pub clients: Vec<ClientLine>,
    /// How the organization's clients stand.
    pub counts: ClientCounts,
}

/// Gathers it.
///
/// # Errors
/// What the store says.
pub async fn report(env: &Env, asked: Asked<'_>) -> Result<Report, ChangeError> {
    let store = env.directory.store();
    let search = asked.search(asked.from, asked.until);
    let length = asked.from.until(asked.until);
    let earlier = asked.search(asked.from.minus(length), asked.from);
    let before = store.usage_over_time(&earlier).await?;
    let by_client = store.usage_by_client(&search, MOST_NAMED).await?;
    let ids: Vec<ClientId> = by_client.iter().map(|(id, _)| id.clone()).collect();
    let reasons = store.refused_most(&ids, day_of(asked.from)).await?;
    let weighed = weighed(&by_client);
    let mut clients = Vec::with_capacity(by_client.len());
    for (client_id, tally) in by_client {
        let known = env.directory.client(client_id.as_str()).await?;
        let client = known.map(|known| known.client().clone());
        let name = client.as_ref().map_or_else(|| client_id.to_string(), |one| one.name.clone());
        let most = reasons.iter().find(|(id, ..)| *id == client_id);
        let refused_most = most.map(|(_, reason, times)| (reason.clone(), *times));
        let enough = match &client {
            Some(client) if weighed.contains(&client_id) => {
                usage::enough(env, client, tally, &search).await?
            }
            _ => None,
        };
        clients.push(ClientLine { client_id, name, tally, refused_most, enough, client });
    }
    let now = env.now();
    let all = ClientsOf::Organization(asked.organization);
    Ok(Report {
        over_time: store.usage_over_time(&search).await?,
        before: before.into_iter().fold(Tally::default(), |sum, (_, one)| sum.plus(one)),
        clients,
        counts: store.count_clients(all, now, now).await?,
    })
}

/// Those who may ask for too many, the greatest counts of tokens first, [`MOST_WEIGHED`] of
/// them.
fn weighed(by_client: &[(ClientId, Tally)]) -> Vec<ClientId> {
    let may = by_client.iter().filter(|(_, tally)| may_be_too_often(*tally));
    let mut found: Vec<_> = may.collect();
    found.sort_by_key(|(_, tally)| Reverse(tally.tokens));
    found.into_iter().take(MOST_WEIGHED).map(|(id, _)| id.clone()).collect()
}

/// Ids and names of the organization's clients and its members', by name, at most
/// [`MOST_NAMED`]: what one can choose from.
///
/// # Errors
/// What the store says.
pub async fn choices(
    env: &Env,
    organization: &OrganizationId,
) -> Result<Vec<(ClientId, String)>, ChangeError> {
    let of = ClientsOf::Organization(organization);
    let search = ClientSearch { of, text: "", after: None, limit: MOST_NAMED };
    let found = env.directory.store().search_clients(&search).await?;
    Ok(found.into_iter().map(|client| (client.client_id, client.name)).collect())
}

/// True when something was counted of what is asked for.
///
/// # Errors
/// What the store says.
pub async fn is_used(env: &Env, asked: Asked<'_>) -> Result<bool, ChangeError> {
    let search = asked.search(asked.from, asked.until);
    Ok(!env.directory.store().usage_by_client(&search, 1).await?.is_empty())
}

impl<'a> Asked<'a> {
    const fn search(&self, from: Timestamp, until: Timestamp) -> UsageSearch<'a> {
        let of = match self.client {
            Some(client) => ClientsOf::Client(client),
            None => ClientsOf::Organization(self.organization),
        };
        let step = if self.by_hour { StoredStep::Hour } else { StoredStep::Day };
        UsageSearch { of, service: self.service, from, until, step }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_weighed_and_those_with_the_most_tokens() {
        let client = |number: u64, tokens| {
            let id = ClientId::parse(&format!("client-{number}")).unwrap();
            (id, Tally { passed: 0, refused: 0, tokens })
        };
        let all: Vec<_> = (0..200).map(|number| client(number, number)).collect();
        let ids =
            |all: Vec<(ClientId, Tally)>| all.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        let most: Vec<_> = (190..200).rev().map(|number| client(number, number)).collect();
        assert_eq!(weighed(&all), ids(most));
        assert_eq!(weighed(&all[..10]), [], "too few tokens to be too many");
    }
}
