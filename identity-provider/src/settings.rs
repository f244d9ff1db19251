//! The configuration, checked: values that need no second look. Everything that is wrong is said at once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use keystead_daemon::config::{Checklist, Complaints, LogConfig};
use keystead_daemon::listener::Admitted;
use keystead_trust::jws::VerifyingKey;
use keystead_trust::spiffe_id::{SpiffeId, TrustDomain};

use crate::config::{Config, IdentityProviderConfig, MappingConfig, OrchestratorConfig, ServiceConfig};
use crate::mapping::{Mapping, RequiredEvidence, Selector, Template};

/// The file mode of the admin socket: its owner's and its group's.
const ADMIN_SOCKET_MODE: u32 = 0o660;

/// What the identity provider is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The socket where applications fetch tokens, and who may connect.
    pub socket: (PathBuf, Admitted),
    /// The socket of the SPIFFE Workload API, and who may connect; none if it is not served.
    pub workload_api_socket: Option<(PathBuf, Admitted)>,
    /// The socket of the orchestrator, and who may connect.
    pub admin_socket: (PathBuf, Admitted),
    /// Whose identities are given.
    pub trust_domain: TrustDomain,
    /// How long a token is good.
    pub token_lifetime: Duration,
    /// How often the key that signs tokens is made anew.
    pub cadence: Duration,
    /// Whether starting as root is an error.
    pub refuse_root: bool,
    /// Whether processes of our own uid get no tokens.
    pub refuse_shared_uid: bool,
    /// Whose word on applications is taken.
    pub orchestrator: OrchestratorSettings,
    /// The services that shall believe our tokens; at least one, and no two with one ID.
    pub services: Vec<ServiceSettings>,
    /// Which definitions get which identity.
    pub mappings: Vec<Mapping>,
    /// What is logged, and how.
    pub log: LogConfig,
}

/// What an orchestrator must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrchestratorSettings {
    /// One of these uids, at least one.
    pub uids: Vec<u32>,
    /// In this cgroup or below.
    pub cgroup: Option<String>,
    /// This unit.
    pub systemd_unit: Option<String>,
}

/// A service that shall believe our tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSettings {
    /// Its admin socket.
    pub admin_socket_path: PathBuf,
    /// The audience of its tokens.
    pub audience: SpiffeId,
}

impl Settings {
    /// Checks the text of a configuration. `file` is the name for complaints, `folder` (absolute) is where relative paths
    /// start.
    pub fn from_text(text: &str, file: &str, folder: &Path) -> Result<Settings, Complaints> {
        let (config, places, complaints) = Config::read(text);
        let mut checklist = Checklist::new(places, complaints, folder);
        let settings = check(&config, &mut checklist);
        match (settings, checklist.finish()) {
            (Some(settings), complaints) if complaints.is_empty() => Ok(settings),
            (_, complaints) => Err(Complaints::new(file, complaints)),
        }
    }
}

/// None only where something was complained about.
fn check(config: &Config, checklist: &mut Checklist<'_>) -> Option<Settings> {
    let own = &config.identity_provider;
    let (socket, admin_socket) = check_sockets(own, checklist);
    let workload_api_socket = check_workload_api(own, [&socket, &admin_socket], checklist);
    let token_lifetime = seconds(checklist, "identity_provider.token_lifetime_s", own.token_lifetime_s, 3600);
    let half_a_day = 12 * 3600;
    let cadence =
        seconds(checklist, "identity_provider.intermediate_cadence_s", own.intermediate_cadence_s, half_a_day);
    let trust_domain = TrustDomain::parse(&own.trust_domain);
    if let Err(error) = &trust_domain {
        checklist.complain("identity_provider.trust_domain", format!("{:?} is none: {error}", own.trust_domain));
    }
    let trust_domain = trust_domain.ok();
    let orchestrator = check_orchestrator(&config.orchestrator, checklist);
    let services = check_services(&config.services, checklist);
    let mut mappings = Vec::new();
    for (index, mapping) in config.mappings.iter().enumerate() {
        let Some(mapping) = mapping else { continue };
        mappings.extend(check_mapping(index, mapping, trust_domain.as_ref(), checklist));
    }
    Some(Settings {
        socket,
        workload_api_socket,
        admin_socket,
        trust_domain: trust_domain?,
        token_lifetime,
        cadence,
        refuse_root: own.refuse_root,
        refuse_shared_uid: own.refuse_shared_uid,
        orchestrator,
        services,
        mappings,
        log: config.log.clone(),
    })
}

/// A socket's path, and who may connect.
type Socket = (PathBuf, Admitted);

fn check_sockets(config: &IdentityProviderConfig, checklist: &mut Checklist<'_>) -> (Socket, Socket) {
    let socket = checklist.socket_path("identity_provider.socket_path", &config.socket_path);
    let admin = checklist.socket_path("identity_provider.admin_socket_path", &config.admin_socket_path);
    if socket == admin {
        let text = "is socket_path too, where anybody may connect; choose another";
        checklist.complain("identity_provider.admin_socket_path", text);
    }
    if config.socket_mode > 0o777 {
        let text = format!("{} is not a file mode; write it in octal, as in 0o666 (0o777 at most)", config.socket_mode);
        checklist.complain("identity_provider.socket_mode", text);
    }
    let admitted = Admitted { mode: config.socket_mode, group: None };
    ((socket, admitted), (admin, Admitted { mode: ADMIN_SOCKET_MODE, group: config.admin_socket_group }))
}

fn check_workload_api(
    config: &IdentityProviderConfig,
    others: [&Socket; 2],
    checklist: &mut Checklist<'_>,
) -> Option<Socket> {
    if config.workload_api_socket_path.is_empty() {
        return None;
    }
    let at = "identity_provider.workload_api_socket_path";
    let path = checklist.socket_path(at, &config.workload_api_socket_path);
    if others.iter().any(|(other, _)| *other == path) {
        checklist.complain(at, "is another socket's path too, where another protocol is spoken; choose another");
    }
    Some((path, Admitted { mode: config.socket_mode, group: None }))
}

fn check_orchestrator(config: &OrchestratorConfig, checklist: &mut Checklist<'_>) -> OrchestratorSettings {
    let uids = checklist.uids("orchestrator.uids", &config.uids);
    if config.uids.is_empty() {
        checklist.complain("orchestrator.uids", "is empty; name the uid of the orchestrator");
    }
    if config.cgroup.as_ref().is_some_and(|path| !path.starts_with('/') || path.len() > 1 && path.ends_with('/')) {
        checklist.complain("orchestrator.cgroup", "must begin with a slash and not end with one");
    }
    if config.systemd_unit.as_ref().is_some_and(|unit| unit.is_empty() || unit.contains('/')) {
        checklist.complain("orchestrator.systemd_unit", "must be a unit's name, such as keystead-orchestrator.service");
    }
    OrchestratorSettings { uids, cgroup: config.cgroup.clone(), systemd_unit: config.systemd_unit.clone() }
}

fn check_services(configs: &[Option<ServiceConfig>], checklist: &mut Checklist<'_>) -> Vec<ServiceSettings> {
    if configs.is_empty() {
        checklist
            .complain("service", "missing; add a table [[service]] for each service that shall believe our tokens");
    }
    let mut services: Vec<ServiceSettings> = Vec::new();
    for (index, config) in configs.iter().enumerate() {
        let Some(config) = config else { continue };
        let at = |key: &str| format!("service[{index}].{key}");
        let path = config.admin_socket_path.as_deref();
        if path.is_none() {
            checklist.complain(&at("admin_socket_path"), "missing; write the path of the service's admin socket");
        }
        let path = path.map(|path| checklist.socket_path(&at("admin_socket_path"), path));
        let text = config.spiffe_id.as_deref().unwrap_or_default();
        let audience = SpiffeId::parse(text);
        if let Err(error) = &audience {
            checklist.complain(&at("spiffe_id"), format!("{text:?} is no SPIFFE ID: {error}"));
        }
        let (Some(admin_socket_path), Ok(audience)) = (path, audience) else { continue };
        if services.iter().any(|other| other.audience == audience || other.admin_socket_path == admin_socket_path) {
            checklist.complain(&at("spiffe_id"), "another [[service]] has this ID or this socket; name each once");
        }
        services.push(ServiceSettings { admin_socket_path, audience });
    }
    services
}

fn check_mapping(
    index: usize,
    config: &MappingConfig,
    trust_domain: Option<&TrustDomain>,
    checklist: &mut Checklist<'_>,
) -> Option<Mapping> {
    let at = |key: &str| format!("mapping[{index}].{key}");
    let text = config.identity.as_deref().unwrap_or_default();
    let template = match Template::parse(text, trust_domain) {
        Ok(template) => Some(template),
        Err(why) => {
            checklist.complain(&at("identity"), format!("{text:?} yields no identity: {why}"));
            None
        }
    };
    let mut selectors = Vec::new();
    for name in &config.selectors {
        match Selector::named(name) {
            Some(selector) => selectors.push(selector),
            None => checklist.complain(&at("selectors"), format!("there is no selector {name:?}")),
        }
    }
    let mut evidence = Vec::new();
    for name in &config.evidence {
        match RequiredEvidence::named(name) {
            Some(kind) => evidence.push(kind),
            None => checklist.complain(&at("evidence"), format!("{name:?} is no evidence that can be checked")),
        }
    }
    let image_keys = check_keys(&at("image_keys"), &config.image_keys, checklist);
    let host_keys = check_keys(&at("host_keys"), &config.host_keys, checklist);
    if evidence.contains(&RequiredEvidence::Host) && config.host_keys.is_empty() {
        checklist.complain(&at("host_keys"), "is empty; without a TPM's key its quote cannot be checked");
    }
    Some(Mapping {
        template: template?,
        uids: config.uids.clone(),
        labels: config.labels.clone(),
        image_digests: config.image_digests.clone(),
        selectors,
        evidence,
        image_keys,
        host_keys,
    })
}

fn check_keys(path: &str, keys: &[String], checklist: &mut Checklist<'_>) -> Vec<Vec<u8>> {
    let mut spkis = Vec::new();
    for key in keys {
        let spki = Base64::decode_vec(key).ok().filter(|spki| VerifyingKey::from_spki(spki).is_ok());
        match spki {
            Some(spki) => spkis.push(spki),
            None => checklist.complain(path, format!("{key:?} is no public key; write a PEM file's lines as one")),
        }
    }
    spkis
}

fn seconds(checklist: &mut Checklist<'_>, path: &str, value: u64, most: u64) -> Duration {
    Duration::from_secs(checklist.within(path, value, 1..=most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::EMBEDDED;

    const LEAST: &str = "[[service]]\nadmin_socket_path = \".keystead/admin/service-admin.sock\"\n\
                         spiffe_id = \"spiffe://localhost/keystead-service\"\n\
                         [[mapping]]\nidentity = \"spiffe://localhost/{*}\"\n";

    fn load(text: &str) -> Result<Settings, Complaints> {
        Settings::from_text(text, "identity-provider.toml", Path::new("/etc/keystead"))
    }

    fn complaint(text: &str) -> String {
        let all = load(&format!("{text}\n{LEAST}")).expect_err(text).to_string();
        assert_eq!(all.lines().count(), 1, "{all}");
        all
    }

    #[test]
    fn the_embedded_configuration_runs_and_shows_the_defaults() {
        let shown = load(EMBEDDED).unwrap();
        assert_eq!(shown, load(LEAST).unwrap());
        let is_key = |line: &str| {
            line.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        };
        let uncommented: Vec<&str> =
            EMBEDDED.lines().map(|line| line.strip_prefix("# ").filter(|key| is_key(key)).unwrap_or(line)).collect();
        assert_eq!(shown, load(&uncommented.join("\n")).unwrap(), "a commented key does not show its default");
        for table in Config::known() {
            for key in table.keys {
                let is_shown = |line: &str| line.trim_start_matches(['#', ' ']).starts_with(&format!("{key} = "));
                assert!(EMBEDDED.lines().any(is_shown), "{} {key} is not shown", table.table);
            }
        }
    }

    #[test]
    fn the_packaged_configuration_is_good_and_isolates() {
        let text = include_str!("../../packaging/identity-provider.toml");
        // The account is made by the package.
        let (account, uid) = ("uids = [\"keystead-orchestrator\"]", "uids = [\"990\"]");
        assert!(text.contains(account));
        let packaged = load(&text.replace(account, uid)).unwrap();
        assert!(packaged.refuse_root && packaged.refuse_shared_uid);
        let unit = include_str!("../../packaging/systemd/keystead-identity-provider.service");
        let workload_api = packaged.workload_api_socket.as_ref().unwrap();
        for (path, _) in [&packaged.socket, workload_api, &packaged.admin_socket] {
            let folder = path.parent().and_then(Path::to_str).unwrap();
            assert!(unit.contains(folder), "{folder} cannot be written");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_path() {
        let sockets = complaint("[identity_provider]\nsocket_path = \"a\"\nadmin_socket_path = \"a\"");
        assert!(sockets.starts_with("identity-provider.toml:3: identity_provider.admin_socket_path: "), "{sockets}");
        let unserved = load(&format!("[identity_provider]\nworkload_api_socket_path = \"\"\n{LEAST}")).unwrap();
        assert_eq!(unserved.workload_api_socket, None);
        for (text, path) in [
            (
                "[identity_provider]\nsocket_path = \"a\"\nworkload_api_socket_path = \"a\"",
                "identity_provider.workload_api_socket_path: is another",
            ),
            ("[identity_provider]\ntoken_lifetime = 3", "identity_provider.token_lifetime: unknown key; did you mean"),
            (
                "[identity_provider]\ntoken_lifetime_s = 3601",
                "identity_provider.token_lifetime_s: 3601 is out of range",
            ),
            ("[orchestrator]\nuids = [\"me\"]", "orchestrator.uids: "),
            ("[orchestrator]\ncgroup = \"system.slice\"", "orchestrator.cgroup: "),
            ("[[service]]\nspiffe_id = \"spiffe://localhost/other\"", "service[0].admin_socket_path: missing"),
            ("[[mapping]]\nidentity = \"spiffe://elsewhere/x\"", "mapping[0].identity: "),
            ("[[mapping]]\nidentity = \"spiffe://localhost/x\"\nevidence = [\"tpm\"]", "mapping[0].evidence: "),
        ] {
            let all = complaint(text);
            assert!(all.contains(path), "{all}");
        }
    }
}
