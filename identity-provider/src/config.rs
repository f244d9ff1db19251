//! What an operator may write in the configuration file: one struct for each table, with the defaults that
//! `config.toml` shows. Nothing is judged here beyond names and types; `settings` does that.

use std::collections::BTreeMap;

use keystead_daemon::config::{Complaint, Document, KnownTable, LogConfig, Places, known_keys};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `[identity_provider]`
    pub identity_provider: IdentityProviderConfig,
    /// `[orchestrator]`
    pub orchestrator: OrchestratorConfig,
    /// `[log]`
    pub log: LogConfig,
    /// `[[service]]`, in the order of the file; `None` stands where a table could not be understood.
    pub services: Vec<Option<ServiceConfig>>,
    /// `[[mapping]]`, as above.
    pub mappings: Vec<Option<MappingConfig>>,
}

impl Config {
    /// Reads the text of a configuration file. What could not be understood has its default and a complaint.
    pub fn read(text: &str) -> (Config, Places, Vec<Complaint>) {
        let mut document = match Document::parse(text) {
            Ok(document) => document,
            Err(complaints) => return (Config::default(), Places::default(), complaints),
        };
        let config = Config {
            identity_provider: document.table("identity_provider", |section| section.read()),
            orchestrator: document.table("orchestrator", |section| section.read()),
            log: document.table("log", |section| section.read()),
            services: document.tables("service", |section| Some(section.read())),
            mappings: document.tables("mapping", |section| Some(section.read())),
        };
        let (places, complaints) = document.finish(&Config::known());
        (config, places, complaints)
    }

    /// Every key that may be written.
    pub fn known() -> Vec<KnownTable> {
        vec![
            KnownTable::plain("identity_provider", known_keys::<IdentityProviderConfig>()),
            KnownTable::plain("orchestrator", known_keys::<OrchestratorConfig>()),
            KnownTable::plain("log", known_keys::<LogConfig>()),
            KnownTable::plain("service", known_keys::<ServiceConfig>()),
            KnownTable::plain("mapping", known_keys::<MappingConfig>()),
        ]
    }
}

/// `[identity_provider]`: the sockets, and what tokens are like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityProviderConfig {
    /// The socket where applications fetch tokens.
    pub socket_path: String,
    /// Its file mode, and that of the SPIFFE Workload API's.
    pub socket_mode: u32,
    /// The socket of the SPIFFE Workload API; empty if it is not served.
    pub workload_api_socket_path: String,
    /// The socket of the orchestrator.
    pub admin_socket_path: String,
    /// The group that may connect to it, by its number; the daemon's own if left out.
    pub admin_socket_group: Option<u32>,
    /// Whose identities are given.
    pub trust_domain: String,
    /// How long a token is good, in seconds.
    pub token_lifetime_s: u64,
    /// How often the key that signs tokens is made anew, in seconds.
    pub intermediate_cadence_s: u64,
    /// Whether starting as root is an error and not only a warning.
    pub refuse_root: bool,
    /// Whether processes with this daemon's own uid get no tokens.
    pub refuse_shared_uid: bool,
}

impl Default for IdentityProviderConfig {
    fn default() -> Self {
        IdentityProviderConfig {
            socket_path: ".keystead/identity.sock".into(),
            workload_api_socket_path: ".keystead/spiffe.sock".into(),
            socket_mode: 0o666,
            admin_socket_path: ".keystead/admin/identity-admin.sock".into(),
            admin_socket_group: None,
            trust_domain: "localhost".into(),
            token_lifetime_s: 300,
            intermediate_cadence_s: 600,
            refuse_root: false,
            refuse_shared_uid: false,
        }
    }
}

/// `[orchestrator]`: whose word on applications is taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrchestratorConfig {
    /// Its uids, in digits, or names of accounts; `self` is the daemon's own.
    pub uids: Vec<String>,
    /// The cgroup in which it runs, or above it; any if left out.
    pub cgroup: Option<String>,
    /// The systemd unit that it is; any if left out.
    pub systemd_unit: Option<String>,
}

impl Default for OrchestratorConfig {
    fn default() -> Self {
        OrchestratorConfig { uids: vec!["self".into()], cgroup: None, systemd_unit: None }
    }
}

/// `[[service]]`: one that shall believe our tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceConfig {
    /// Its admin socket.
    pub admin_socket_path: Option<String>,
    /// Its SPIFFE ID: the audience of its tokens.
    pub spiffe_id: Option<String>,
}

/// `[[mapping]]`: which definitions get which identity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MappingConfig {
    /// The identity, with placeholders.
    pub identity: Option<String>,
    /// Uids that the definition must name one of; any if left out.
    pub uids: Option<Vec<u32>>,
    /// Labels that it must have, with their values; `*` is any value.
    pub labels: BTreeMap<String, String>,
    /// Digests of images that it must name one of; any if left out.
    pub image_digests: Option<Vec<String>>,
    /// The selectors that it must have.
    pub selectors: Vec<String>,
    /// The kinds of evidence that its proof must have beside that of the process.
    pub evidence: Vec<String>,
    /// Public keys of whom one must have signed the image.
    pub image_keys: Vec<String>,
    /// Public keys of TPMs of whom one must have quoted.
    pub host_keys: Vec<String>,
}
