//! The concrete authenticators.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use keystead_trust::jwks::{KeySet, MAX_SET_BYTES};
use keystead_trust::peer::overflow_uid;

use super::AssemblyError;
use crate::accounts::Accounts;
use crate::authenticate::{Authenticator, BundleStream, Bundles, Direct, Jwt, JwtSvid, PeerCredentials};
use crate::quarantine::Quarantine;
use crate::settings::{AuthenticatorSettings, BundleSource, User};
use crate::trust::Trust;
use crate::trust::identity_provider::IdentityProvider;

/// Where the accounts of the host are, by which users are named.
const ACCOUNTS_FILE: &str = "/etc/passwd";

pub(super) fn authenticator(
    settings: &AuthenticatorSettings,
    quarantine: Option<&Arc<Quarantine>>,
    trust: &Arc<Trust>,
    daemons: &[u32],
    stream: Option<&Arc<BundleStream>>,
) -> Result<Box<dyn Authenticator>, AssemblyError> {
    Ok(match settings {
        AuthenticatorSettings::UnixPeerCredentials(peer) => {
            let admins = peer.admin_uids(own_uid()).into_iter().collect();
            let authenticator = PeerCredentials::new(admins, overflow_uid(), peer.allow_other_namespaces)
                .without_daemons(daemons.to_vec());
            Box::new(match quarantine {
                Some(quarantine) => authenticator.with_quarantine(Arc::clone(quarantine)),
                None => authenticator,
            })
        }
        AuthenticatorSettings::Jwt(jwt) => {
            let (audience, domain, admins) = (jwt.audience.clone(), jwt.trust_domain.clone(), jwt.admins.clone());
            Box::new(Jwt::new(audience, domain, admins, overflow_uid(), jwt.pinning, Arc::clone(trust)))
        }
        AuthenticatorSettings::JwtSvid(svid) => {
            let bundles = match (&svid.bundle, stream) {
                (BundleSource::File(path), _) => {
                    let bundles = Bundles::empty();
                    bundles.replace(bundle(path)?);
                    Arc::new(bundles)
                }
                (BundleSource::WorkloadApi(_), Some(stream)) => Arc::clone(stream.bundles()),
                (BundleSource::WorkloadApi(_), None) => Arc::new(Bundles::empty()),
            };
            let (audience, domain, admins) = (svid.audience.clone(), svid.trust_domain.clone(), svid.admins.clone());
            Box::new(JwtSvid::new(audience, domain, admins, bundles))
        }
        AuthenticatorSettings::Direct(direct) => Box::new(Direct::new(direct.admins.iter().cloned().collect())),
    })
}

/// What keeps the keys of other SPIFFE issuers fresh, if they come so: the one that does already, if it does it for the same.
pub(super) fn bundle_stream(
    authenticators: &[AuthenticatorSettings],
    serving: Option<&Arc<BundleStream>>,
) -> Result<Option<Arc<BundleStream>>, AssemblyError> {
    let wanted = authenticators.iter().find_map(|settings| match settings {
        AuthenticatorSettings::JwtSvid(svid) => match &svid.bundle {
            BundleSource::WorkloadApi(socket) => Some((socket, &svid.trust_domain)),
            BundleSource::File(_) => None,
        },
        _ => None,
    });
    let Some((socket, trust_domain)) = wanted else { return Ok(None) };
    match serving.filter(|serving| serving.is_of(socket, trust_domain)) {
        Some(serving) => Ok(Some(Arc::clone(serving))),
        None => Ok(Some(Arc::new(BundleStream::start(socket, trust_domain).map_err(AssemblyError::Threads)?))),
    }
}

/// Who may share trust; none if no authenticator asks for it.
pub(super) fn identity_provider(
    authenticators: &[AuthenticatorSettings],
) -> Result<Option<IdentityProvider>, AssemblyError> {
    let jwt = authenticators.iter().find_map(|settings| match settings {
        AuthenticatorSettings::Jwt(jwt) => Some(jwt),
        _ => None,
    });
    let Some(jwt) = jwt else { return Ok(None) };
    Ok(Some(IdentityProvider {
        uid: uid(&jwt.identity_provider_user).map_err(AssemblyError::IdentityProvider)?,
        cgroup: jwt.identity_provider_cgroup.clone(),
        unit: jwt.identity_provider_unit.clone(),
        pinning: jwt.pinning,
    }))
}

/// The uids of our daemons, as far as the service knows them.
pub(super) fn daemon_uids(identity_provider: Option<&IdentityProvider>) -> Vec<u32> {
    std::iter::once(own_uid()).chain(identity_provider.map(|one| one.uid)).collect()
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn uid(user: &User) -> io::Result<u32> {
    match user {
        User::Own => Ok(own_uid()),
        User::Uid(uid) => Ok(*uid),
        User::Named(name) => {
            let (_, accounts) = Accounts::read(Path::new(ACCOUNTS_FILE))?;
            let missing = || io::Error::other(format!("{ACCOUNTS_FILE} has no account {name:?}"));
            accounts.uid(name).ok_or_else(missing)
        }
    }
}

fn bundle(path: &Path) -> Result<KeySet, AssemblyError> {
    let failed = |error: String| AssemblyError::Bundle { path: path.to_owned(), error };
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    file.take(MAX_SET_BYTES as u64 + 1).read_to_end(&mut text).map_err(|error| failed(error.to_string()))?;
    let keys = KeySet::parse(&text).map_err(|error| failed(error.to_string()))?;
    if keys.is_empty() {
        log::warn!("the bundle holds no key by which a JWT-SVID could be verified");
    }
    Ok(keys)
}
