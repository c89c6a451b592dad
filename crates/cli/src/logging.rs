//! Operational events (not the access log) go to standard error.

use portreeve_server::config::log::LogFormat;
use tracing::Level;

/// Starts to print events from `level` upwards. Only the first call counts.
pub(crate) fn start(format: LogFormat, level: Level) {
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    // Refused when it was started before: then that is how it stays.
    let _ = match format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
}
