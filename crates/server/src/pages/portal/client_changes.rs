//! What changes an identity client: a page each, where one reads what will happen before
//! it does. Every form carries the version of the client that the person saw.

mod around;
mod connections;
mod edit;
mod scopes;
mod rotate;
mod secret;
mod state;
mod delete;

pub use connections::{ask_end_connection, end_connection, show_connections};
pub use delete::{ask_delete, delete};
pub use edit::{ask_edit, edit};
pub use rotate::{ask_rotate, rotate};
pub use scopes::{ask_scopes, set_scopes};
pub use secret::{ask_secret, change_secret};
pub use state::{ask_state, set_state};
