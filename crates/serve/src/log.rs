//! The log, on standard error: lines for people or JSON.

use std::io::stderr;

use tracing_subscriber::{filter::LevelFilter, fmt};

/// From which weight on lines are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Off,
    /// What is at fault.
    Error,
    /// What is odd too.
    Warn,
    /// A line a request too.
    Info,
}

/// Starts the log of this process; a second start changes nothing.
pub fn start(level: Level, json: bool) {
    let filter = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
    };
    let lines = fmt().with_max_level(filter).with_writer(stderr).with_target(false);
    // That a log is there already is no fault.
    let _ = if json {
        tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish())
    } else {
        tracing::subscriber::set_global_default(lines.finish())
    };
}
