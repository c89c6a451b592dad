//! The places for connections: how many one address may hold, so that no single
//! peer takes them all.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use crate::config::trusted_proxies::TrustedProxies;

/// Who holds how many.
pub(crate) struct Places {
    most: usize,
    uncounted: TrustedProxies,
    held: Mutex<HashMap<IpAddr, Held>>,
}

/// What one address holds.
#[derive(Default)]
struct Held {
    connections: usize,
    is_told: bool,
}

/// One connection's place. Dropping it gives the place back.
pub(crate) struct Place {
    places: Arc<Places>,
    /// Whose share it is of; `None` for one that is not counted.
    address: Option<IpAddr>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// Places of which one address may hold `most`, unless it is among the `uncounted`.
    pub(crate) fn new(most: usize, uncounted: TrustedProxies) -> Arc<Self> {
        Arc::new(Self { most, uncounted, held: Mutex::default() })
    }

    /// A place for a connection from `peer`; `None` when it holds all that it may.
    pub(crate) fn take(
        self: &Arc<Self>,
        peer: IpAddr,
        permit: OwnedSemaphorePermit,
    ) -> Option<Place> {
        let place = |address| Place { places: Arc::clone(self), address, _permit: permit };
        if self.uncounted.holds(peer) {
            return Some(place(None));
        }
        let address = household(peer);
        let mut all = self.held();
        let held = all.entry(address).or_default();
        if held.connections < self.most {
            held.connections += 1;
            return Some(place(Some(address)));
        }
        // Once until it has let go of everything: a flood must not fill the log.
        if !std::mem::replace(&mut held.is_told, true) {
            tracing::warn!(%address, "holds limits.connections_per_address, more are closed");
        }
        None
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut all = self.places.held();
        if let Some(held) = all.get_mut(&address) {
            held.connections -= 1;
            if held.connections == 0 {
                all.remove(&address);
            }
        }
    }
}

/// Whoever has one IPv6 address has the 2^64 of its network (RFC 6177 §2), so these
/// count as one.
fn household(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    #[test]
    fn an_address_holds_its_share_and_gives_it_back() {
        let proxies = TrustedProxies::of(&["10.0.0.0/8"]);
        let (room, places) = (Arc::new(Semaphore::new(9)), Places::new(2, proxies));
        let take = |address: &str| {
            let permit = Arc::clone(&room).try_acquire_owned().unwrap();
            places.take(address.parse().unwrap(), permit)
        };
        let held = [take("192.0.2.1"), take("::ffff:192.0.2.1")];
        assert!(held.iter().all(Option::is_some));
        assert!(take("192.0.2.1").is_none(), "by either name");
        assert!(take("192.0.2.2").is_some());
        let network = [take("2001:db8::1"), take("2001:db8::ffff:2")];
        assert!(network.iter().all(Option::is_some));
        assert!(take("2001:db8::3").is_none(), "one network is one holder");
        assert!(take("2001:db8:0:1::3").is_some());
        assert_eq!(room.available_permits(), 5, "who was refused holds nothing");
        let proxied: Vec<_> = (0..3).map(|_| take("::ffff:10.0.0.1")).collect();
        assert!(proxied.iter().all(Option::is_some), "a proxy holds them for others");
        assert_eq!(room.available_permits(), 2, "and they count among all");
        drop((held, network, proxied));
        assert!(places.held().is_empty(), "nobody is remembered");
        assert!(take("192.0.2.1").is_some());
    }
}
