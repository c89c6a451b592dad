//! What happened before the demo began, so that its pages have something to show: clients
//! in every state and four weeks of calls, all made up, the same at every first start.

use std::net::{IpAddr, Ipv4Addr};

use portreeve_core::audit::Actor;
use portreeve_core::client::change::NewClient;
use portreeve_core::client::record::Client;
use portreeve_core::org::member::User;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{Counted, RefusedCall, Tally, day_of, hour_of};
use portreeve_server::env::Env;
use portreeve_server::flow::carry_over::{self, Rotated, Used, secret_day};
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::clients;

use crate::demo::config::DUALOG_AUDIENCE;
use crate::demo::world::programs::program;

/// For how many days there are counts.
const DAYS: u32 = 30;

/// How a day's calls fall on its hours, in hundredths.
const HOURS: [(u32, u64); 12] = [
    (6, 4),
    (7, 8),
    (8, 12),
    (9, 13),
    (10, 12),
    (11, 9),
    (12, 8),
    (13, 11),
    (14, 10),
    (15, 7),
    (16, 4),
    (17, 2),
];

/// A client of the past.
struct Past {
    id: &'static str,
    name: &'static str,
    scopes: &'static str,
    made_days_ago: u32,
    /// Rotated so many days ago, with an overlap of so many.
    rotated: Option<(u32, u32)>,
    /// Its secret ends in so many days; below zero: it has ended.
    secret_ends_in: Option<i64>,
    is_disabled: bool,
    /// Calls on a working day, and tokens for these.
    calls: u64,
    tokens: u64,
    /// Of a thousand calls so many are refused, for this reason, about this.
    refused: (u64, &'static str, &'static str),
    /// The last day on which it called, counted back.
    until_days_ago: u32,
}

const QUIET: Past = Past {
    id: "",
    name: "",
    scopes: "organization_read crew_read",
    made_days_ago: 120,
    rotated: None,
    secret_ends_in: None,
    is_disabled: false,
    calls: 0,
    tokens: 0,
    refused: (0, "token_expired", ""),
    until_days_ago: 0,
};

/// The oldest first, so that the register of what was done has them in this order.
const PAST: [Past; 5] = [
    Past {
        id: "fjordline-legacy-erp",
        name: "Legacy ERP",
        made_days_ago: 1_140,
        is_disabled: true,
        ..QUIET
    },
    Past {
        id: "fjordline-dry-dock",
        name: "Dry dock planner",
        made_days_ago: 372,
        secret_ends_in: Some(-7),
        calls: 620,
        tokens: 9,
        until_days_ago: 8,
        ..QUIET
    },
    Past {
        id: "fjordline-agent-bridge",
        name: "Port agent bridge",
        made_days_ago: 359,
        secret_ends_in: Some(6),
        calls: 9_400,
        tokens: 9_380,
        refused: (22, "scope_insufficient", "crew_import"),
        ..QUIET
    },
    Past {
        id: "fjordline-position-sync",
        name: "Position sync",
        made_days_ago: 71,
        calls: 31_000,
        tokens: 24,
        refused: (1, "token_expired", ""),
        ..QUIET
    },
    Past {
        id: "fjordline-crew-import",
        name: "Crew import, payroll",
        scopes: "organization_read crew_read crew_import",
        made_days_ago: 62,
        rotated: Some((13, 18)),
        calls: 4_300,
        tokens: 24,
        refused: (5, "token_expired", ""),
        ..QUIET
    },
];

/// Enters it, unless it is there, as if this administrator had made it.
///
/// # Errors
/// What the store says.
pub(super) async fn enter(env: &Env, owner: &Owner, admin: &User) -> anyhow::Result<()> {
    let actor = Actor::User(admin.id.clone());
    let mut disabled = Vec::new();
    for past in &PAST {
        match clients::show(env, &ClientId::parse(past.id)?).await {
            Err(ChangeError::Missing { .. }) => {
                let client = past.enter(env, owner.clone(), &actor).await?;
                disabled.extend(past.is_disabled.then_some(client.client_id));
            }
            found => drop(found?),
        }
    }
    // Of today, so after all that is of the past.
    for client_id in disabled {
        clients::disable(env, &client_id, &actor).await?;
    }
    Ok(())
}

impl Past {
    async fn enter(&self, env: &Env, owner: Owner, actor: &Actor) -> anyhow::Result<Client> {
        let now = env.now();
        let new = NewClient {
            secret_expires_at: self.secret_ends_in.map(|days| in_days(now, days)),
            ..program(self.id, self.name, owner, (DUALOG_AUDIENCE, self.scopes))?
        };
        let rotated = self.rotated.map(|(ago, overlap)| Rotated {
            at: days_before(now, ago),
            overlap: Ttl::from_hours(overlap * 24),
        });
        let made = days_before(now, self.made_days_ago);
        let (client, _) = carry_over::client(env, new, made, rotated, actor).await?;
        let mut used = Used::default();
        for ago in (self.until_days_ago..DAYS).rev() {
            self.day(&mut used, &client, now, ago);
        }
        carry_over::usage(env, used).await?;
        Ok(client)
    }

    /// One day: calls at office hours, fewer at weekends.
    fn day(&self, used: &mut Used, client: &Client, now: Timestamp, ago: u32) {
        let day = day_of(days_before(now, ago));
        let calls = self.share(self.calls, day);
        if calls == 0 {
            return;
        }
        let refused = calls * self.refused.0 / 1000;
        let tokens = self.share(self.tokens, day).max(1);
        let noon = day.plus(Ttl::from_hours(9)).min(now);
        let tally = Tally { passed: calls - refused, refused, tokens };
        used.counted.extend(hourly(client, day, tally).filter(|counted| counted.hour <= now));
        let is_rotated = self.rotated.is_some_and(|(rotated, _)| ago < rotated);
        // Programs move within a week.
        let moved = self.rotated.map_or(0, |(rotated, _)| u64::from(rotated.saturating_sub(ago)));
        let new = if is_rotated { tokens * moved.min(7) / 7 } else { 0 };
        for (secret, tokens) in [(0, tokens - new), (1, new)] {
            let counted = secret_day(client, secret, noon, tokens).filter(|_| tokens > 0);
            let from = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 19));
            used.secrets.extend(counted.map(|mut counted| {
                counted.from = Some(from);
                counted
            }));
        }
        if refused > 0 {
            used.refused.push((self.refusal(client, noon), refused));
        }
    }

    fn refusal(&self, client: &Client, at: Timestamp) -> RefusedCall {
        let (_, reason, about) = self.refused;
        let number = at.as_unix().unsigned_abs() ^ (self.calls << 40);
        RefusedCall {
            request_id: format!("{:016x}{number:016x}", self.calls).into(),
            at,
            client_id: client.client_id.clone(),
            service: "crew".into(),
            reason: reason.into(),
            about: about.into(),
            call: "POST /api/crew/v1/crew".into(),
            peer: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 24))),
        }
    }

    /// What of a working day's count falls on this day: a fifth at weekends, and never
    /// quite the same.
    fn share(&self, count: u64, day: Timestamp) -> u64 {
        let number = day.as_unix().unsigned_abs() / 86_400;
        // The first of January 1970 was a Thursday.
        let is_weekend = matches!((number + 3) % 7, 5 | 6);
        let mixed =
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ self.calls.wrapping_mul(0x85eb_ca6b);
        let sway = 80 + (mixed >> 32) % 41;
        let weight = if is_weekend { 20 } else { 100 };
        count * weight * sway / 10_000
    }
}

/// What of a day's count falls on each of its hours.
fn hourly(client: &Client, day: Timestamp, tally: Tally) -> impl Iterator<Item = Counted> {
    let mut over = 0;
    HOURS.into_iter().map(move |(hour, share)| {
        let before = over;
        over += share;
        let part = |count: u64| count * over / 100 - count * before / 100;
        Counted {
            client_id: client.client_id.clone(),
            service: "crew".into(),
            hour: hour_of(day.plus(Ttl::from_hours(hour))),
            tally: Tally {
                passed: part(tally.passed),
                refused: part(tally.refused),
                tokens: part(tally.tokens),
            },
        }
    })
}

fn days_before(now: Timestamp, days: u32) -> Timestamp {
    now.minus(Ttl::from_hours(days.saturating_mul(24)))
}

fn in_days(now: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_unix(now.as_unix().saturating_add(days.saturating_mul(86_400)))
}
