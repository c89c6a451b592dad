//! Who calls: the other end of the connection, or whoever a trusted proxy there names.
//! The one place that reads `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

use crate::config::trusted_proxies::TrustedProxies;
use crate::listen::PeerAddress;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The other end of the connection.
    Peer(SocketAddr),
    /// Whoever a trusted proxy says it is.
    Forwarded(IpAddr),
}

impl Caller {
    /// Who sent a request with these headers from this end. A trusted proxy appends the
    /// address that it saw, so the caller is the last one that is no trusted proxy's.
    /// What stands before it the caller may have made up, and is not looked at.
    ///
    /// Where an address up to there cannot be read, or all are the proxies' own, the
    /// other end stands for its callers: a header never spares anybody from being counted.
    pub fn of(peer: PeerAddress, headers: &HeaderMap, proxies: &TrustedProxies) -> Self {
        let forwarded =
            if proxies.holds(peer.0.ip()) { last_stranger(headers, proxies) } else { None };
        forwarded.map_or(Self::Peer(peer.0), Self::Forwarded)
    }

    /// The address.
    pub const fn address(self) -> IpAddr {
        match self {
            Self::Peer(peer) => peer.ip(),
            Self::Forwarded(address) => address,
        }
    }
}

fn last_stranger(headers: &HeaderMap, proxies: &TrustedProxies) -> Option<IpAddr> {
    // Several lines of one name are one list (RFC 9110 §5.3).
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    for entry in lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')) {
        let address = read(entry)?;
        if !proxies.holds(address) {
            return Some(address);
        }
    }
    None
}

/// An address; some proxies write its port as well.
fn read(entry: &[u8]) -> Option<IpAddr> {
    let entry = std::str::from_utf8(entry).ok()?.trim();
    let with_port = || entry.parse::<SocketAddr>().ok().map(|one| one.ip());
    let address: IpAddr = entry.parse().ok().or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn caller(peer: &str, lines: &[&[u8]]) -> String {
        let proxies = TrustedProxies::of(&["127.0.0.1", "10.0.0.0/8", "2001:db8:f::/48"]);
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        let peer = PeerAddress(SocketAddr::new(peer.parse().unwrap(), 50_000));
        match Caller::of(peer, &headers, &proxies) {
            Caller::Peer(found) => {
                assert_eq!(found, peer.0);
                "peer".to_owned()
            }
            Caller::Forwarded(address) => address.to_string(),
        }
    }

    #[test]
    fn the_caller_is_the_last_that_is_no_trusted_proxy() {
        for (peer, lines, expected) in [
            ("127.0.0.1", &[&b"192.0.2.1"[..]][..], "192.0.2.1"),
            ("::ffff:127.0.0.1", &[b"::ffff:192.0.2.1"], "192.0.2.1"),
            ("2001:db8:f::9", &[b"2001:db8::1"], "2001:db8::1"),
            ("127.0.0.1", &[b"198.51.100.7, 192.0.2.1,10.1.2.3 , ::ffff:10.0.0.1"], "192.0.2.1"),
            ("127.0.0.1", &[b"198.51.100.7", b"192.0.2.1", b"10.0.0.1"], "192.0.2.1"),
            ("127.0.0.1", &[b"192.0.2.1:4711"], "192.0.2.1"),
            ("127.0.0.1", &[b"[2001:db8::1]:4711"], "2001:db8::1"),
            // What the caller made up is not looked at.
            ("127.0.0.1", &[b"<script>, \xff, , 192.0.2.1"], "192.0.2.1"),
            // Nobody else is believed.
            ("192.0.2.9", &[b"192.0.2.1"], "peer"),
            ("::1", &[b"192.0.2.1"], "peer"),
            // CVE-2024-47070: what cannot be read must not spare a check.
            ("127.0.0.1", &[], "peer"),
            ("127.0.0.1", &[b""], "peer"),
            ("127.0.0.1", &[b"unknown"], "peer"),
            ("127.0.0.1", &[b"192.0.2.1,"], "peer"),
            ("127.0.0.1", &[b"192.0.2.1, 10.0.0.256"], "peer"),
            ("127.0.0.1", &[b"192.0.2.1, x, 10.0.0.1"], "peer"),
            ("127.0.0.1", &[b"192.0.2.1", b"\xff"], "peer"),
            ("127.0.0.1", &[b"10.0.0.1, 127.0.0.1"], "peer"),
        ] {
            assert_eq!(caller(peer, lines), expected, "{peer} {lines:?}");
        }
    }
}
