//! What an operator may write in the daemon's configuration file: one struct for each table, with the defaults that
//! `config.toml` shows. Nothing is judged here beyond names and types; `settings` does that.

use keystead_daemon::config::{Complaint, Document, KnownTable, LogConfig, Places, known_keys};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `[orchestrator]`
    pub orchestrator: OrchestratorConfig,
    /// `[log]`
    pub log: LogConfig,
    /// `[[allow]]`, in the order of the file; `None` stands where a table could not be understood.
    pub allow: Vec<Option<AllowConfig>>,
}

/// `[orchestrator]`: the sockets and the state.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrchestratorConfig {
    /// The socket of `run` and `hook`.
    pub socket_path: String,
    /// Its file mode.
    pub socket_mode: u32,
    /// The identity provider's admin socket.
    pub identity_admin_socket_path: String,
    /// Where the list of running clients is kept.
    pub state_path: String,
    /// Mean time between intermediates.
    pub intermediate_cadence_s: u64,
    /// Whose word on containers is taken.
    pub hook_uids: Vec<String>,
}

/// `[[allow]]`: who may start what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AllowConfig {
    /// Of callers: in digits, names of accounts, or "self".
    pub uids: Vec<String>,
    /// Whole, or with `/*` at the end.
    pub identities: Vec<String>,
}

impl Default for OrchestratorConfig {
    fn default() -> Self {
        OrchestratorConfig {
            socket_path: ".keystead/orchestrator.sock".into(),
            socket_mode: 0o666,
            identity_admin_socket_path: ".keystead/admin/identity-admin.sock".into(),
            state_path: ".keystead/orchestrator".into(),
            intermediate_cadence_s: 600,
            hook_uids: vec!["0".into()],
        }
    }
}

impl Config {
    /// Reads the text of a configuration file. What could not be understood has its default and a complaint.
    pub fn read(text: &str) -> (Config, Places, Vec<Complaint>) {
        let mut document = match Document::parse(text) {
            Ok(document) => document,
            Err(complaints) => return (Config::default(), Places::default(), complaints),
        };
        let config = Config {
            orchestrator: document.table("orchestrator", |section| section.read()),
            log: document.table("log", |section| section.read()),
            allow: document.tables("allow", |section| Some(section.read())),
        };
        let (places, complaints) = document.finish(&Config::known());
        (config, places, complaints)
    }

    /// Every key that may be written.
    pub fn known() -> Vec<KnownTable> {
        vec![
            KnownTable::plain("orchestrator", known_keys::<OrchestratorConfig>()),
            KnownTable::plain("log", known_keys::<LogConfig>()),
            KnownTable::plain("allow", known_keys::<AllowConfig>()),
        ]
    }
}
