//! `[[authenticator]]`: the ways to learn who asks.

mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use keystead_interface::codes::AuthKind;
use keystead_trust::spiffe_id::TrustDomain;

use super::checklist::Checklist;
use crate::config::{AuthenticatorConfig, Config, DirectConfig, PeerCredentialsConfig};

/// The uid that stands for every uid without a mapping in our user namespace (`/proc/sys/kernel/overflowuid`).
const OVERFLOW_UID: u32 = 65_534;

/// One way to learn who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthenticatorSettings {
    /// The uid that the kernel confirms.
    UnixPeerCredentials(PeerCredentialsSettings),
    /// A token of the identity provider.
    Jwt(JwtSettings),
    /// A token of another SPIFFE issuer.
    JwtSvid(JwtSvidSettings),
    /// The name that the application gives itself; proves nothing. Only with `service.allow_insecure = true`.
    Direct(DirectSettings),
}

impl AuthenticatorSettings {
    /// Its number on the wire.
    pub fn kind(&self) -> AuthKind {
        match self {
            AuthenticatorSettings::UnixPeerCredentials(_) => AuthKind::UNIX_PEER_CREDENTIALS,
            AuthenticatorSettings::Jwt(_) => AuthKind::JWT,
            AuthenticatorSettings::JwtSvid(_) => AuthKind::JWT_SVID,
            AuthenticatorSettings::Direct(_) => AuthKind::DIRECT,
        }
    }
}

/// What an operator should know about authenticators that are configured together.
pub(super) fn warnings(authenticators: &[AuthenticatorSettings]) -> Vec<&'static str> {
    let has = |is: fn(&AuthenticatorSettings) -> bool| authenticators.iter().any(is);
    let containers = |one: &AuthenticatorSettings| matches!(one, AuthenticatorSettings::UnixPeerCredentials(peer) if peer.allow_other_namespaces);
    let mut warnings = Vec::new();
    if has(|one| matches!(one, AuthenticatorSettings::Jwt(_))) && has(containers) {
        warnings.push(
            "applications may show a uid instead of a token, and containers without a user namespace show the host's: \
             allow_other_namespaces = false under \"unix-peer-credentials\" leaves them the token only",
        );
    }
    warnings
}

/// The uid that the kernel confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCredentialsSettings {
    /// Who has admin rights.
    pub admins: BTreeSet<PeerAdmin>,
    /// Whether processes of other user and pid namespaces are served.
    pub allow_other_namespaces: bool,
    /// Whether a uid that went to another account is refused until an administrator releases it.
    pub quarantine_recycled_uids: bool,
    /// Where the accounts of the host are written; an absolute path.
    pub accounts_file: PathBuf,
}

impl PeerCredentialsSettings {
    /// The uids with admin rights, where the service itself runs as `own`.
    pub fn admin_uids(&self, own: u32) -> BTreeSet<u32> {
        let uid = |admin: &PeerAdmin| match admin {
            PeerAdmin::Own => own,
            PeerAdmin::Uid(uid) => *uid,
        };
        self.admins.iter().map(uid).collect()
    }
}

/// A uid with admin rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeerAdmin {
    /// The uid that the service runs as.
    Own,
    /// This uid.
    Uid(u32),
}

/// The name that the application gives itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectSettings {
    /// The names with admin rights; none is empty.
    pub admins: BTreeSet<String>,
}

/// A token of the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtSettings {
    /// Whose applications are served.
    pub trust_domain: TrustDomain,
    /// The service's own SPIFFE ID, in that domain.
    pub audience: String,
    /// The SPIFFE IDs with admin rights, in that domain.
    pub admins: BTreeSet<String>,
    /// As whom the identity provider runs.
    pub identity_provider_user: User,
    /// The cgroup in which it must run; none if it may be any.
    pub identity_provider_cgroup: Option<String>,
    /// The systemd unit as which it must run; none if it may be any.
    pub identity_provider_unit: Option<String>,
    /// How processes are pinned.
    pub pinning: Pinning,
}

/// How the process at the other end of a socket is pinned, so that it is not taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinning {
    /// By the kernel, since the connect (Linux 6.5).
    ByKernel,
    /// By its pid, where the kernel cannot: one that was given to another process since the connect is not noticed.
    OrByPid,
}

/// A user of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// The one that the service runs as.
    Own,
    /// By its number.
    Uid(u32),
    /// By the name of its account, which is looked up when the service is made.
    Named(String),
}

/// A token of another SPIFFE issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtSvidSettings {
    /// Whose applications are served.
    pub trust_domain: TrustDomain,
    /// What must be among a token's audiences; not empty.
    pub audience: String,
    /// The SPIFFE IDs with admin rights, in that domain.
    pub admins: BTreeSet<String>,
    /// Where the trust domain's keys are.
    pub bundle: BundleSource,
}

/// Where the keys of a trust domain are; an absolute path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleSource {
    /// In a file.
    File(PathBuf),
    /// With a SPIFFE Workload API that listens on this socket.
    WorkloadApi(PathBuf),
}

pub(super) fn check(config: &Config, checklist: &mut Checklist<'_>) -> Vec<AuthenticatorSettings> {
    if config.authenticators.is_empty() {
        let text = "there is none; add [[authenticator]] with kind = \"unix-peer-credentials\"";
        checklist.complain("authenticator", text);
    }
    let mut first_of: BTreeMap<u8, usize> = BTreeMap::new();
    let mut settings = Vec::new();
    for (index, authenticator) in config.authenticators.iter().enumerate() {
        let Some(authenticator) = authenticator else { continue };
        let path = format!("authenticator[{index}]");
        let checked = match authenticator {
            AuthenticatorConfig::UnixPeerCredentials(peer) => peer_credentials(peer, config, &path, checklist),
            AuthenticatorConfig::Jwt(jwt) => tokens::jwt(jwt, config, &path, checklist),
            AuthenticatorConfig::JwtSvid(svid) => tokens::jwt_svid(svid, &path, checklist),
            AuthenticatorConfig::Direct(direct) => self::direct(direct, config, &path, checklist),
        };
        if let Some(first) = first_of.insert(checked.kind().0, index) {
            let at = checklist.at(&format!("authenticator[{first}]"));
            checklist.complain(&format!("{path}.kind"), format!("this kind is configured already{at}; remove one"));
        }
        settings.push(checked);
    }
    settings
}

fn peer_credentials(
    config: &PeerCredentialsConfig,
    whole: &Config,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> AuthenticatorSettings {
    let accounts_file = checklist.path(&format!("{path}.accounts_file"), &config.accounts_file);
    let path = format!("{path}.admins");
    let mut admins = BTreeSet::new();
    if whole.service.refuse_shared_uid && config.admins.iter().any(|admin| admin == "self") {
        checklist.complain(&path, "\"self\" cannot be an admin, since refuse_shared_uid under [service] refuses it");
    }
    for text in &config.admins {
        match (text.as_str(), text.parse::<u32>()) {
            ("self", _) => {
                admins.insert(PeerAdmin::Own);
            }
            (_, Ok(OVERFLOW_UID | u32::MAX)) => {
                checklist.complain(&path, format!("uid {text} stands for nobody in particular and cannot be an admin"));
            }
            (_, Ok(uid)) => {
                admins.insert(PeerAdmin::Uid(uid));
            }
            (_, Err(_)) => {
                let text = format!("{text:?} is neither \"self\" nor a uid in digits (`id -u NAME` prints a user's)");
                checklist.complain(&path, text);
            }
        }
    }
    AuthenticatorSettings::UnixPeerCredentials(PeerCredentialsSettings {
        admins,
        allow_other_namespaces: config.allow_other_namespaces,
        quarantine_recycled_uids: config.quarantine_recycled_uids,
        accounts_file,
    })
}

fn direct(config: &DirectConfig, whole: &Config, path: &str, checklist: &mut Checklist<'_>) -> AuthenticatorSettings {
    if !whole.service.allow_insecure {
        let text = "\"direct\" believes any name that a client gives; if that is meant, set allow_insecure = true \
                    under [service]";
        checklist.complain(&format!("{path}.kind"), text);
    }
    if config.admins.iter().any(String::is_empty) {
        checklist.complain(&format!("{path}.admins"), "contains an empty name, which no application can have");
    }
    AuthenticatorSettings::Direct(DirectSettings { admins: config.admins.iter().cloned().collect() })
}
