//! The log, which every daemon has, as the service's settings want it.

pub use keystead_daemon::logging::format;

use crate::settings::LogSettings;

/// Logs as `settings` say from now on. The first call starts the log, later ones change it (on reload).
pub fn apply(settings: &LogSettings) {
    keystead_daemon::logging::set(settings.level, settings.format);
}
