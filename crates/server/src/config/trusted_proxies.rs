//! `trusted_proxies`: whose `X-Forwarded-For` is believed.

use std::net::{IpAddr, Ipv6Addr};

use crate::config::section::Section;

/// The addresses of the proxies in front; none unless the file names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

/// Addresses that begin alike. An IPv4 address stands as IPv6 maps it (RFC 4291
/// §2.5.5.2), so that it is the same one by either name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    first: u128,
    mask: u128,
}

impl TrustedProxies {
    /// True when this is the address of one of them.
    pub fn holds(&self, address: IpAddr) -> bool {
        let bits = mapped(address);
        self.0.iter().any(|network| bits & network.mask == network.first)
    }

    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self(section.texts("trusted_proxies", "127.0.0.1", Network::parse))
    }
}

impl Network {
    /// Reads `127.0.0.1`, `10.0.0.0/8` or the like of IPv6 (RFC 4632 §3.1, RFC 4291 §2.3).
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "expected an address such as \"127.0.0.1\" or a network such as \"10.0.0.0/8\", found {text:?}"
            )
        };
        let (address, length) =
            text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            Some(digits) => read_length(digits).filter(|length| *length <= longest),
            None => Some(longest),
        };
        let length = length.ok_or_else(wrong)?;
        if length == 0 {
            return Err(format!("{text:?} is everybody; name the proxies only"));
        }
        let mask = u128::MAX << (longest - length);
        let first = mapped(address) & mask;
        if first != mapped(address) {
            let network = Ipv6Addr::from_bits(first).to_canonical();
            return Err(format!(
                "{text:?} is one address and a network; write \"{address}\" or \"{network}/{length}\""
            ));
        }
        Ok(Self { first, mask })
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Digits and nothing else: a number's own reading would take a sign.
fn read_length(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
impl TrustedProxies {
    /// Those of a test.
    pub(crate) fn of(texts: &[&str]) -> Self {
        Self(texts.iter().map(|text| Network::parse(text).unwrap()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_hold_what_begins_like_them() {
        for (network, inside, outside) in [
            ("127.0.0.1", &["127.0.0.1", "::ffff:127.0.0.1"][..], &["127.0.0.2", "::1"][..]),
            ("10.0.0.0/8", &["10.0.0.0", "10.255.255.255"], &["11.0.0.0", "9.255.255.255"]),
            ("192.0.2.128/25", &["192.0.2.128"], &["192.0.2.127"]),
            ("0.0.0.0/1", &["127.255.255.255"], &["128.0.0.0", "::", "::1"]),
            ("::ffff:10.0.0.0/104", &["10.1.2.3", "::ffff:10.1.2.3"], &["11.0.0.0"]),
            ("::1", &["::1"], &["::2", "127.0.0.1"]),
            ("2001:db8::/32", &["2001:db8:ffff::"], &["2001:db9::"]),
            ("fc00::/7", &["fdff::1"], &["fe00::", "10.0.0.1"]),
        ] {
            let proxies = TrustedProxies::of(&[network]);
            for one in inside {
                assert!(proxies.holds(one.parse().unwrap()), "{one} in {network}");
            }
            for one in outside {
                assert!(!proxies.holds(one.parse().unwrap()), "{one} not in {network}");
            }
        }
        assert!(!TrustedProxies::default().holds("127.0.0.1".parse().unwrap()));
    }
}
