//! `[[authenticator]]`: what an operator may write about the ways to learn who asks.

use keystead_daemon::config::{Kind, known_keys};
use serde::Deserialize;

/// `[[authenticator]]`: one way to learn who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthenticatorConfig {
    /// `kind = "unix-peer-credentials"`
    UnixPeerCredentials(PeerCredentialsConfig),
    /// `kind = "jwt"`
    Jwt(JwtConfig),
    /// `kind = "jwt-svid"`
    JwtSvid(JwtSvidConfig),
    /// `kind = "direct"`
    Direct(DirectConfig),
}

pub(super) const AUTHENTICATOR_KINDS: &[Kind<AuthenticatorConfig>] = &[
    Kind {
        name: "unix-peer-credentials",
        keys: known_keys::<PeerCredentialsConfig>,
        read: |section| AuthenticatorConfig::UnixPeerCredentials(section.read()),
    },
    Kind { name: "jwt", keys: known_keys::<JwtConfig>, read: |section| AuthenticatorConfig::Jwt(section.read()) },
    Kind {
        name: "jwt-svid",
        keys: known_keys::<JwtSvidConfig>,
        read: |section| AuthenticatorConfig::JwtSvid(section.read()),
    },
    Kind {
        name: "direct",
        keys: known_keys::<DirectConfig>,
        read: |section| AuthenticatorConfig::Direct(section.read()),
    },
];

/// The uid that the kernel confirms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeerCredentialsConfig {
    /// The uids with admin rights, in digits; `self` is the service's own.
    pub admins: Vec<String>,
    /// Whether processes of other user and pid namespaces are served.
    pub allow_other_namespaces: bool,
    /// Whether a uid that went to another account is refused until an administrator releases it.
    pub quarantine_recycled_uids: bool,
    /// Where the accounts of the host are written, in the form of passwd(5).
    pub accounts_file: String,
}

impl Default for PeerCredentialsConfig {
    fn default() -> Self {
        PeerCredentialsConfig {
            admins: Vec::new(),
            allow_other_namespaces: true,
            quarantine_recycled_uids: false,
            accounts_file: "/etc/passwd".into(),
        }
    }
}

/// A token of the identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JwtConfig {
    /// Whose applications are served.
    pub trust_domain: Option<String>,
    /// The service's own SPIFFE ID, for which tokens must be; `spiffe://TRUST_DOMAIN/keystead-service` if left out.
    pub audience: Option<String>,
    /// The SPIFFE IDs with admin rights.
    pub admins: Vec<String>,
    /// As whom the identity provider runs: a uid in digits, the name of an account, or `self` for the service's own.
    pub identity_provider_user: Option<String>,
    /// The cgroup in which it runs, if it must.
    pub identity_provider_cgroup: Option<String>,
    /// The systemd unit as which it runs, if it must.
    pub identity_provider_unit: Option<String>,
    /// Whether processes are pinned by their pid, where the kernel cannot pin who connected.
    pub pin_by_pid: bool,
}

/// A token of another SPIFFE issuer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JwtSvidConfig {
    /// Whose applications are served.
    pub trust_domain: Option<String>,
    /// What must be among a token's audiences.
    pub audience: String,
    /// The SPIFFE IDs with admin rights.
    pub admins: Vec<String>,
    /// A file with the trust domain's keys (JWKS).
    pub bundle_path: Option<String>,
    /// The socket of a SPIFFE Workload API that tells them.
    pub workload_api_socket_path: Option<String>,
}

impl Default for JwtSvidConfig {
    fn default() -> Self {
        JwtSvidConfig {
            trust_domain: None,
            audience: "parsec".into(),
            admins: Vec::new(),
            bundle_path: None,
            workload_api_socket_path: None,
        }
    }
}

/// The name that the application gives itself: proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectConfig {
    /// The application names with admin rights.
    pub admins: Vec<String>,
}
