//! How a configuration file is read: every mistake is said at once, with its line, its key and what to do.

pub mod checklist;
mod complaints;
mod document;
mod known;
mod source;

pub use checklist::Checklist;
pub use complaints::{Complaint, Complaints};
pub use document::{Document, Kind, Places, Section};
pub use known::{KnownTable, known_keys, nearest};
pub use source::Source;

use serde::Deserialize;

/// `[log]`: what is written to standard error, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// The least important records that are still written.
    pub level: LogLevel,
    /// How a record looks.
    pub format: LogFormat,
}

/// How important a record must be to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing is written.
    Off,
    /// Something failed that should not have.
    Error,
    /// Something that an operator should look at.
    Warn,
    /// What the daemon is doing, a few lines a day.
    #[default]
    Info,
    /// Each request.
    Debug,
    /// Each step of a request.
    Trace,
}

/// How a record looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object on each line.
    Json,
}

impl LogLevel {
    /// As the log's facade has it.
    pub fn filter(self) -> log::LevelFilter {
        match self {
            LogLevel::Off => log::LevelFilter::Off,
            LogLevel::Error => log::LevelFilter::Error,
            LogLevel::Warn => log::LevelFilter::Warn,
            LogLevel::Info => log::LevelFilter::Info,
            LogLevel::Debug => log::LevelFilter::Debug,
            LogLevel::Trace => log::LevelFilter::Trace,
        }
    }
}
