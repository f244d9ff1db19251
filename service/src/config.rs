//! What an operator may write in the configuration file: one struct for each table, with the defaults that
//! `config.toml` shows. Nothing is judged here beyond names and types; `settings` does that.

mod authenticators;
mod pin;
mod providers;

use serde::Deserialize;

use authenticators::AUTHENTICATOR_KINDS;
pub use authenticators::{AuthenticatorConfig, DirectConfig, JwtConfig, JwtSvidConfig, PeerCredentialsConfig};
pub use keystead_daemon::config::{Complaint, Complaints, KnownTable, LogConfig, LogFormat, LogLevel, Places};
use keystead_daemon::config::{Document, Kind, known_keys};
pub use pin::Pin;
use providers::PROVIDER_KINDS;
pub use providers::{EngineConfig, IsolationConfig, Pkcs11Config, ProviderConfig, SoftwareConfig, TpmConfig};

/// The whole file. Each part that is left out has the values of its `Default`; the two lists are empty then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `[service]`
    pub service: ServiceConfig,
    /// `[storage_root_key]`
    pub storage_root_key: StorageRootKeyConfig,
    /// `[log]`
    pub log: LogConfig,
    /// `[limits]`
    pub limits: LimitsConfig,
    /// `[[authenticator]]`, in the order of the file; `None` stands where a table could not be understood, so that
    /// positions still agree with the file.
    pub authenticators: Vec<Option<AuthenticatorConfig>>,
    /// `[[provider]]`, in the order of the file; `None` as above.
    pub providers: Vec<Option<ProviderConfig>>,
}

impl Config {
    /// Reads the text of a configuration file. What could not be understood has its default and a complaint.
    pub fn read(text: &str) -> (Config, Places, Vec<Complaint>) {
        let mut document = match Document::parse(text) {
            Ok(document) => document,
            Err(complaints) => return (Config::default(), Places::default(), complaints),
        };
        let config = Config {
            service: document.table("service", |section| section.read()),
            storage_root_key: document.table("storage_root_key", |section| {
                section.read_kind(STORAGE_ROOT_KEY_KINDS, Some("file")).unwrap_or_default()
            }),
            log: document.table("log", |section| section.read()),
            limits: document.table("limits", |section| section.read()),
            authenticators: document.tables("authenticator", |section| section.read_kind(AUTHENTICATOR_KINDS, None)),
            providers: document.tables("provider", |section| section.read_kind(PROVIDER_KINDS, None)),
        };
        let (places, complaints) = document.finish(&Config::known());
        (config, places, complaints)
    }

    /// Every key that may be written, as (table, kind, keys): the list behind suggestions and documentation.
    pub fn known() -> Vec<KnownTable> {
        let plain = KnownTable::plain;
        let mut known = vec![
            plain("service", known_keys::<ServiceConfig>()),
            plain("log", known_keys::<LogConfig>()),
            plain("limits", known_keys::<LimitsConfig>()),
        ];
        known.extend(KnownTable::kinds("storage_root_key", STORAGE_ROOT_KEY_KINDS));
        known.extend(KnownTable::kinds("authenticator", AUTHENTICATOR_KINDS));
        known.extend(KnownTable::kinds("provider", PROVIDER_KINDS));
        known
    }
}

/// `[service]`: the sockets, the state, and what the service allows at all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceConfig {
    /// The socket that clients connect to.
    pub socket_path: String,
    /// The file mode of the sockets.
    pub socket_mode: u32,
    /// More sockets with the same meaning, such as the path that Parsec clients take by default.
    pub further_socket_paths: Vec<String>,
    /// The socket for the identity provider and for operators; none if left out.
    pub admin_socket_path: Option<String>,
    /// The group that may connect to it, by its name or number; the service's own if left out.
    pub admin_socket_group: Option<String>,
    /// The socket where metrics can be read; none if left out.
    pub metrics_socket_path: Option<String>,
    /// The folder of the key store.
    pub state_directory: String,
    /// Whether weak algorithms and key sizes may be used.
    pub allow_deprecated: bool,
    /// Whether keys whose policy says so may leave the service; a provider may differ.
    pub allow_export: bool,
    /// Whether parts that prove nothing about a caller may be configured.
    pub allow_insecure: bool,
    /// Whether starting as root is an error and not only a warning.
    pub refuse_root: bool,
    /// Whether applications that run as the uid of one of our daemons are refused.
    pub refuse_shared_uid: bool,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        ServiceConfig {
            socket_path: ".keystead/service.sock".into(),
            socket_mode: 0o666,
            further_socket_paths: Vec::new(),
            admin_socket_path: None,
            admin_socket_group: None,
            metrics_socket_path: None,
            state_directory: ".keystead/state".into(),
            allow_deprecated: false,
            allow_export: true,
            allow_insecure: false,
            refuse_root: false,
            refuse_shared_uid: false,
        }
    }
}

/// `[storage_root_key]`: where the key is that seals all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageRootKeyConfig {
    /// `kind = "file"`
    File(RootKeyFileConfig),
    /// `kind = "credential"`
    Credential(RootKeyCredentialConfig),
    /// `kind = "environment"`
    Environment(RootKeyEnvironmentConfig),
    /// `kind = "provider"`
    Provider(RootKeyProviderConfig),
}

impl Default for StorageRootKeyConfig {
    fn default() -> Self {
        StorageRootKeyConfig::File(RootKeyFileConfig::default())
    }
}

const STORAGE_ROOT_KEY_KINDS: &[Kind<StorageRootKeyConfig>] = &[
    Kind {
        name: "file",
        keys: known_keys::<RootKeyFileConfig>,
        read: |section| StorageRootKeyConfig::File(section.read()),
    },
    Kind {
        name: "credential",
        keys: known_keys::<RootKeyCredentialConfig>,
        read: |section| StorageRootKeyConfig::Credential(section.read()),
    },
    Kind {
        name: "environment",
        keys: known_keys::<RootKeyEnvironmentConfig>,
        read: |section| StorageRootKeyConfig::Environment(section.read()),
    },
    Kind {
        name: "provider",
        keys: known_keys::<RootKeyProviderConfig>,
        read: |section| StorageRootKeyConfig::Provider(section.read()),
    },
];

/// A file that only the service may read; it is made when the store is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RootKeyFileConfig {
    /// The file; `storage-root.key` in the state directory if left out.
    pub path: Option<String>,
}

/// A systemd credential (`LoadCredential=` or `LoadCredentialEncrypted=`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RootKeyCredentialConfig {
    /// The credential's name.
    pub name: Option<String>,
}

/// A file whose path an environment variable holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RootKeyEnvironmentConfig {
    /// The variable's name.
    pub variable: Option<String>,
}

/// The store itself, where the token of a provider seals it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RootKeyProviderConfig {
    /// The provider's name.
    pub provider: Option<String>,
}

/// `[limits]`: how much of anything the service takes on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// From accept, or the first byte of a further request, to the last byte of the request.
    pub request_deadline_ms: u64,
    /// How long a client may take to accept its answer.
    pub answer_deadline_ms: u64,
    /// How long a kept connection may stay silent between two requests.
    pub idle_timeout_s: u64,
    /// How long requests that have begun may still run after the order to stop.
    pub drain_timeout_ms: u64,
    /// Connections in all.
    pub max_connections: u64,
    /// Connections of one uid.
    pub max_connections_per_uid: u64,
    /// The longest body of a request, in bytes.
    pub max_body_bytes: u64,
    /// Requests of one connection that may be in work at once.
    pub max_pipelined_requests: u64,
    /// Opened keys that are kept for the next request.
    pub max_cached_keys: u64,
    /// Keys of one application.
    pub max_keys_per_application: u64,
    /// Requests that may wait for one provider.
    pub max_queued_requests: u64,
    /// Requests of one application that may wait for one provider.
    pub max_queued_requests_per_application: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            request_deadline_ms: 2_000,
            answer_deadline_ms: 5_000,
            idle_timeout_s: 30,
            drain_timeout_ms: 10_000,
            max_connections: 12_000,
            max_connections_per_uid: 4_000,
            max_body_bytes: 1_048_576,
            max_pipelined_requests: 32,
            max_cached_keys: 4_096,
            max_keys_per_application: 30_000,
            max_queued_requests: 4_096,
            max_queued_requests_per_application: 256,
        }
    }
}
