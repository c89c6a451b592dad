//! The networks from which a client may call, as people write them: one per line.

use std::net::IpAddr;

pub use ipnet::IpNet;
use ipnet::Ipv4Net;

/// The most networks that a client may have.
pub const MOST: usize = 50;

/// What is wrong with one line. Each says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkFault {
    /// It is neither an address nor a network.
    #[error("{0:?} is no network: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32")]
    Unreadable(String),
    /// What stands after the slash is no number, or there is nothing.
    #[error("after the slash, write a number from 0 to {most}")]
    PrefixUnreadable {
        /// The greatest number that may stand there.
        most: u8,
    },
    /// The number after the slash is too great.
    #[error("after the slash, {most} is the most")]
    PrefixTooLong {
        /// The greatest number that may stand there.
        most: u8,
    },
    /// The address is not the network's first: nobody can tell which was meant.
    #[error("host bits are set: write {network}")]
    HostBits {
        /// The network that the address is in.
        network: IpNet,
    },
    /// There are too many.
    #[error("at most {MOST} networks")]
    TooMany,
}

/// Reads networks, one per line; empty lines are passed over, and a network that stands
/// there twice counts once. A single address is a network of one. IPv4 in the clothes of
/// IPv6 becomes IPv4, as callers' addresses do.
///
/// # Errors
/// Every line, counted from 1, that has a fault.
pub fn read_lines(text: &str) -> Result<Vec<IpNet>, Vec<(usize, NetworkFault)>> {
    let (mut networks, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        match read(line) {
            _ if line.is_empty() => {}
            Ok(network) if networks.contains(&network) => {}
            Ok(_) if networks.len() == MOST => {
                faults.push((number, NetworkFault::TooMany));
                break;
            }
            Ok(network) => networks.push(network),
            Err(fault) => faults.push((number, fault)),
        }
    }
    if faults.is_empty() { Ok(networks) } else { Err(faults) }
}

/// Reads one network or address.
///
/// # Errors
/// [`NetworkFault`], never [`NetworkFault::TooMany`].
pub fn read(text: &str) -> Result<IpNet, NetworkFault> {
    let unreadable = || NetworkFault::Unreadable(text.chars().take(60).collect());
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.trim(), Some(prefix.trim())),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| unreadable())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        None => most,
        Some(digits) => read_prefix(digits, most)?,
    };
    let network = IpNet::new(address, prefix).map_err(|_| unreadable())?;
    if network.trunc() != network {
        return Err(NetworkFault::HostBits { network: plain(network.trunc()) });
    }
    Ok(plain(network))
}

fn read_prefix(digits: &str, most: u8) -> Result<u8, NetworkFault> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.parse::<u8>() {
        Ok(prefix) if is_number && prefix <= most => Ok(prefix),
        // Also what is too great for a byte.
        _ if is_number => Err(NetworkFault::PrefixTooLong { most }),
        _ => Err(NetworkFault::PrefixUnreadable { most }),
    }
}

/// `::ffff:203.0.113.0/120` is 203.0.113.0/24 (RFC 4291 §2.5.5.2).
fn plain(network: IpNet) -> IpNet {
    let IpNet::V6(six) = network else { return network };
    let prefix = six.prefix_len().checked_sub(96);
    let four = six.addr().to_ipv4_mapped().zip(prefix);
    four.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok()).map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_network() {
        for (text, expected) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("203.0.113.16/28", "203.0.113.16/28"),
            ("203.0.113.0 / 24", "203.0.113.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(read(text).map(|network| network.to_string()).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_none_says_what_would_be() {
        for (text, expected) in [
            ("203.0.113.7/28", "host bits are set: write 203.0.113.0/28"),
            ("::ffff:203.0.113.7/120", "host bits are set: write 203.0.113.0/24"),
            ("203.0.113.0/33", "after the slash, 32 is the most"),
            ("203.0.113.0/999", "after the slash, 32 is the most"),
            ("2001:db8::/129", "after the slash, 128 is the most"),
            ("203.0.113.0/", "after the slash, write a number from 0 to 32"),
            ("203.0.113.0/x", "after the slash, write a number from 0 to 32"),
            ("203.0.113.0/-1", "after the slash, write a number from 0 to 32"),
            ("203.0.113.0/+8", "after the slash, write a number from 0 to 32"),
            ("203.0.113.0/24/8", "after the slash, write a number from 0 to 32"),
            (
                "203.0.113",
                "\"203.0.113\" is no network: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32",
            ),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), expected, "{text}");
        }
        for text in
            ["", "/", "/8", "example.com", "[2001:db8::1]", "fe80::1%eth0", "010.0.0.1", "*"]
        {
            assert!(matches!(read(text), Err(NetworkFault::Unreadable(_))), "{text}");
        }
        let long = read(&"x".repeat(10_000)).unwrap_err().to_string();
        assert!(long.len() < 200, "{long}");
    }

    #[test]
    fn lines_are_counted_and_every_fault_is_told() {
        let text = "\n203.0.113.0/24\r\n  2001:db8::/32 \n\n203.0.113.0/24\n";
        let read = read_lines(text).unwrap();
        assert_eq!(read.len(), 2, "{read:?}");
        assert_eq!(read_lines("").unwrap(), []);
        let faults = read_lines("\n10.0.0.1/8\n203.0.113.7\nhere").unwrap_err();
        let lines: Vec<usize> = faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn there_is_a_most() {
        let all: Vec<String> = (0..60).map(|n| format!("198.51.100.{n}")).collect();
        assert_eq!(read_lines(&all[..MOST].join("\n")).unwrap().len(), MOST);
        let faults = read_lines(&all.join("\n")).unwrap_err();
        assert_eq!(faults, [(MOST + 1, NetworkFault::TooMany)]);
    }
}
