//! The token load, pointed at a server that somebody else has started.

use std::net::{SocketAddr, ToSocketAddrs};

use crate::candidates;
use crate::fault::Fault;
use crate::process::Server;
use crate::request::{self, Credential};
use crate::rounds::{Candidate, Target};

/// A server, and one client of it.
#[derive(Clone, Debug)]
pub(crate) struct Elsewhere {
    /// `http://host:port`.
    pub(crate) url: String,
    /// The path of its token endpoint.
    pub(crate) token_path: String,
    /// Who asks.
    pub(crate) client: Credential,
    /// Its process, if it runs on this machine.
    pub(crate) process: Option<u32>,
}

/// The floor and that server, asked the same.
///
/// # Errors
/// When the address is none, or the server gives no token.
pub(crate) fn candidates(there: &Elsewhere, floor: &Server) -> Result<Vec<Candidate>, Fault> {
    let address = address(&there.url)?;
    let request = request::token(&there.token_path, &there.client, None);
    request::ask_token(address, &request)?;
    let measured = Candidate {
        name: format!("token: {}{}", there.url, there.token_path),
        load: candidates::load(address, vec![request.clone()], 200),
        server: there.process,
        upstream: None,
        target: Target::None,
    };
    Ok(vec![candidates::floor(floor, vec![request]), measured])
}

fn address(url: &str) -> Result<SocketAddr, Fault> {
    let named = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
    let named = named.ok_or("write the server as http://host:port")?;
    let found = named.to_socket_addrs()?.next();
    found.ok_or_else(|| format!("{named} has no address").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_a_plain_url() {
        assert_eq!(address("http://127.0.0.1:80/").unwrap().to_string(), "127.0.0.1:80");
        for url in ["127.0.0.1:80", "https://127.0.0.1:80", "http://127.0.0.1"] {
            assert!(address(url).is_err(), "{url}");
        }
    }
}
