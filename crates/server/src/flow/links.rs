//! Codes that were sent by mail: looked up without letting anybody guess.

use std::net::IpAddr;

use portreeve_core::sign_in::link::{Link, hash_of};

use crate::env::Env;
use crate::flow::stop::Stop;
use crate::tries::network;

/// The longest text that is looked at: a code has 44 characters.
const LONGEST: usize = 100;

/// The link that this code opens at this moment. One that is unknown, used, withdrawn or
/// expired is `None`, without a difference.
///
/// # Errors
/// [`portreeve_core::refusal::Reason::TooManyAttempts`] and how long to wait, for whoever
/// shows codes that open nothing; what the store says.
pub(super) async fn live(env: &Env, code: &str, peer: IpAddr) -> Result<Option<Link>, Stop> {
    let (network, monotonic) = (network(peer), env.clock.monotonic());
    // Counted before it is known whether it is one: see `Guessing::claim`.
    env.links.codes.claim("", network, monotonic)?;
    let found = match code.len() {
        1..=LONGEST => env.directory.store().find_link(&hash_of(code)).await,
        _ => Ok(None),
    };
    let is_live = |link: &Link| link.is_live(env.now());
    let found = found.map(|link| link.filter(is_live));
    // Whoever was right has not guessed, and where nobody could tell nothing was learnt.
    if !matches!(found, Ok(None)) {
        env.links.codes.forgive("", network, monotonic);
    }
    Ok(found?)
}
