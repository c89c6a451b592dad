//! The connections to the APIs behind the gate, one pool per service.

use crate::catalog::{Catalog, ServiceEntry};
use crate::upstream::proxy::{Timeouts, Upstream};

/// One upstream per service of the catalog, in its order; none for Portreeve's own.
pub struct Upstreams(Vec<Option<Upstream>>);

impl Upstreams {
    /// The upstreams of a catalog. They are told whether callers come by TLS, which a
    /// proxy in front of Portreeve ends.
    ///
    /// # Errors
    /// A sentence about the first address that is none.
    pub fn new(catalog: &Catalog, timeouts: Timeouts, is_https: bool) -> Result<Self, String> {
        let open = |entry: &ServiceEntry| {
            if entry.service.is_own {
                return Ok(None);
            }
            let upstream = Upstream::new(&entry.upstream, timeouts)
                .map_err(|error| format!("service {}: {error}", entry.service.name))?;
            Ok(Some(if is_https { upstream.behind_https() } else { upstream }))
        };
        catalog.services.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// The upstream of the service with this number.
    pub fn of(&self, number: usize) -> Option<&Upstream> {
        self.0.get(number)?.as_ref()
    }
}
