//! Whether a change lets a client do more. Taking rights away must be quick; whoever gives
//! some shows a password first.

use ipnet::IpNet;

use crate::client::record::{Client, ClientSecret};

/// True when the client as it is to be may do something that it may not as it is: have
/// tokens for another API or with another scope, introspect others, send people elsewhere,
/// call from elsewhere, or longer. What it is called makes no difference.
pub fn widens(client: &Client, next: &Client) -> bool {
    gains(&client.audiences, &next.audiences)
        || gains(&client.introspects, &next.introspects)
        || gains(&client.redirect_uris, &next.redirect_uris)
        || !next.scopes.is_within(&client.scopes)
        || opens(&client.networks, &next.networks)
        || lasts_longer(client.token_ttl, next.token_ttl)
        || lasts_longer(client.expires_at, next.expires_at)
        || (client.disabled && !next.disabled)
}

/// True when it is to have a secret that it has not, or one for longer.
pub fn gains_secret(client: &Client, next: &Client) -> bool {
    let known = |secret: &ClientSecret| client.secrets.iter().find(|one| one.id == secret.id);
    next.secrets.iter().any(|secret| {
        known(secret).is_none_or(|one| {
            one.hash != secret.hash || lasts_longer(one.expires_at, secret.expires_at)
        })
    })
}

fn gains<T: PartialEq>(before: &[T], next: &[T]) -> bool {
    next.iter().any(|one| !before.contains(one))
}

/// No network at all is anywhere.
fn opens(before: &[IpNet], next: &[IpNet]) -> bool {
    let is_within = |one: &IpNet| before.iter().any(|network| network.contains(one));
    !before.is_empty() && (next.is_empty() || !next.iter().all(is_within))
}

/// No bound of its own is the longest.
fn lasts_longer<T: PartialOrd>(before: Option<T>, next: Option<T>) -> bool {
    before.is_some_and(|before| next.is_none_or(|next| next > before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::change::tests::client_with_secrets;
    use crate::client::network::read_lines;
    use crate::oauth::scope::ScopeSet;
    use crate::secret::{HashKey, MasterKey};
    use crate::text_id::ClientId;
    use crate::time::{Timestamp, Ttl};
    use crate::token::record::Audience;

    fn client() -> Client {
        Client {
            client_id: ClientId::parse("payroll").unwrap(),
            name: "Payroll".to_owned(),
            owner: crate::org::owner::Owner::Organization(
                crate::text_id::OrganizationId::parse("org_1").unwrap(),
            ),
            audiences: vec![Audience::new("urn:crew")],
            scopes: ScopeSet::parse("crew_read crew_import").unwrap(),
            grants: Vec::new(),
            introspects: Vec::new(),
            redirect_uris: vec!["https://shop.example.com/back".to_owned()],
            networks: read_lines("203.0.113.0/24\n2001:db8::/32").unwrap(),
            disabled: false,
            expires_at: Some(Timestamp::from_unix(1_000)),
            not_before: Timestamp::EPOCH,
            token_ttl: Some(Ttl::from_seconds(600)),
            secrets: Vec::new(),
            created_at: Timestamp::EPOCH,
            version: 1,
        }
    }

    fn networks(lines: &str) -> Vec<IpNet> {
        read_lines(lines).unwrap()
    }

    #[test]
    fn what_lets_a_client_do_more() {
        type Change = (&'static str, fn(&mut Client), bool);
        let table: [Change; 22] = [
            ("nothing", |_| {}, false),
            ("name", |to| to.name = "Crew".to_owned(), false),
            ("API", |to| to.audiences.push(Audience::new("urn:ships")), true),
            ("another API", |to| to.audiences = vec![Audience::new("urn:ships")], true),
            ("no API", |to| to.audiences.clear(), false),
            ("scope", |to| to.scopes = ScopeSet::parse("crew_read ships_read").unwrap(), true),
            ("fewer scopes", |to| to.scopes = ScopeSet::parse("crew_read").unwrap(), false),
            ("introspects", |to| to.introspects.push(Audience::new("urn:crew")), true),
            ("way back", |to| to.redirect_uris = vec!["https://a.example.com/".to_owned()], true),
            ("no way back", |to| to.redirect_uris.clear(), false),
            ("anywhere", |to| to.networks.clear(), true),
            ("a part", |to| to.networks = networks("203.0.113.7"), false),
            ("the same, turned", |to| to.networks.reverse(), false),
            ("elsewhere", |to| to.networks = networks("203.0.113.0/24\n198.51.100.7"), true),
            ("more", |to| to.networks = networks("203.0.112.0/23"), true),
            ("longer tokens", |to| to.token_ttl = Some(Ttl::from_seconds(601)), true),
            ("shorter tokens", |to| to.token_ttl = Some(Ttl::from_seconds(599)), false),
            ("the service's", |to| to.token_ttl = None, true),
            ("later", |to| to.expires_at = Some(Timestamp::from_unix(1_001)), true),
            ("sooner", |to| to.expires_at = Some(Timestamp::from_unix(999)), false),
            ("never", |to| to.expires_at = None, true),
            ("off", |to| to.disabled = true, false),
        ];
        for (what, change, expected) in table {
            let mut next = client();
            change(&mut next);
            assert_eq!(widens(&client(), &next), expected, "{what}");
        }
    }

    #[test]
    fn what_is_another_secret() {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let hash = |text: &str| key.hash(text.as_bytes());
        let (soon, late) = (Some(Timestamp::from_unix(1_000)), Some(Timestamp::from_unix(2_000)));
        for (before, next, expected) in [
            (&[("a", None)][..], &[("a", None)][..], false),
            (&[("a", None)], &[], false),
            (&[("a", None)], &[("a", soon)], false),
            (&[("a", late)], &[("a", soon)], false),
            (&[("a", soon)], &[("a", late)], true),
            (&[("a", soon)], &[("a", None)], true),
            (&[("a", soon)], &[("a", soon), ("b", soon)], true),
            (&[("a", None)], &[("b", None)], true),
        ] {
            let with = |all: &[(&str, Option<Timestamp>)]| {
                let all: Vec<_> = all.iter().map(|(text, end)| (hash(text), *end)).collect();
                client_with_secrets(&all)
            };
            assert_eq!(gains_secret(&with(before), &with(next)), expected, "{before:?} {next:?}");
        }
    }

    #[test]
    fn a_first_bound_takes_away() {
        let mut free = client();
        free.networks.clear();
        (free.token_ttl, free.expires_at, free.disabled) = (None, None, true);
        assert!(!widens(&free, &Client { disabled: true, ..client() }));
        assert!(widens(&free, &client()), "it is enabled");
    }
}
