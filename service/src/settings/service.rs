//! `[service]` and `[storage_root_key]`: sockets, state, and the key that seals all others.

use std::path::{Path, PathBuf};

use super::checklist::Checklist;
use super::{BackendSettings, ProviderSettings};
use crate::config::{ServiceConfig, StorageRootKeyConfig};

/// The name of the storage root key's file in the state directory, if no other is configured.
const ROOT_KEY_FILE: &str = "storage-root.key";

/// The most sockets beside the first: each is a descriptor and a place in every core's event loop.
const MAX_FURTHER_SOCKETS: usize = 16;

/// Sockets, state, and what is allowed at all. All paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSettings {
    /// The socket that clients connect to; at most 107 bytes.
    pub socket_path: PathBuf,
    /// More sockets with the same meaning; at most 107 bytes each, all different.
    pub further_socket_paths: Vec<PathBuf>,
    /// The file mode of the sockets, 0 to 0o777.
    pub socket_mode: u32,
    /// The socket for the identity provider and for operators; none if not wanted.
    pub admin_socket_path: Option<PathBuf>,
    /// The group that may connect to it; none for the service's own.
    pub admin_socket_group: Option<Group>,
    /// The socket where metrics can be read; none if not wanted.
    pub metrics_socket_path: Option<PathBuf>,
    /// The folder of the key store.
    pub state_directory: PathBuf,
    /// Whether weak algorithms and key sizes may be used.
    pub allow_deprecated: bool,
    /// Whether starting as root is an error and not only a warning.
    pub refuse_root: bool,
    /// Whether applications that run as the user of a daemon of ours are refused.
    pub refuse_shared_uid: bool,
}

/// A group of the host, as the configuration says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// By its number.
    Gid(u32),
    /// By its name, which is looked up when the socket is bound.
    Named(String),
}

impl ServiceSettings {
    /// Every socket that clients connect to, the main one first.
    pub fn socket_paths(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.socket_path).chain(&self.further_socket_paths).map(PathBuf::as_path)
    }
}

/// Where the key is that seals all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageRootKeySettings {
    /// A file, made when the store is; an absolute path.
    File(PathBuf),
    /// A systemd credential: a file of this name in `$CREDENTIALS_DIRECTORY`. It is one path component.
    Credential(String),
    /// A file whose path this environment variable holds. The name is one that a shell can set.
    Environment(String),
    /// The store itself, where the token of the provider of this name seals it. It is one of [`super::Settings::providers`],
    /// and not a software provider.
    Provider(String),
}

pub(super) fn check(config: &ServiceConfig, checklist: &mut Checklist<'_>) -> ServiceSettings {
    let socket_path = checklist.socket_path("service.socket_path", &config.socket_path);
    let further_socket_paths: Vec<PathBuf> = config
        .further_socket_paths
        .iter()
        .map(|path| checklist.socket_path("service.further_socket_paths", path))
        .collect();
    let admin = config.admin_socket_path.as_deref();
    let admin_socket_path = admin.map(|path| checklist.socket_path("service.admin_socket_path", path));
    let admin_socket_group = config.admin_socket_group.as_deref().map(|group| self::group(group, checklist));
    if admin_socket_group.is_some() && admin_socket_path.is_none() {
        checklist
            .complain("service.admin_socket_group", "needs admin_socket_path, the socket that the group is to have");
    }
    let metrics = config.metrics_socket_path.as_deref();
    let metrics_socket_path = metrics.map(|path| checklist.socket_path("service.metrics_socket_path", path));
    let state_directory = checklist.path("service.state_directory", &config.state_directory);

    if further_socket_paths.len() > MAX_FURTHER_SOCKETS {
        let text = format!("has {} paths; at most {MAX_FURTHER_SOCKETS} are possible", further_socket_paths.len());
        checklist.complain("service.further_socket_paths", text);
    }
    let mut seen = vec![&socket_path];
    let further = further_socket_paths.iter().map(|path| ("service.further_socket_paths", path));
    let admin = admin_socket_path.iter().map(|path| ("service.admin_socket_path", path));
    let metrics = metrics_socket_path.iter().map(|path| ("service.metrics_socket_path", path));
    for (key, path) in further.chain(admin).chain(metrics) {
        if seen.contains(&path) {
            checklist.complain(key, format!("{} is already another socket's path; choose another", path.display()));
        }
        seen.push(path);
    }
    if config.socket_mode > 0o777 {
        let mode = config.socket_mode;
        let text = format!("{mode} is not a file mode; write it in octal, as in 0o666 (0o777 at most)");
        checklist.complain("service.socket_mode", text);
    }
    ServiceSettings {
        socket_path,
        further_socket_paths,
        socket_mode: config.socket_mode,
        admin_socket_path,
        admin_socket_group,
        metrics_socket_path,
        state_directory,
        allow_deprecated: config.allow_deprecated,
        refuse_root: config.refuse_root,
        refuse_shared_uid: config.refuse_shared_uid,
    }
}

fn group(text: &str, checklist: &mut Checklist<'_>) -> Group {
    if text.is_empty() || text.contains([':', '\n', '\0']) {
        checklist.complain("service.admin_socket_group", "must be a group's name, or its number in digits");
    }
    text.parse().map_or_else(|_| Group::Named(text.to_owned()), Group::Gid)
}

pub(super) fn check_root_key(
    config: &StorageRootKeyConfig,
    service: &ServiceSettings,
    providers: &[ProviderSettings],
    checklist: &mut Checklist<'_>,
) -> StorageRootKeySettings {
    match config {
        StorageRootKeyConfig::File(file) => StorageRootKeySettings::File(match &file.path {
            Some(path) => checklist.path("storage_root_key.path", path),
            None => service.state_directory.join(ROOT_KEY_FILE),
        }),
        StorageRootKeyConfig::Credential(credential) => {
            let name = credential.name.clone().unwrap_or_default();
            if name.is_empty() {
                checklist.complain("storage_root_key.name", "missing; write the name of the systemd credential");
            } else if name == "." || name == ".." || name.contains(['/', '\0']) {
                checklist.complain("storage_root_key.name", "must be a credential's name, without a slash");
            }
            StorageRootKeySettings::Credential(name)
        }
        StorageRootKeyConfig::Environment(environment) => {
            let variable = environment.variable.clone().unwrap_or_default();
            let valid = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            if variable.is_empty() {
                let text = "missing; write the name of the variable that holds the key file's path";
                checklist.complain("storage_root_key.variable", text);
            } else if !variable.chars().all(valid) || variable.starts_with(|first: char| first.is_ascii_digit()) {
                let text = format!("{variable:?} is not a variable's name; use letters, digits and _");
                checklist.complain("storage_root_key.variable", text);
            }
            StorageRootKeySettings::Environment(variable)
        }
        StorageRootKeyConfig::Provider(sealed) => {
            let name = sealed.provider.clone().unwrap_or_default();
            let found = providers.iter().find(|provider| provider.name == name);
            let complaint = match found.map(|provider| &provider.backend) {
                _ if name.is_empty() => {
                    Some("missing; write the name of the provider whose token seals the key".to_owned())
                }
                None => Some(format!("no [[provider]] has the name {name:?}")),
                Some(BackendSettings::Software(_)) => Some(format!(
                    "{name:?} keeps its own keys in the store; name a provider of kind \"pkcs11\" or \"tpm\""
                )),
                Some(_) => None,
            };
            if let Some(text) = complaint {
                checklist.complain("storage_root_key.provider", text);
            }
            StorageRootKeySettings::Provider(name)
        }
    }
}
