//! Whom a mail about an identity client goes to, and which are due. A mail is no
//! condition of anything: what cannot be sent is told to the operator, and nothing else
//! waits for it.

use std::collections::HashSet;

use portreeve_core::audit::Actor;
use portreeve_core::client::notice::{Notice, TOLD_AFTER, TOLD_AHEAD, due};
use portreeve_core::client::record::Client;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::owner::Owner;
use portreeve_core::org::reach::DEEPEST;
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::mail::failure::Unsent;
use crate::mail::{Ending, Mail, client_disabled as disabled, ending};

/// How many clients are read at a time.
const PAGE: u32 = 200;
/// The most people of one organization who are told.
const MOST_TOLD: usize = 100;

/// Who is told about a client.
struct Audience {
    /// The owner's name.
    owner: String,
    /// Addresses.
    to: Vec<String>,
}

/// What became of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Everybody who should know was told.
    Whole,
    /// Too many mails wait: it should be gone on with soon.
    Broken,
}

/// Sends what is due about clients and secrets that end. `told` remembers, from one
/// round to the next, what was sent already, by whomsoever.
///
/// # Errors
/// What the store says. Whatever was not sent by then is due again.
pub async fn tell_ends(env: &Env, told: &mut HashSet<String>) -> Result<Round, StoreError> {
    let now = env.now();
    let (from, until) = (now.minus(TOLD_AFTER), now.plus(TOLD_AHEAD).plus(Ttl::from_seconds(1)));
    let mut page = Page { after: None, limit: PAGE };
    let mut still_due = HashSet::new();
    loop {
        let clients = env.directory.store().list_ending(from, until, &page).await?;
        let Some(last) = clients.last() else { break };
        page.after = Some(last.client_id.to_string());
        for notice in clients.iter().flat_map(|client| due(client, now)) {
            let key = notice.key();
            if !told.contains(&key) && tell(env, &notice, &key, now).await? == Round::Broken {
                return Ok(Round::Broken);
            }
            told.insert(key.clone());
            still_due.insert(key);
        }
    }
    // What is due no more comes never again: see `Notice::key`.
    *told = still_due;
    Ok(Round::Whole)
}

/// Tells whoever administers a client that it was disabled just now, and by whom; of one
/// that is switched off and on again, once in each hour of the clock. For changes through
/// a running server: a command beside it sends no mails.
pub async fn client_disabled(env: &Env, client: &Client, by: &Actor) {
    if !env.mail.is_open() {
        return;
    }
    let now = env.now();
    let key = format!("disabled:{}:{}", client.client_id, now.as_unix() / 3600);
    let mails = async {
        let (audience, by) = (audience(env, &client.owner).await?, actor_name(env, by).await?);
        let head = env.letterhead();
        let write = |to: &String| disabled(&head, to, client, &audience.owner, &by);
        Ok(audience.to.iter().map(write).collect())
    };
    // A commit of its own: the client stays disabled, whatever becomes of the mail.
    if let Err(error) = once(env, &key, now, mails).await {
        tracing::warn!(%error, "nobody was told of a disabled client");
    }
}

/// What a mail calls whoever made a change; programs of the vendor's and the command line
/// are the vendor.
async fn actor_name(env: &Env, actor: &Actor) -> Result<String, StoreError> {
    let store = env.directory.store();
    let found = match actor {
        Actor::User(id) => store.find_user(id).await?.map(|user| user.name),
        Actor::Client(id) => store.find_client(id).await?.map(|client| client.name),
        Actor::CommandLine | Actor::System => None,
    };
    Ok(found.unwrap_or_else(|| env.letterhead().vendor.to_owned()))
}

/// Takes one notice and sends it, unless somebody else has.
async fn tell(
    env: &Env,
    notice: &Notice<'_>,
    key: &str,
    now: Timestamp,
) -> Result<Round, StoreError> {
    let mails = async { Ok(mails(env, notice, &audience(env, &notice.client.owner).await?)) };
    once(env, key, now, mails).await
}

/// Sends these mails if nobody has under this key. What cannot be sent is not taken: it is
/// there for whoever comes next.
async fn once(
    env: &Env,
    key: &str,
    now: Timestamp,
    mails: impl Future<Output = Result<Vec<Mail>, StoreError>>,
) -> Result<Round, StoreError> {
    let taken = Write::NoticeTaken { key: key.to_owned(), at: now };
    match commit(env, taken, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Ok(Round::Whole),
        Err(error) => return Err(error),
    }
    let sent = mails.await.map(|mails| env.mail.send_notices(mails));
    if matches!(sent, Ok(Ok(()))) {
        return Ok(Round::Whole);
    }
    commit(env, Write::NoticeGivenBack { key: key.to_owned() }, now).await?;
    match sent? {
        Err(Unsent::Full | Unsent::Nowhere) => Ok(Round::Broken),
        Ok(()) => Ok(Round::Whole),
    }
}

fn mails(env: &Env, notice: &Notice<'_>, audience: &Audience) -> Vec<Mail> {
    if audience.to.is_empty() {
        tracing::info!(client = %notice.client.client_id, "nobody is there to be told of an end");
    }
    let what = Ending { notice: *notice, owner: &audience.owner };
    let head = env.letterhead();
    audience.to.iter().map(|to| ending(&head, to, &what)).collect()
}

async fn commit(env: &Env, write: Write, now: Timestamp) -> Result<(), StoreError> {
    let commit = Commit { writes: vec![write], facts: Vec::new(), at: Some(now) };
    env.directory.commit(commit).await.map(|_| ())
}

/// Who administers what this owner has: the person; or the organization's admins, or
/// those of the nearest one above that has some.
async fn audience(env: &Env, owner: &Owner) -> Result<Audience, StoreError> {
    let mut id = match owner {
        Owner::Organization(id) => id.clone(),
        Owner::User(id) => {
            let user = env.directory.store().find_user(id).await?.filter(is_there);
            let (owner, to) = user.map(|user| (user.name, user.email)).unzip();
            return Ok(Audience { owner: owner.unwrap_or_default(), to: to.into_iter().collect() });
        }
    };
    let mut name = None;
    for _ in 0..DEEPEST {
        let Some(found) = env.directory.store().find_organization(&id).await? else { break };
        name.get_or_insert(found.name);
        let to = admins(env, &id).await?;
        match found.parent.filter(|_| to.is_empty()) {
            Some(parent) => id = parent,
            None => return Ok(Audience { owner: name.unwrap_or_default(), to }),
        }
    }
    Ok(Audience { owner: name.unwrap_or_default(), to: Vec::new() })
}

async fn admins(env: &Env, id: &OrganizationId) -> Result<Vec<String>, StoreError> {
    let store = env.directory.store();
    let members = store.list_members(id).await?;
    let admins = members.into_iter().filter(|member| member.role == Role::Admin);
    let admins: Vec<UserId> = admins.map(|member| member.user).take(MOST_TOLD).collect();
    let users = store.find_users(&admins).await?;
    Ok(users.into_iter().filter(is_there).map(|user| user.email).collect())
}

const fn is_there(user: &User) -> bool {
    !user.disabled
}
