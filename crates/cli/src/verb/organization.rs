//! `portreeve organization …`: customers, and who belongs to them.

use anyhow::anyhow;
use clap::{Args, Subcommand};
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_server::env::Env;
use portreeve_server::flow::organizations::{self, NewOrganization};
use portreeve_server::flow::people;
use serde::Serialize;

use crate::installed::{ACTOR, Installed};
use crate::show::OrganizationShown;
use crate::table::Table;
use crate::verb::Context;

mod services;

/// What about organizations. An ORGANIZATION_ID is your own id for it, or ours.
#[derive(Subcommand, Debug)]
pub(crate) enum OrganizationVerb {
    /// Enter an organization
    Create(Create),
    /// List organizations as a tree
    List,
    /// Show an organization and its members
    Show {
        /// Your id for it, or ours
        organization_id: String,
    },
    /// Give an organization another name
    Rename {
        /// Your id for it, or ours
        organization_id: String,
        /// The new name
        name: String,
    },
    /// Put an organization below another, or at the top
    Move {
        /// Your id for it, or ours
        organization_id: String,
        /// The organization that it goes below; without it, to the top
        #[arg(long, value_name = "ORGANIZATION_ID")]
        below: Option<String>,
    },
    /// Say which services an organization's contract opens; without an option, show it
    ///
    /// It holds for the organization and for all below it that say nothing of their own.
    Services(services::Services),
    /// Let a person belong to an organization
    AddMember {
        /// Your id for it, or ours
        organization_id: String,
        /// The person's address
        email: String,
        /// admin or member
        #[arg(long, default_value = "member", value_parser = role)]
        role: Role,
    },
    /// End a membership; the next request feels it
    RemoveMember {
        /// Your id for it, or ours
        organization_id: String,
        /// The person's address
        email: String,
    },
}

/// Arguments of `organization create`.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What people call it
    name: String,
    /// Your own id for it
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// The organization that it is below
    #[arg(long, value_name = "ORGANIZATION_ID")]
    parent: Option<String>,
}

#[derive(Serialize)]
struct WithMembers {
    #[serde(flatten)]
    organization: OrganizationShown,
    members: Vec<MemberShown>,
}

#[derive(Serialize)]
struct MemberShown {
    user: String,
    email: String,
    name: String,
    role: Role,
}

#[derive(Serialize)]
struct Ended {
    organization: String,
    email: String,
    member: bool,
}

pub(super) async fn run(asked: OrganizationVerb, context: &Context) -> anyhow::Result<()> {
    let installed = context.place.open().await?;
    let env = &installed.env;
    match asked {
        OrganizationVerb::Create(asked) => create(&installed, &asked, context).await,
        OrganizationVerb::List => list(env, context).await,
        OrganizationVerb::Show { organization_id } => show(env, &organization_id, context).await,
        OrganizationVerb::Rename { organization_id, name } => {
            let found = organizations::find(env, &organization_id).await?;
            let renaming = organizations::rename(env, found, &name, &ACTOR);
            say(&installed.change(renaming).await?, "is its new name", context)
        }
        OrganizationVerb::Move { organization_id, below } => {
            put(&installed, &organization_id, below.as_deref(), context).await
        }
        OrganizationVerb::Services(asked) => services::run(&installed, asked, context).await,
        OrganizationVerb::AddMember { organization_id, email, role } => {
            let (one, user) = pair(env, &organization_id, &email).await?;
            add(&installed, &one, &user, role, context).await
        }
        OrganizationVerb::RemoveMember { organization_id, email } => {
            let (one, user) = pair(env, &organization_id, &email).await?;
            remove(&installed, &one, &user, context).await
        }
    }
}

async fn create(installed: &Installed, asked: &Create, context: &Context) -> anyhow::Result<()> {
    let env = &installed.env;
    let parent = match &asked.parent {
        Some(id) => Some(organizations::find(env, id).await?.id),
        None => None,
    };
    let asked = NewOrganization {
        name: &asked.name,
        external_id: asked.external_id.as_deref(),
        parent: parent.as_ref(),
    };
    let entered = installed.change(organizations::enter(env, asked, &ACTOR)).await?;
    say(&entered, "is entered", context)
}

async fn list(env: &Env, context: &Context) -> anyhow::Result<()> {
    let tree = organizations::tree(env).await?;
    let shown: Vec<OrganizationShown> =
        tree.iter().map(|(_, one)| OrganizationShown::from(one)).collect();
    let words = || {
        let mut table = Table::new(&["NAME", "ID"]);
        for (depth, one) in &tree {
            let name = format!("{}{}", "  ".repeat(*depth), one.name);
            table.row([&name, one.api_id()]);
        }
        table.or("There is no organization yet: portreeve organization create.")
    };
    context.voice.show(&shown, words)
}

async fn show(env: &Env, id: &str, context: &Context) -> anyhow::Result<()> {
    let one = organizations::find(env, id).await?;
    let members = people::members(env, &one.id).await?;
    let members: Vec<MemberShown> = members.iter().map(MemberShown::from).collect();
    let shown = WithMembers { organization: OrganizationShown::from(&one), members };
    context.voice.show(&shown, || {
        let mut table = Table::new(&["MEMBER", "NAME", "ROLE"]);
        for member in &shown.members {
            table.row([&member.email, &member.name, member.role.as_str()]);
        }
        let head = format!("{} ({})", one.name, one.api_id());
        let open = services::told(&one);
        let members = table.or("It has no members.");
        format!("{head}\nour id: {}\nservices: {open}\n\n{members}", one.id)
    })
}

async fn put(
    installed: &Installed,
    id: &str,
    below: Option<&str>,
    context: &Context,
) -> anyhow::Result<()> {
    let env = &installed.env;
    let one = organizations::find(env, id).await?;
    let parent = match below {
        Some(id) => Some(organizations::find(env, id).await?),
        None => None,
    };
    let (below, version) = (parent.as_ref().map(|one| &one.id), Some(one.version));
    let place = organizations::place(env, &one.id, below, version, &ACTOR);
    let moved = installed.change(place).await?;
    let to = parent.map_or("stands at the top".to_owned(), |one| format!("is below {}", one.name));
    say(&moved, &to, context)
}

async fn add(
    installed: &Installed,
    one: &Organization,
    user: &User,
    role: Role,
    context: &Context,
) -> anyhow::Result<()> {
    let setting = people::set_membership(&installed.env, &one.id, user, role, &ACTOR);
    installed.change(setting).await?;
    let shown = MemberShown::from(&(user.clone(), role));
    let words = || format!("{} is {} of {}.", user.email, role.as_str(), one.name);
    context.voice.show(&shown, words)
}

async fn remove(
    installed: &Installed,
    one: &Organization,
    user: &User,
    context: &Context,
) -> anyhow::Result<()> {
    installed.change(people::end_membership(&installed.env, &one.id, user, &ACTOR)).await?;
    let ended =
        Ended { organization: one.id.to_string(), email: user.email.clone(), member: false };
    let words = || format!("{} no longer belongs to {}.", user.email, one.name);
    context.voice.show(&ended, words)
}

async fn pair(env: &Env, id: &str, email: &str) -> anyhow::Result<(Organization, User)> {
    Ok((organizations::find(env, id).await?, people::find(env, email).await?))
}

fn say(one: &Organization, what: &str, context: &Context) -> anyhow::Result<()> {
    let shown = OrganizationShown::from(one);
    context.voice.show(&shown, || format!("{} ({}) {what}.", one.name, one.api_id()))
}

fn role(name: &str) -> anyhow::Result<Role> {
    Role::from_name(name).ok_or_else(|| anyhow!("expected admin or member"))
}

impl From<&(User, Role)> for MemberShown {
    fn from((user, role): &(User, Role)) -> Self {
        Self {
            user: user.id.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            role: *role,
        }
    }
}
