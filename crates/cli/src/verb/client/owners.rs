//! Whose clients are, by the names that people know.

use std::collections::HashMap;

use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;
use portreeve_server::env::Env;
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::{organizations, people};

/// The names of some owners: a person's address, an organization's name.
#[derive(Debug)]
pub(super) struct Owners(HashMap<Owner, String>);

impl Owners {
    /// Reads the names of these clients' owners, each once.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn read(
        env: &Env,
        clients: impl IntoIterator<Item = &Client>,
    ) -> anyhow::Result<Self> {
        let mut names = HashMap::new();
        for Client { owner, .. } in clients {
            if names.contains_key(owner) {
                continue;
            }
            match find(env, owner).await {
                // Gone since the clients were read: it has no name but its id.
                Err(ChangeError::Missing { .. }) => {}
                found => drop(names.insert(owner.clone(), found?)),
            }
        }
        Ok(Self(names))
    }

    /// An owner's name.
    pub(super) fn name<'a>(&'a self, owner: &'a Owner) -> &'a str {
        self.0.get(owner).map_or(owner.id(), String::as_str)
    }
}

async fn find(env: &Env, owner: &Owner) -> Result<String, ChangeError> {
    Ok(match owner {
        Owner::Organization(id) => organizations::find(env, id.as_str()).await?.name,
        Owner::User(id) => people::find(env, id.as_str()).await?.email,
    })
}
