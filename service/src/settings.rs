//! The configuration, checked: values that need no second look. Everything that is wrong is said at once.

mod authenticators;
mod checklist;
mod limits;
mod providers;
mod secret;
mod service;
mod source;

use std::path::Path;

pub use authenticators::{AuthenticatorSettings, BundleSource, Pinning, User};
pub use limits::LimitSettings;
#[cfg(feature = "tpm")]
pub use providers::TpmSettings;
pub use providers::{BackendSettings, Engine, Pkcs11Settings, ProviderSettings, SoftwareSettings, Token};
pub use secret::{SecretError, SecretSource};
pub use service::{Group, ServiceSettings, StorageRootKeySettings};
pub use source::Source;

pub use crate::config::{Complaint, Complaints, LogFormat};
use crate::config::{Config, LogConfig, LogLevel};
use checklist::Checklist;

/// What the service is told to be. Parts can be compared, so that a reload sees what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Sockets, state, and what is allowed at all.
    pub service: ServiceSettings,
    /// Where the key is that seals all others.
    pub storage_root_key: StorageRootKeySettings,
    /// What is logged, and how.
    pub log: LogSettings,
    /// How much of anything is taken on.
    pub limits: LimitSettings,
    /// The ways to learn who asks, in the order of the file (clients take the first that they know); at least one,
    /// and each kind at most once.
    pub authenticators: Vec<AuthenticatorSettings>,
    /// The places where keys live, in the order of the file (the first is every client's default); at least one,
    /// and names and numbers are unique.
    pub providers: Vec<ProviderSettings>,
    /// Whether others than the service can read the file.
    others_read: bool,
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSettings {
    /// The least important records that are still written.
    pub level: log::LevelFilter,
    /// How a record looks.
    pub format: LogFormat,
}

impl Settings {
    /// Checks the text of a configuration. `file` is the name for complaints, `folder` (absolute) is where relative
    /// paths start.
    pub fn from_text(text: &str, file: &str, folder: &Path) -> Result<Settings, Complaints> {
        let (config, places, complaints) = Config::read(text);
        let mut checklist = Checklist::new(places, complaints, folder);
        let service = service::check(&config.service, &mut checklist);
        let authenticators = authenticators::check(&config, &mut checklist);
        let providers = providers::check(&config, &mut checklist);
        let root_key = service::check_root_key(&config.storage_root_key, &service, &providers, &mut checklist);
        let settings = Settings {
            storage_root_key: root_key,
            log: log_settings(&config.log),
            limits: limits::check(&config.limits, &mut checklist),
            authenticators,
            providers,
            service,
            others_read: false,
        };
        match checklist.finish() {
            complaints if complaints.is_empty() => Ok(settings),
            complaints => Err(Complaints::new(file, complaints)),
        }
    }

    /// What is good, and probably not meant.
    pub fn warnings(&self) -> Vec<&'static str> {
        let mut warnings = authenticators::warnings(&self.authenticators);
        if self.others_read && self.providers.iter().any(ProviderSettings::shows_pin) {
            warnings.push(
                "a user_pin is written in the configuration file, which others than the service can read: \
                 take the right to from them, or write user_pin_file",
            );
        }
        warnings
    }

    /// The keys in which `new` differs and that only a restart can change: the sockets are bound and the store is
    /// open. Empty if a reload may go on.
    pub fn needs_restart(&self, new: &Settings) -> Vec<String> {
        let (old_service, new_service) = (&self.service, &new.service);
        let fixed = [
            ("service.socket_path", old_service.socket_path != new_service.socket_path),
            ("service.socket_mode", old_service.socket_mode != new_service.socket_mode),
            ("service.further_socket_paths", old_service.further_socket_paths != new_service.further_socket_paths),
            ("service.admin_socket_path", old_service.admin_socket_path != new_service.admin_socket_path),
            ("service.admin_socket_group", old_service.admin_socket_group != new_service.admin_socket_group),
            ("service.metrics_socket_path", old_service.metrics_socket_path != new_service.metrics_socket_path),
            ("service.state_directory", old_service.state_directory != new_service.state_directory),
        ];
        fixed.into_iter().filter(|(_, changed)| *changed).map(|(key, _)| key.to_owned()).collect()
    }
}

fn log_settings(config: &LogConfig) -> LogSettings {
    let level = match config.level {
        LogLevel::Off => log::LevelFilter::Off,
        LogLevel::Error => log::LevelFilter::Error,
        LogLevel::Warn => log::LevelFilter::Warn,
        LogLevel::Info => log::LevelFilter::Info,
        LogLevel::Debug => log::LevelFilter::Debug,
        LogLevel::Trace => log::LevelFilter::Trace,
    };
    LogSettings { level, format: config.format }
}

#[cfg(test)]
mod tests;
