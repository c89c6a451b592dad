//! What people see: pages that come whole from the server and need no script. A page
//! reads a request, asks one flow, and shows what it says; nothing is decided here.

mod assets;
mod form;
mod fields;
mod dress;
mod frame;
mod look;
mod times;
mod zone;
mod chart;
mod download;
mod abilities;
mod message;
mod refused;
mod onward;
mod asking;
mod agents;
mod sign_in;
mod sign_out;
mod connect;
mod consent;
mod connections;
pub mod portal;
pub mod docs;

pub use assets::asset;
pub use connect::{answer, enter, leave, look, sign_in as connect_sign_in};
pub use connections::{ask_to_end, connections, end};
pub use dress::{dress, dressed};
pub use message::nowhere;
pub use refused::{no_such_page, wrong_method};
pub use sign_in::{show as show_sign_in, submit as submit_sign_in};
pub use sign_out::{show as show_sign_out, submit as submit_sign_out};
