//! Records of what happens, to standard error: a line for people or a JSON object for machines, each in one write.
//! Whatever a client may have named is escaped, so that no name can forge a line or speak to a terminal.

mod line;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use crate::config::{LogConfig, LogFormat};

static LOGGER: Logger = Logger { json: AtomicBool::new(false) };

/// Logs as a configuration says from now on. The first call starts the log, later ones change it (on reload).
pub fn apply(config: &LogConfig) {
    set(config.level.filter(), config.format);
}

/// The same, from this level on and in this format.
pub fn set(level: log::LevelFilter, format: LogFormat) {
    LOGGER.json.store(format == LogFormat::Json, Ordering::Relaxed);
    // It fails only if a logger is set already, and the only one in this program is ours.
    let _ = log::set_logger(&LOGGER);
    log::set_max_level(level);
}

/// How records look now.
pub fn format() -> LogFormat {
    if LOGGER.json.load(Ordering::Relaxed) { LogFormat::Json } else { LogFormat::Text }
}

struct Logger {
    json: AtomicBool,
}

impl log::Log for Logger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        // Libraries call an error what we answer or repair: theirs are for whoever looks for a fault.
        let ours = metadata.target().starts_with("keystead");
        metadata.level() <= log::max_level() && (ours || log::max_level() == log::LevelFilter::Trace)
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = match self.json.load(Ordering::Relaxed) {
            true => line::json(record, SystemTime::now()),
            false => line::text(record, SystemTime::now()),
        };
        // There is nowhere to say that standard error is gone, and that is no reason to stop serving keys.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardening::child;

    /// In a child, since a process has one log: it starts as text, and a reload makes it JSON and quieter.
    #[test]
    fn a_reload_changes_format_and_level() {
        let name = "logging::tests::a_reload_changes_format_and_level";
        let Some(mut command) = child::command(name) else {
            set(log::LevelFilter::Info, LogFormat::Text);
            log::info!(tenant = "a\nb"; "first");
            set(log::LevelFilter::Warn, LogFormat::Json);
            log::info!("left out");
            log::warn!(count = 2; "second");
            return;
        };
        let written = String::from_utf8(child::succeed(&mut command).stderr).unwrap();
        let lines: Vec<&str> = written.lines().filter(|line| line.contains(module_path!())).collect();
        assert_eq!(lines.len(), 2, "{written}");
        assert!(lines[0].ends_with(r#" first tenant="a\nb""#), "{written}");
        assert!(lines[1].starts_with('{') && lines[1].ends_with(r#""message":"second","fields":{"count":2}}"#));
    }
}
