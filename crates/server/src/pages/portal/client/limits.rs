//! From where a client may call and how long its tokens live, as people write it.

use ipnet::IpNet;
use portreeve_core::client::change::TOKEN_LIVES;
use portreeve_core::client::network::{NetworkFault, read_lines};
use portreeve_core::time::Ttl;

use crate::pages::portal::client::faults::Faults;
use crate::texts::Texts;

/// Reads networks, one on each line.
pub(in crate::pages) fn networks(text: &str, faults: &mut Faults, t: &Texts) -> Vec<IpNet> {
    let wrong = match read_lines(text) {
        Ok(networks) => return networks,
        Err(wrong) => wrong,
    };
    for (number, fault) in wrong {
        let line = text.lines().nth(number - 1).unwrap_or_default();
        let said = format!("{} {}", t.say1("client-line", "number", number), told(&fault, t));
        match remedy(&fault, line) {
            Some((id, right)) => {
                faults.add_with("networks", format!("{said} {}", t.say(id)), right);
            }
            None => faults.add("networks", said),
        }
    }
    Vec::new()
}

/// As it is typed again: one on each line.
pub(in crate::pages) fn written(networks: &[IpNet]) -> String {
    let lines: Vec<String> = networks.iter().map(|network| plainly(*network)).collect();
    lines.join("\n")
}

/// A network of one address is that address.
pub(in crate::pages) fn plainly(network: IpNet) -> String {
    match network.prefix_len() == network.max_prefix_len() {
        true => network.addr().to_string(),
        false => network.to_string(),
    }
}

fn told(fault: &NetworkFault, t: &Texts) -> String {
    let most = |most: u8| u64::from(most);
    match fault {
        NetworkFault::Unreadable(text) => t.say1("client-network-unreadable", "text", text),
        NetworkFault::PrefixUnreadable { most: bits } => {
            t.say1("client-network-prefix", "most", most(*bits))
        }
        NetworkFault::PrefixTooLong { most: bits } => {
            t.say1("client-network-prefix-long", "most", most(*bits))
        }
        NetworkFault::HostBits { .. } => t.say("client-network-host-bits"),
        NetworkFault::TooMany => {
            t.say1("client-network-many", "most", portreeve_core::client::network::MOST)
        }
    }
}

/// The id of the words before it, and what would be right.
fn remedy(fault: &NetworkFault, line: &str) -> Option<(&'static str, String)> {
    match fault {
        NetworkFault::PrefixTooLong { .. } | NetworkFault::PrefixUnreadable { .. } => {
            let (address, _) = line.split_once('/')?;
            let address: std::net::IpAddr = address.trim().parse().ok()?;
            Some(("client-network-this-one", address.to_string()))
        }
        NetworkFault::HostBits { network } => Some(("client-network-whole", network.to_string())),
        NetworkFault::Unreadable(_) | NetworkFault::TooMany => None,
    }
}

/// Between which lives one may choose, in minutes. `most` is what the service gives.
pub(in crate::pages) fn bounds(most: Ttl) -> (u32, u32) {
    let minutes = |ttl: Ttl| ttl.as_seconds().div_ceil(60).max(1);
    let [shortest, longest] = TOKEN_LIVES;
    let most = minutes(most.min(longest));
    (minutes(shortest).min(most), most)
}

/// Reads the life of an access token in minutes; nothing is as the service has it.
pub(in crate::pages) fn token_life(
    text: &str,
    most: Ttl,
    faults: &mut Faults,
    t: &Texts,
) -> Option<Ttl> {
    if text.is_empty() {
        return None;
    }
    let (least, most) = bounds(most);
    let minutes = text.parse::<u32>().ok().filter(|minutes| (least..=most).contains(minutes));
    if minutes.is_none() {
        let (least, most) = (u64::from(least), u64::from(most));
        faults.add("token_life", t.say2("client-life-wrong", "least", least, "most", most));
    }
    minutes.map(|minutes| Ttl::from_seconds(minutes.saturating_mul(60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_told_by_its_number() {
        let mut faults = Faults::default();
        let text = "203.0.113.0/28\r\n198.51.100.7/33\n\nnowhere\n203.0.113.9/24";
        assert!(networks(text, &mut faults, Texts::english()).is_empty());
        let told: Vec<(&str, Option<&str>)> =
            faults.all().iter().map(|one| (&*one.text, one.right.as_deref())).collect();
        assert_eq!(
            told,
            [
                (
                    "Line 2: after the slash, 32 is the most. For this one address write",
                    Some("198.51.100.7"),
                ),
                (
                    "Line 4: “nowhere” is no network. Write an address such as 203.0.113.7, or a network such as 203.0.113.0/24.",
                    None,
                ),
                (
                    "Line 5: the address is not the first of its network. For the whole network write",
                    Some("203.0.113.0/24"),
                ),
            ]
        );
        let mut faults = Faults::default();
        let read = networks("203.0.113.0/28\n198.51.100.7", &mut faults, Texts::english());
        assert_eq!(written(&read), "203.0.113.0/28\n198.51.100.7");
    }

    #[test]
    fn lives_stay_within_bounds() {
        let day = Ttl::from_hours(24);
        for (typed, most, expected) in [
            ("", day, Some(None)),
            ("60", day, Some(Some(3600))),
            ("1", day, Some(Some(60))),
            ("1440", day, Some(Some(86_400))),
            ("1441", day, None),
            ("0", day, None),
            ("-5", day, None),
            ("1e3", day, None),
            ("99999999999", day, None),
            ("4", Ttl::from_seconds(240), Some(Some(240))),
            ("5", Ttl::from_seconds(240), None),
            ("1", Ttl::from_seconds(30), Some(Some(60))),
        ] {
            let mut faults = Faults::default();
            let life = token_life(typed, most, &mut faults, Texts::english());
            assert_eq!(faults.is_empty(), expected.is_some(), "{typed}");
            assert_eq!(life.map(Ttl::as_seconds), expected.flatten(), "{typed}");
        }
    }
}
