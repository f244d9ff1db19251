//! `kind = "jwt"` and `kind = "jwt-svid"`: whose tokens are believed.

use std::collections::BTreeSet;

use keystead_trust::spiffe_id::{SpiffeId, TrustDomain};

use super::super::checklist::Checklist;
use super::{AuthenticatorSettings, BundleSource, JwtSettings, JwtSvidSettings, OVERFLOW_UID, Pinning, User};
use crate::config::{Config, JwtConfig, JwtSvidConfig};

/// The path of the service's own SPIFFE ID, if no other is configured.
const OWN_PATH: &str = "/keystead-service";

pub(super) fn jwt(
    config: &JwtConfig,
    whole: &Config,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> AuthenticatorSettings {
    if whole.service.admin_socket_path.is_none() {
        let text = "needs admin_socket_path under [service], where the identity provider shares whom to believe";
        checklist.complain(&format!("{path}.kind"), text);
    }
    let trust_domain = trust_domain(config.trust_domain.as_deref(), path, checklist);
    let audience = match &config.audience {
        Some(id) => spiffe_id(id, &trust_domain, &format!("{path}.audience"), checklist),
        None => format!("spiffe://{trust_domain}{OWN_PATH}"),
    };
    let cgroup = config.identity_provider_cgroup.clone();
    if cgroup.as_ref().is_some_and(|cgroup| !cgroup.starts_with('/')) {
        let text = "must begin with a slash, as in the last field of /proc/PID/cgroup";
        checklist.complain(&format!("{path}.identity_provider_cgroup"), text);
    }
    let unit = config.identity_provider_unit.clone();
    if unit.as_ref().is_some_and(|unit| unit.contains('/') || !unit.contains('.')) {
        let text = "must be a unit's whole name, as in \"keystead-identity-provider.service\"";
        checklist.complain(&format!("{path}.identity_provider_unit"), text);
    }
    AuthenticatorSettings::Jwt(JwtSettings {
        audience,
        admins: admins(&config.admins, &trust_domain, path, checklist),
        identity_provider_user: user(config.identity_provider_user.as_deref(), path, checklist),
        identity_provider_cgroup: cgroup,
        identity_provider_unit: unit,
        pinning: if config.pin_by_pid { Pinning::OrByPid } else { Pinning::ByKernel },
        trust_domain,
    })
}

pub(super) fn jwt_svid(config: &JwtSvidConfig, path: &str, checklist: &mut Checklist<'_>) -> AuthenticatorSettings {
    let trust_domain = trust_domain(config.trust_domain.as_deref(), path, checklist);
    if config.audience.is_empty() {
        checklist.complain(&format!("{path}.audience"), "is empty; tokens name somebody for whom they are");
    }
    AuthenticatorSettings::JwtSvid(JwtSvidSettings {
        audience: config.audience.clone(),
        admins: admins(&config.admins, &trust_domain, path, checklist),
        bundle: bundle(config, path, checklist),
        trust_domain,
    })
}

fn bundle(config: &JwtSvidConfig, path: &str, checklist: &mut Checklist<'_>) -> BundleSource {
    let (file, api) = (format!("{path}.bundle_path"), format!("{path}.workload_api_socket_path"));
    match (&config.bundle_path, &config.workload_api_socket_path) {
        (Some(_), Some(_)) => {
            let at = checklist.at(&file);
            checklist.complain(&api, format!("the keys have a file already, bundle_path{at}; remove one of the two"));
        }
        (None, None) => {
            let text = "missing; write the file with the trust domain's keys, or as workload_api_socket_path the socket \
                        of the SPIFFE Workload API that tells them";
            checklist.complain(&file, text);
        }
        (Some(written), None) => return BundleSource::File(checklist.path(&file, written)),
        (None, Some(written)) => return BundleSource::WorkloadApi(checklist.socket_path(&api, written)),
    }
    BundleSource::File(Default::default())
}

/// One that nobody will see stands for one that is wrong.
fn trust_domain(written: Option<&str>, path: &str, checklist: &mut Checklist<'_>) -> TrustDomain {
    let path = format!("{path}.trust_domain");
    let parsed = match written {
        None => {
            checklist.complain(&path, "missing; write the trust domain of the applications, as in \"example.org\"");
            None
        }
        Some(text) => TrustDomain::parse(text)
            .inspect_err(|error| checklist.complain(&path, format!("{text:?} is no trust domain: {error}")))
            .ok(),
    };
    parsed.unwrap_or_else(|| TrustDomain::parse("invalid").expect("these are letters"))
}

fn spiffe_id(text: &str, domain: &TrustDomain, path: &str, checklist: &mut Checklist<'_>) -> String {
    match SpiffeId::parse(text) {
        Ok(id) if id.is_in(domain) => {}
        Ok(_) => checklist.complain(path, format!("{text:?} is not in the trust domain {domain}")),
        Err(error) => checklist.complain(path, format!("{text:?} is no SPIFFE ID: {error}")),
    }
    text.to_owned()
}

fn admins(ids: &[String], domain: &TrustDomain, path: &str, checklist: &mut Checklist<'_>) -> BTreeSet<String> {
    ids.iter().map(|id| spiffe_id(id, domain, &format!("{path}.admins"), checklist)).collect()
}

fn user(written: Option<&str>, path: &str, checklist: &mut Checklist<'_>) -> User {
    let path = format!("{path}.identity_provider_user");
    match (written, written.and_then(|text| text.parse::<u32>().ok())) {
        (Some("self"), _) => User::Own,
        (_, Some(OVERFLOW_UID | u32::MAX)) => {
            checklist.complain(&path, "this uid stands for nobody in particular and cannot be the identity provider's");
            User::Own
        }
        (_, Some(uid)) => User::Uid(uid),
        (Some(name), None) if !name.is_empty() && !name.contains([':', '\n', '\0']) => User::Named(name.to_owned()),
        _ => {
            let text = "missing; write the user as which the identity provider runs: an account's name, a uid in digits, \
                        or \"self\"";
            checklist.complain(&path, text);
            User::Own
        }
    }
}
