//! What was counted, put together so that each row is written once, and in the order of
//! its key: two nodes that write at the same time never wait for each other.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use portreeve_core::time::Timestamp;
use portreeve_core::usage::{Counted, RefusedCall, Tally, day_of};

use crate::contract::commit::Used;

/// The ids of the clients that are still there, of those that were counted.
pub(crate) type Standing = BTreeSet<String>;

/// Sums by client, beginning of the step, and service.
pub(crate) type Sums<'a> = BTreeMap<(&'a str, i64, &'a str), Tally>;

/// The clients that these counts are about.
pub(crate) fn clients(used: &Used) -> BTreeSet<&str> {
    let counted = used.counted.iter().map(|one| one.client_id.as_str());
    let secrets = used.secrets.iter().map(|one| one.client_id.as_str());
    let refused = used.refused.iter().map(|(call, _)| call.client_id.as_str());
    counted.chain(secrets).chain(refused).collect()
}

/// What is to be added, in steps that begin as `begin` says.
pub(crate) fn sums<'a>(
    counted: &'a [Counted],
    standing: &Standing,
    begin: fn(Timestamp) -> Timestamp,
) -> Sums<'a> {
    let mut sums = Sums::new();
    for one in counted.iter().filter(|one| standing.contains(one.client_id.as_str())) {
        let key = (one.client_id.as_str(), begin(one.hour).as_unix(), &*one.service);
        let sum = sums.entry(key).or_default();
        *sum = sum.plus(one.tally);
    }
    sums
}

/// When and from where each secret last got a token, by client and secret.
pub(crate) fn last_uses<'a>(
    used: &'a Used,
    standing: &Standing,
) -> BTreeMap<(&'a str, &'a str), (i64, Option<IpAddr>)> {
    let mut last = BTreeMap::new();
    for one in used.secrets.iter().filter(|one| standing.contains(one.client_id.as_str())) {
        let newest = last
            .entry((one.client_id.as_str(), &*one.secret))
            .or_insert((one.at.as_unix(), one.from));
        if newest.0 < one.at.as_unix() {
            *newest = (one.at.as_unix(), one.from);
        }
    }
    last
}

/// How many tokens each secret got, by client, secret and day.
pub(crate) fn secret_days<'a>(
    used: &'a Used,
    standing: &Standing,
) -> BTreeMap<(&'a str, &'a str, i64), u64> {
    let mut days = BTreeMap::new();
    let counted = used.secrets.iter().filter(|one| one.tokens > 0);
    for one in counted.filter(|one| standing.contains(one.client_id.as_str())) {
        let key = (one.client_id.as_str(), &*one.secret, day_of(one.at).as_unix());
        let tokens: &mut u64 = days.entry(key).or_default();
        *tokens = tokens.saturating_add(one.tokens);
    }
    days
}

/// How often each was refused, by client, day, reason and service, and the newest call.
pub(crate) fn refused_days<'a>(
    used: &'a Used,
    standing: &Standing,
) -> BTreeMap<(&'a str, i64, &'a str, &'a str), (u64, &'a RefusedCall)> {
    let mut days = BTreeMap::new();
    for (call, times) in refused(used, standing) {
        let day = day_of(call.at).as_unix();
        let key = (call.client_id.as_str(), day, &*call.reason, &*call.service);
        let sum: &mut (u64, &RefusedCall) = days.entry(key).or_insert((0, call));
        sum.0 = sum.0.saturating_add(*times);
        if sum.1.at <= call.at {
            sum.1 = call;
        }
    }
    days
}

/// The calls that are kept, by the request's id.
pub(crate) fn refused_calls<'a>(
    used: &'a Used,
    standing: &Standing,
) -> BTreeMap<&'a str, &'a RefusedCall> {
    refused(used, standing).map(|(call, _)| (&*call.request_id, call)).collect()
}

fn refused<'a>(
    used: &'a Used,
    standing: &Standing,
) -> impl Iterator<Item = &'a (RefusedCall, u64)> {
    used.refused.iter().filter(|(call, _)| standing.contains(call.client_id.as_str()))
}

/// A count as a column takes it. Cut so that no sum of such leaves the column's range.
pub(crate) fn column(count: u64) -> i64 {
    i64::try_from(count.min(1 << 40)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use portreeve_core::text_id::ClientId;
    use portreeve_core::usage::{SecretCounted, hour_of};

    use super::*;

    fn client(id: &str) -> ClientId {
        ClientId::parse(id).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds)
    }

    #[test]
    fn counts_of_one_row_are_put_together() {
        let counted = |id: &str, hour: i64, passed| Counted {
            client_id: client(id),
            service: "ships".into(),
            hour: at(hour * 3_600),
            tally: Tally { passed, ..Tally::default() },
        };
        let all = [counted("b", 1, 1), counted("a", 1, 2), counted("b", 1, 3), counted("b", 2, 4)];
        let standing = Standing::from(["b".to_owned()]);
        let passed = |begin| {
            let sums = sums(&all, &standing, begin);
            sums.into_iter().map(|((_, at, _), tally)| (at, tally.passed)).collect::<Vec<_>>()
        };
        assert_eq!(passed(hour_of), [(3_600, 4), (7_200, 4)]);
        assert_eq!(passed(day_of), [(0, 8)]);
    }

    #[test]
    fn the_newest_use_of_a_secret_is_the_last() {
        let one = |seconds, tokens| SecretCounted {
            client_id: client("a"),
            secret: "s".into(),
            at: at(seconds),
            from: None,
            tokens,
        };
        let secrets = vec![one(5, 1), one(9, 2), one(7, 3), one(86_400, 4), one(200_000, 0)];
        let used = Used { secrets, ..Used::default() };
        let standing = Standing::from(["a".to_owned()]);
        assert_eq!(last_uses(&used, &standing)[&("a", "s")], (200_000, None));
        let days: Vec<u64> = secret_days(&used, &standing).into_values().collect();
        assert_eq!(days, [6, 4]);
        assert_eq!(last_uses(&used, &Standing::new()).len(), 0);
        assert_eq!(column(u64::MAX), 1 << 40);
    }
}
