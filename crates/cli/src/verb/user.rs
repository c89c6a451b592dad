//! `portreeve user …`: people.

use clap::Subcommand;
use portreeve_core::org::member::User;
use portreeve_server::env::Env;
use portreeve_server::flow::people;
use portreeve_store::contract::Page;

use crate::installed::{ACTOR, Installed};
use crate::show::UserShown;
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
        UserVerb::Disable { user } => switch(&installed, &user, true, context).await,
        UserVerb::Enable { user } => switch(&installed, &user, false, context).await,
    }
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
