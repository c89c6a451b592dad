//! Counters and histograms in OpenMetrics text, for `/metrics`.
//!
//! Whoever counts takes a handle once, at the start, and then adds to an atomic
//! number: no label is hashed and no text is made on the way of a request. Label
//! values come from the configuration and the refusal table only, never from a
//! request, so the number of series is bounded.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use portreeve_core::refusal::{Reason, TABLE};
use portreeve_core::time::Timestamp;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Label = (&'static str, String);
type Counters<const N: usize> = Family<[Label; N], Counter>;

/// From 50 microseconds (a token from memory) to 10 seconds (a slow API).
const SECONDS: [f64; 16] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 10.0,
];

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    version: String,
    started: Timestamp,
    uptime: Gauge<i64, AtomicI64>,
    requests: Counters<2>,
    seconds: Family<[Label; 1], Histogram, fn() -> Histogram>,
    tokens: Counters<2>,
    decisions: Counters<2>,
    lookups: Counters<2>,
    mails: Counters<1>,
    mails_waiting: Gauge<i64, AtomicI64>,
    log_lines_dropped: Counter,
    usage_rows_dropped: Counter,
    statements: Counter,
}

impl Metrics {
    /// No requests yet. `version` is the program's.
    pub fn new(version: &str, started: Timestamp) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("portreeve"),
            version: version.to_owned(),
            started,
            uptime: Gauge::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            tokens: Family::default(),
            decisions: Family::default(),
            lookups: Family::default(),
            mails: Family::default(),
            mails_waiting: Gauge::default(),
            log_lines_dropped: Counter::default(),
            usage_rows_dropped: Counter::default(),
            statements: Counter::default(),
        };
        metrics.register(version);
        metrics
    }

    /// The program's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// When the program started.
    pub const fn started(&self) -> Timestamp {
        self.started
    }

    /// The handle of one door: a dialect's name, `gate:<service>`, `introspect`…
    pub fn door(&self, name: &str) -> Door {
        Door {
            name: name.to_owned(),
            requests: self.requests.clone(),
            passed: self.requests.get_or_create_owned(&door_labels(name, "ok")),
            refused: TABLE.iter().map(|_| OnceLock::new()).collect(),
            seconds: self.seconds.get_or_create_owned(&[label("door", name)]),
        }
    }

    /// Counts access tokens of one dialect and format.
    pub fn tokens_issued(&self, dialect: &str, format: &str) -> Counter {
        self.tokens.get_or_create_owned(&[label("dialect", dialect), label("format", format)])
    }

    /// Counts one service's decisions at the gate.
    pub fn gate(&self, service: &str) -> GateCounters {
        let counter = |verdict| {
            self.decisions
                .get_or_create_owned(&[label("service", service), label("verdict", verdict)])
        };
        GateCounters { allowed: counter("allowed"), refused: counter("refused") }
    }

    /// Counts one memory's hits and misses: `tokens`, `directory`…
    pub fn memory(&self, name: &str) -> MemoryCounters {
        let counter = |outcome| {
            self.lookups.get_or_create_owned(&[label("memory", name), label("outcome", outcome)])
        };
        MemoryCounters { hits: counter("hit"), misses: counter("miss") }
    }

    /// Counts mails.
    pub fn mail(&self) -> MailCounters {
        let counter = |outcome| self.mails.get_or_create_owned(&[label("outcome", outcome)]);
        MailCounters {
            sent: counter("sent"),
            failed: counter("failed"),
            refused: counter("refused"),
            waiting: self.mails_waiting.clone(),
        }
    }

    /// Counts access log lines that were not written.
    pub fn log_lines_dropped(&self) -> Counter {
        self.log_lines_dropped.clone()
    }

    /// Counts rows about what clients did that were not written.
    pub fn usage_rows_dropped(&self) -> Counter {
        self.usage_rows_dropped.clone()
    }

    /// Everything as OpenMetrics text ([`CONTENT_TYPE`]). The store counts its
    /// `statements` itself: how many this process has sent so far.
    pub fn text(&self, now: Timestamp, statements: u64) -> String {
        self.uptime.set(i64::from(self.started.until(now).as_seconds()));
        self.statements.inner().fetch_max(statements, Ordering::Relaxed);
        let mut out = String::new();
        // Writing into a String cannot fail; half a text would lack its `# EOF`.
        let _ = text::encode(&mut out, &self.registry);
        out
    }

    fn register(&mut self, version: &str) {
        let registry = &mut self.registry;
        registry.register("build", "The program", Info::new([label("version", version)]));
        registry.register_with_unit(
            "uptime",
            "Since the start",
            Unit::Seconds,
            self.uptime.clone(),
        );
        registry.register(
            "requests",
            "Requests answered, by door and outcome",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "Time until the answer's head was ready, by door",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register("tokens_issued", "Access tokens issued", self.tokens.clone());
        registry.register(
            "gate_decisions",
            "Decisions about guarded requests",
            self.decisions.clone(),
        );
        registry.register("memory_lookups", "Answers from memory", self.lookups.clone());
        registry.register("mails", "Mails, by what became of them", self.mails.clone());
        registry.register("mails_waiting", "Mails that wait", self.mails_waiting.clone());
        registry.register(
            "access_log_lines_dropped",
            "Access log lines that were not written",
            self.log_lines_dropped.clone(),
        );
        registry.register(
            "usage_rows_dropped",
            "Counts about clients that were not written",
            self.usage_rows_dropped.clone(),
        );
        registry.register("statements", "Statements sent to the database", self.statements.clone());
    }
}

/// The handle of one door.
#[derive(Debug)]
pub struct Door {
    name: String,
    requests: Counters<2>,
    passed: Counter,
    /// One place per row of the refusal table. A series begins with its first
    /// refusal: most reasons never arise at most doors.
    refused: Box<[OnceLock<Counter>]>,
    seconds: Histogram,
}

impl Door {
    /// Counts one request that ended with `outcome` after `took`.
    pub fn count(&self, outcome: Result<(), Reason>, took: Duration) {
        self.seconds.observe(took.as_secs_f64());
        let Err(reason) = outcome else {
            self.passed.inc();
            return;
        };
        if let Some(place) = self.refused.get(reason as usize) {
            let labels = || door_labels(&self.name, reason.slug());
            place.get_or_init(|| self.requests.get_or_create_owned(&labels())).inc();
        }
    }

    /// How many requests have passed so far.
    pub fn passed(&self) -> u64 {
        self.passed.get()
    }

    /// How many were refused so far, by reason; those that never arose are left out.
    pub fn refused(&self) -> impl Iterator<Item = (Reason, u64)> {
        let counters = self.refused.iter().map(|place| place.get().map_or(0, Counter::get));
        let reasons = TABLE.iter().map(|row| row.reason);
        reasons.zip(counters).filter(|(_, count)| *count > 0)
    }
}

/// One service's decisions.
#[derive(Clone, Debug)]
pub struct GateCounters {
    /// Calls that might pass.
    pub allowed: Counter,
    /// Calls that were refused.
    pub refused: Counter,
}

/// One memory's lookups.
#[derive(Clone, Debug)]
pub struct MemoryCounters {
    /// Answered from memory.
    pub hits: Counter,
    /// Not in memory.
    pub misses: Counter,
}

impl MemoryCounters {
    /// Takes over what a memory has counted itself.
    pub fn catch_up(&self, hits: u64, misses: u64) {
        self.hits.inner().fetch_max(hits, Ordering::Relaxed);
        self.misses.inner().fetch_max(misses, Ordering::Relaxed);
    }
}

/// What became of mails.
#[derive(Clone, Debug)]
pub struct MailCounters {
    /// A relay, or the folder, has taken them.
    pub sent: Counter,
    /// They were given up.
    pub failed: Counter,
    /// They were not taken: too many waited.
    pub refused: Counter,
    /// They wait, or are under way.
    pub waiting: Gauge<i64, AtomicI64>,
}

fn label(name: &'static str, value: &str) -> Label {
    (name, value.to_owned())
}

fn door_labels(door: &str, outcome: &str) -> [Label; 2] {
    [label("door", door), label("outcome", outcome)]
}

#[cfg(test)]
mod tests;
