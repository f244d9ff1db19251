//! The daemon's configuration, checked: values that need no second look. Everything that is wrong is said at once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use keystead_daemon::config::{Checklist, Complaints, LogConfig};
use keystead_daemon::listener::Admitted;

use crate::config::Config;
use crate::policy::{Pattern, Rule};

/// The configuration that runs as it is, for when there is no file.
pub const EMBEDDED: &str = include_str!("../config.toml");

/// What the daemon is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The socket of `run` and `hook`, and who may connect.
    pub socket: (PathBuf, Admitted),
    /// The identity provider's admin socket.
    pub identity_admin_socket: PathBuf,
    /// Where the list of running clients is kept.
    pub state: PathBuf,
    /// Mean time between intermediates.
    pub cadence: Duration,
    /// Whose word on containers is taken.
    pub hook_uids: Vec<u32>,
    /// Who may start what.
    pub rules: Vec<Rule>,
    /// What is logged, and how.
    pub log: LogConfig,
}

impl Settings {
    /// Checks the text of a configuration. `file` is the name for complaints, `folder` (absolute) is where relative paths
    /// start.
    pub fn from_text(text: &str, file: &str, folder: &Path) -> Result<Settings, Complaints> {
        let (config, places, complaints) = Config::read(text);
        let mut checklist = Checklist::new(places, complaints, folder);
        let settings = check(&config, &mut checklist);
        let complaints = checklist.finish();
        if complaints.is_empty() { Ok(settings) } else { Err(Complaints::new(file, complaints)) }
    }
}

fn check(config: &Config, checklist: &mut Checklist<'_>) -> Settings {
    let own = &config.orchestrator;
    let half_a_day = 12 * 3600;
    if own.socket_mode > 0o777 {
        let text = format!("{} is not a file mode; write it in octal, as in 0o666 (0o777 at most)", own.socket_mode);
        checklist.complain("orchestrator.socket_mode", text);
    }
    let socket = checklist.socket_path("orchestrator.socket_path", &own.socket_path);
    let identity = &own.identity_admin_socket_path;
    let cadence = checklist.within("orchestrator.intermediate_cadence_s", own.intermediate_cadence_s, 1..=half_a_day);
    let mut rules = Vec::new();
    for (index, rule) in config.allow.iter().enumerate() {
        let Some(rule) = rule else { continue };
        let path = format!("allow[{index}].identities");
        let mut identities = Vec::new();
        for text in &rule.identities {
            match Pattern::parse(text) {
                Some(pattern) => identities.push(pattern),
                None => checklist.complain(&path, format!("{text:?} is no SPIFFE ID, whole or with /* at its end")),
            }
        }
        rules.push(Rule { uids: checklist.uids(&format!("allow[{index}].uids"), &rule.uids), identities });
    }
    Settings {
        socket: (socket, Admitted { mode: own.socket_mode, group: None }),
        identity_admin_socket: checklist.socket_path("orchestrator.identity_admin_socket_path", identity),
        state: checklist.path("orchestrator.state_path", &own.state_path),
        cadence: Duration::from_secs(cadence),
        hook_uids: checklist.uids("orchestrator.hook_uids", &own.hook_uids),
        rules,
        log: config.log.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Settings, Complaints> {
        Settings::from_text(text, "orchestrator.toml", Path::new("/etc/keystead"))
    }

    #[test]
    fn the_embedded_configuration_runs_and_shows_the_defaults() {
        let shown = load(EMBEDDED).unwrap();
        assert_eq!(shown.rules.len(), 1);
        let uncommented: Vec<&str> = EMBEDDED
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|key| key.contains(" = ")).unwrap_or(line))
            .collect();
        assert_eq!(shown, load(&uncommented.join("\n")).unwrap(), "a commented key does not show its default");
        for table in Config::known() {
            for key in table.keys {
                let is_shown = |line: &str| line.trim_start_matches(['#', ' ']).starts_with(&format!("{key} = "));
                assert!(EMBEDDED.lines().any(is_shown), "{} {key} is not shown", table.table);
            }
        }
    }

    #[test]
    fn the_packaged_configuration_agrees_with_its_unit_and_the_identity_providers() {
        let packaged = load(include_str!("../../packaging/orchestrator.toml")).unwrap();
        assert_eq!((packaged.hook_uids, packaged.rules.len()), (vec![0], 1));
        let unit = include_str!("../../packaging/systemd/keystead-orchestrator.service");
        assert!(packaged.socket.0.starts_with("/run/keystead-orchestrator"));
        assert!(unit.contains("\nRuntimeDirectory=keystead-orchestrator\n"));
        assert_eq!(packaged.state, Path::new("/var/lib/keystead-orchestrator"));
        assert!(unit.contains("\nStateDirectory=keystead-orchestrator\n"));
        let provider = include_str!("../../packaging/identity-provider.toml");
        let admin_socket = format!("admin_socket_path = \"{}\"\n", packaged.identity_admin_socket.display());
        assert!(provider.contains(&admin_socket));
        assert!(provider.contains("systemd_unit = \"keystead-orchestrator.service\"\n"));
        let folders = include_str!("../../packaging/tmpfiles.d/keystead-identity.conf");
        assert!(folders.contains("d /run/keystead-identity-admin 0750 keystead-identity keystead-identity "));
        assert!(unit.contains("\nSupplementaryGroups=keystead-identity\n"));
        let link = include_str!("../../packaging/tmpfiles.d/keystead-orchestrator.conf");
        let ends = format!("L {} - - - - {}\n", crate::arguments::DAEMON_SOCKET, packaged.socket.0.display());
        assert!(link.ends_with(&ends));
    }

    #[test]
    fn users_have_numbers_and_names() {
        let settings = load("[orchestrator]\nhook_uids = [\"root\", \"7\", \"self\"]").unwrap();
        assert_eq!(settings.hook_uids, [0, 7, rustix::process::geteuid().as_raw()]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_path() {
        for (text, path) in [
            ("[orchestrator]\nsocket_mod = 3", "orchestrator.socket_mod: unknown key; did you mean socket_mode"),
            ("[orchestrator]\nhook_uids = [\"no such account\"]", "orchestrator.hook_uids: "),
            ("[[allow]]\nidentities = [\"shop\"]", "allow[0].identities: "),
            ("[orchestrator]\nintermediate_cadence_s = 0", "orchestrator.intermediate_cadence_s: 0 is out of range"),
        ] {
            let all = load(text).unwrap_err().to_string();
            assert!(all.contains(path) && all.lines().count() == 1, "{all}");
        }
    }
}
