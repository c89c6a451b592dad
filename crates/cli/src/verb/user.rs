//! `portreeve user …`: people.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use portreeve_core::org::member::{Role, User};
use portreeve_core::secret::Secret;
use portreeve_server::env::Env;
use portreeve_server::flow::invitations::{self, Asked};
use portreeve_server::flow::{organizations, people};
use portreeve_store::contract::Page;

use crate::installed::{ACTOR, Installed};
use crate::show::{InvitationShown, UserShown, time};
use crate::table::Table;
use crate::verb::Context;

/// How many rows are read at a time.
const PAGE: u32 = 500;

/// What about people.
#[derive(Subcommand, Debug)]
pub(crate) enum UserVerb {
    /// Enter a person
    Create {
        /// The e-mail address
        email: String,
        /// What the person is called
        name: String,
        /// One of the vendor's own staff
        #[arg(long)]
        operator: bool,
    },
    /// List people by address
    List,
    /// Give a person a password; whoever was signed in is signed out
    Password {
        /// The person's address or id
        user: String,
        /// A file with the password in its first line; "-" is standard input
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
    },
    /// Invite somebody to an organization: prints the link, this once
    Invite {
        /// The organization: the vendor's id or ours
        organization: String,
        /// The e-mail address that is invited
        email: String,
        /// What the person will be there
        #[arg(long, value_name = "admin|member", value_parser = role, default_value = "admin")]
        role: Role,
    },
    /// Refuse a person's clients from now on
    Disable {
        /// The person's address or id
        user: String,
    },
    /// Let a person's clients in again
    Enable {
        /// The person's address or id
        user: String,
    },
}

pub(super) async fn run(asked: UserVerb, context: &Context) -> anyhow::Result<()> {
    let installed = context.place.open().await?;
    match asked {
        UserVerb::List => return list(&installed.env, context).await,
        UserVerb::Create { email, name, operator } => {
            let entering = people::enter(&installed.env, &email, &name, operator, &ACTOR);
            let user = installed.change(entering).await?;
            let words = || format!("{} is entered as {}.", user.email, user.id);
            context.voice.show(&UserShown::from(&user), words)
        }
        UserVerb::Password { user, password_file } => {
            let password = read_password(&password_file)?;
            let user = people::find(&installed.env, &user).await?;
            let setting = people::set_password(&installed.env, &user, password, &ACTOR);
            installed.change(setting).await?;
            context
                .voice
                .show(&UserShown::from(&user), || format!("{} has a new password.", user.email))
        }
        UserVerb::Invite { organization, email, role } => {
            invite(&installed, (&organization, &email, role), context).await
        }
        UserVerb::Disable { user } => switch(&installed, &user, true, context).await,
        UserVerb::Enable { user } => switch(&installed, &user, false, context).await,
    }
}

/// Invites, and prints the link. Who gives it to the person is whoever runs this: the
/// command line sends no mails.
async fn invite(
    installed: &Installed,
    (organization, email, role): (&str, &str, Role),
    context: &Context,
) -> anyhow::Result<()> {
    let env = &installed.env;
    let organization = organizations::find(env, organization).await?;
    let asked = Asked { organization: &organization, email, role, mailed: false, once: "" };
    let invited = invitations::invite(env, asked, &ACTOR).await?;
    installed.tell().await;
    let shown = InvitationShown {
        email: invited.link.email.clone(),
        organization: organization.id.to_string(),
        role: role.as_str(),
        expires_at: time(invited.link.expires_at),
        link: invitations::address(env, &invited.code),
    };
    context.voice.show(&shown, || {
        format!(
            "{} may join {} as {role}. The link stands until {} and works once:\n\n{}",
            shown.email,
            organization.name,
            shown.expires_at,
            shown.link,
            role = shown.role,
        )
    })
}

fn role(name: &str) -> Result<Role, String> {
    Role::from_name(name).ok_or_else(|| "expected admin or member".to_owned())
}

/// The first line of a file, or of standard input. Never an argument: those are seen by
/// everybody on the machine.
fn read_password(file: &Path) -> anyhow::Result<Secret<String>> {
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin()).context("standard input cannot be read")?
    } else {
        let unreadable = || format!("the password file {} cannot be read", file.display());
        std::fs::read_to_string(file).with_context(unreadable)?
    };
    let text = Secret::new(text);
    let line = text.expose().lines().next().unwrap_or_default();
    Ok(Secret::new(line.to_owned()))
}

async fn switch(
    installed: &Installed,
    user: &str,
    disabled: bool,
    context: &Context,
) -> anyhow::Result<()> {
    let found = people::find(&installed.env, user).await?;
    let changing = people::set_disabled(&installed.env, &found.id, disabled, &ACTOR);
    let user = installed.change(changing).await?;
    let state = if disabled { "disabled" } else { "enabled" };
    context.voice.show(&UserShown::from(&user), || format!("{} is {state}.", user.email))
}

async fn list(env: &Env, context: &Context) -> anyhow::Result<()> {
    let mut users: Vec<User> = Vec::new();
    loop {
        let after = users.last().map(|user| user.email.clone());
        let more = people::list(env, &Page { after, limit: PAGE }).await?;
        if more.is_empty() {
            break;
        }
        users.extend(more);
    }
    let shown: Vec<UserShown> = users.iter().map(UserShown::from).collect();
    context.voice.show(&shown, || table(&users))
}

fn table(users: &[User]) -> String {
    let mut table = Table::new(&["ADDRESS", "NAME", "STATE", "STAFF"]);
    for user in users {
        let state = if user.disabled { "disabled" } else { "active" };
        let staff = if user.operator { "operator" } else { "" };
        table.row([&user.email, &user.name, state, staff]);
    }
    table.or("There is nobody yet: portreeve user create.")
}
