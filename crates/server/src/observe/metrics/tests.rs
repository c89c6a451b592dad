use std::collections::BTreeMap;

use super::*;

/// Reads the sample lines of an OpenMetrics text: name and labels → value.
fn samples(text: &str) -> BTreeMap<&str, f64> {
    assert!(text.ends_with("# EOF\n"), "{text}");
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name, value.parse().unwrap())
        })
        .collect()
}

#[test]
fn everything_counted_is_in_the_text() {
    let metrics = Metrics::new("1.2.3", Timestamp::from_unix(1000));
    let door = metrics.door("standard");
    door.count(Ok(()), Duration::from_millis(2));
    door.count(Ok(()), Duration::from_millis(2));
    door.count(Err(Reason::SecretWrong), Duration::from_secs(60));
    metrics.tokens_issued("standard", "sealed").inc();
    metrics.gate("crew").refused.inc_by(3);
    metrics.memory("tokens").hits.inc_by(7);
    metrics.mail().failed.inc();
    metrics.mail().waiting.set(4);
    metrics.log_lines_dropped().inc_by(5);
    metrics.usage_rows_dropped().inc_by(4);
    let text = metrics.text(Timestamp::from_unix(1090), 11);
    let samples = samples(&text);
    for (name, value) in [
        (r#"portreeve_build_info{version="1.2.3"}"#, 1.0),
        ("portreeve_uptime_seconds", 90.0),
        (r#"portreeve_requests_total{door="standard",outcome="ok"}"#, 2.0),
        (r#"portreeve_requests_total{door="standard",outcome="secret_wrong"}"#, 1.0),
        (r#"portreeve_request_duration_seconds_count{door="standard"}"#, 3.0),
        (r#"portreeve_request_duration_seconds_bucket{le="0.001",door="standard"}"#, 0.0),
        (r#"portreeve_request_duration_seconds_bucket{le="0.0025",door="standard"}"#, 2.0),
        (r#"portreeve_request_duration_seconds_bucket{le="+Inf",door="standard"}"#, 3.0),
        (r#"portreeve_tokens_issued_total{dialect="standard",format="sealed"}"#, 1.0),
        (r#"portreeve_gate_decisions_total{service="crew",verdict="refused"}"#, 3.0),
        (r#"portreeve_gate_decisions_total{service="crew",verdict="allowed"}"#, 0.0),
        (r#"portreeve_memory_lookups_total{memory="tokens",outcome="hit"}"#, 7.0),
        (r#"portreeve_mails_total{outcome="failed"}"#, 1.0),
        ("portreeve_mails_waiting", 4.0),
        ("portreeve_access_log_lines_dropped_total", 5.0),
        ("portreeve_usage_rows_dropped_total", 4.0),
        ("portreeve_statements_total", 11.0),
    ] {
        assert_eq!(samples.get(name), Some(&value), "{name} in\n{text}");
    }
}

#[test]
fn every_reason_has_its_own_series() {
    let metrics = Metrics::new("1", Timestamp::EPOCH);
    let door = metrics.door("gate:crew");
    for row in TABLE {
        door.count(Err(row.reason), Duration::ZERO);
    }
    let text = metrics.text(Timestamp::EPOCH, 0);
    let samples = samples(&text);
    for row in TABLE {
        let name =
            format!(r#"portreeve_requests_total{{door="gate:crew",outcome="{}"}}"#, row.slug);
        assert_eq!(samples.get(name.as_str()), Some(&1.0), "{name}");
    }
}

#[test]
fn two_handles_of_one_door_are_one_door() {
    let metrics = Metrics::new("1", Timestamp::EPOCH);
    metrics.door("a").count(Err(Reason::ScopeUnknown), Duration::ZERO);
    metrics.door("a").count(Err(Reason::ScopeUnknown), Duration::ZERO);
    let text = metrics.text(Timestamp::EPOCH, 0);
    let name = r#"portreeve_requests_total{door="a",outcome="scope_unknown"}"#;
    assert_eq!(samples(&text).get(name), Some(&2.0));
}
