//! Tests of the whole way from a file's text to settings or complaints.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use keystead_interface::codes::{AuthKind, ProviderNumber};

use super::source::EMBEDDED;
use super::*;
use crate::config::Config;

const LEAST: &str = "[[authenticator]]\nkind = \"unix-peer-credentials\"\n[[provider]]\nkind = \"software\"\n";

/// A token that lacks a way to be found.
const TOKEN: &str = "[[provider]]\nkind = \"pkcs11\"\nlibrary_path = \"/lib/module.so\"\n";

fn load(text: &str) -> Result<Settings, Complaints> {
    Settings::from_text(text, "config.toml", Path::new("/etc/keystead"))
}

fn complaints(text: &str) -> Vec<String> {
    load(text).expect_err(text).to_string().lines().map(str::to_owned).collect()
}

/// The one complaint about `text`, which stands before the least that must be there.
fn complaint(text: &str) -> String {
    let all = complaints(&format!("{text}\n{LEAST}"));
    assert_eq!(all.len(), 1, "{all:#?}");
    all[0].clone()
}

/// `config.toml` with every commented key made real that shows a default.
fn uncommented() -> String {
    let lines = EMBEDDED.lines().map(|line| match line.strip_prefix("# ") {
        Some(key) if is_key(key) => key,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_key(line: &str) -> bool {
    line.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
}

#[test]
fn the_default_configuration_runs_and_shows_the_defaults() {
    let shown = load(EMBEDDED).unwrap();
    assert_eq!(shown, load(&uncommented()).unwrap(), "a commented key does not show its default");
    assert_eq!(shown, load(LEAST).unwrap(), "a key that is not commented differs from its default");
    assert_eq!(shown.service.socket_path, Path::new("/etc/keystead/.keystead/service.sock"));
    let root_key = "/etc/keystead/.keystead/state/storage-root.key".into();
    assert_eq!(shown.storage_root_key, StorageRootKeySettings::File(root_key));
    assert_eq!(shown.limits.request_deadline, Duration::from_secs(2));
    assert_eq!(shown.limits.max_body_bytes, 1_048_576);
    assert!(shown.limits.max_connections >= 10_000);
    assert!(shown.limits.max_connections_per_uid <= shown.limits.max_connections / 3, "two users lock others out");
}

#[test]
fn the_default_configuration_shows_every_key() {
    for table in Config::known() {
        for key in table.keys {
            let shown = EMBEDDED.lines().any(|line| {
                let line = line.trim_start_matches('#').trim_start();
                line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = "))
            });
            assert!(shown, "config.toml does not show {} {key}", table.table);
        }
        if let Some(kind) = table.kind {
            assert!(EMBEDDED.contains(&format!("kind = {kind:?}")), "config.toml does not show the kind {kind}");
        }
    }
}

#[test]
fn each_key_misspelt_is_refused_with_its_line_and_the_right_one() {
    for table in Config::known() {
        let list = ["authenticator", "provider"].contains(&table.table);
        let header = if list { format!("[[{}]]", table.table) } else { format!("[{}]", table.table) };
        let kind = table.kind.map(|kind| format!("kind = {kind:?}")).unwrap_or_default();
        for key in table.keys {
            // One letter too few, and one too many.
            for wrong in [key[..key.len() - 1].to_owned(), format!("{key}s")] {
                if table.keys.contains(&wrong.as_str()) {
                    continue;
                }
                let text = format!("# first line\n{header}\n{kind}\n{wrong} = 1\n");
                let path = format!("{}{}.{wrong}", table.table, if list { "[0]" } else { "" });
                let expected = format!("config.toml:4: {path}: unknown key; did you mean {key}?");
                assert!(complaints(&text).contains(&expected), "{expected}\n{:#?}", complaints(&text));
            }
        }
    }
}

#[test]
fn misspelt_tables_and_kinds_are_refused_with_the_right_ones() {
    assert_eq!(complaint("[servce]"), "config.toml:1: servce: unknown key; did you mean service?");
    assert_eq!(complaint("socket_mode = 0o600"), "config.toml:1: socket_mode: unknown key; it belongs under [service]");
    assert_eq!(
        complaint("[storage_root_key]\nknid = \"file\""),
        "config.toml:2: storage_root_key.knid: unknown key; did you mean kind?"
    );
    assert_eq!(
        complaint("[[provider]]\nkid = \"software\""),
        "config.toml:2: provider[0].kid: unknown key; did you mean kind?"
    );
    assert_eq!(
        complaint("[[provider]]\nname = \"a\""),
        "config.toml:1: provider[0].kind: missing; add it, the kinds are: software, pkcs11, tpm"
    );
    assert_eq!(
        complaint("[[provider]]\nkind = \"sofware\""),
        "config.toml:2: provider[0].kind: there is no kind \"sofware\"; did you mean software? the kinds are: software, pkcs11, tpm"
    );
    assert_eq!(
        complaint("[[authenticator]]\nkind = \"kerberos\""),
        "config.toml:2: authenticator[0].kind: there is no kind \"kerberos\"; the kinds are: unix-peer-credentials, jwt, jwt-svid, direct"
    );
}

#[test]
fn three_mistakes_are_three_complaints_in_the_order_of_lines() {
    let text = "[service]\nsocket_mod = 0o666\n[limits]\nmax_connections = \"many\"\n\
                [[provider]]\nkind = \"software\"\nnumber = 7\n[[authenticator]]\nkind = \"unix-peer-credentials\"\n";
    let expected = [
        "config.toml:2: service.socket_mod: unknown key; did you mean socket_mode?",
        "config.toml:4: limits.max_connections: invalid type: string \"many\", expected a whole number",
        "config.toml:7: provider[0].number: 7 is not possible; this kind's number is 1, further ones have 16 to 255",
    ];
    assert_eq!(complaints(text), expected);
}

#[test]
fn an_empty_file_lacks_an_authenticator_and_a_provider() {
    let all = complaints("");
    assert_eq!(all.len(), 2);
    assert!(all[0].starts_with("config.toml: authenticator: there is none; add [[authenticator]]"), "{all:?}");
    assert!(all[1].starts_with("config.toml: provider: there is none; add [[provider]]"), "{all:?}");
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    let all = complaints("[service]\nsocket_mode = \n");
    assert!(all[0].starts_with("config.toml:2: not valid TOML: "), "{all:?}");
    let twice = complaints("[log]\nlevel = \"info\"\nlevel = \"warn\"\n");
    assert!(twice[0].starts_with("config.toml:3: not valid TOML: "), "{twice:?}");
    assert_eq!(complaint("log = 1"), "config.toml:1: log: must be a table: [log]");
    let all = complaints("provider = 1\n[[authenticator]]\nkind = \"unix-peer-credentials\"");
    assert_eq!(all, ["config.toml:1: provider: must be a list: write [[provider]] with two brackets, once for each"]);
}

#[test]
fn direct_needs_to_be_allowed() {
    let direct = "[[authenticator]]\nkind = \"direct\"\nadmins = [\"root\"]";
    let refused = complaint(direct);
    assert!(refused.starts_with("config.toml:2: authenticator[0].kind: \"direct\" believes"), "{refused}");
    assert!(refused.contains("allow_insecure = true"), "{refused}");
    let settings = load(&format!("{LEAST}{direct}\n[service]\nallow_insecure = true\n")).unwrap();
    let kinds: Vec<AuthKind> = settings.authenticators.iter().map(AuthenticatorSettings::kind).collect();
    assert_eq!(kinds, [AuthKind::UNIX_PEER_CREDENTIALS, AuthKind::DIRECT]);
}

#[test]
fn an_authenticator_comes_once_and_its_admins_are_uids() {
    let twice = complaint("[[authenticator]]\nkind = \"unix-peer-credentials\"");
    assert!(twice.contains("authenticator[1].kind: this kind is configured already (line 1)"), "{twice}");
    let with = |admins: &str| {
        load(&format!(
            "[[authenticator]]\nkind = \"unix-peer-credentials\"\nadmins = {admins}\n[[provider]]\nkind = \"software\""
        ))
    };
    let settings = with("[\"self\", \"1000\", \"0\"]").unwrap();
    let AuthenticatorSettings::UnixPeerCredentials(peer) = &settings.authenticators[0] else {
        panic!("{settings:?}");
    };
    assert_eq!(peer.admin_uids(42), [0, 42, 1000].into());
    for wrong in ["[\"alice\"]", "[\"65534\"]", "[\"4294967295\"]", "[1000]", "[\"-1\"]"] {
        let refused = with(wrong).expect_err(wrong).to_string();
        assert!(refused.starts_with("config.toml:3: authenticator[0].admins: "), "{refused}");
    }
}

/// An identity provider that may share, before the least that must be there.
const IDENTITY: &str = "[service]\nadmin_socket_path = \"a/s\"\n[[authenticator]]\nkind = \"jwt\"\n";

#[test]
fn tokens_are_of_one_trust_domain_and_one_identity_provider() {
    let with = |rest: &str| load(&format!("{IDENTITY}{rest}\n{LEAST}"));
    let jwt = |rest: &str| match with(rest).unwrap().authenticators.remove(0) {
        AuthenticatorSettings::Jwt(jwt) => jwt,
        other => panic!("{other:?}"),
    };
    let least = jwt("trust_domain = \"td\"\nidentity_provider_user = \"keystead-identity\"");
    assert_eq!((least.audience.as_str(), least.pinning), ("spiffe://td/keystead-service", Pinning::ByKernel));
    assert_eq!(least.identity_provider_user, User::Named("keystead-identity".into()));
    let user = |user: &str| jwt(&format!("trust_domain = \"td\"\nidentity_provider_user = {user:?}"));
    assert_eq!(user("0").identity_provider_user, User::Uid(0));
    assert_eq!(user("self").identity_provider_user, User::Own);
    let good = "trust_domain = \"td\"\nidentity_provider_user = \"1\"\n";
    for wrong in [
        "trust_domain = \"td\"".to_owned(),
        "identity_provider_user = \"1\"".to_owned(),
        good.replace("td", "TD"),
        good.replace("\"1\"", "\"65534\""),
        format!("{good}audience = \"spiffe://other/service\""),
        format!("{good}admins = [\"spiffe://td\"]"),
        format!("{good}identity_provider_cgroup = \"system.slice\""),
        format!("{good}identity_provider_unit = \"keystead\""),
    ] {
        assert_eq!(with(&wrong).expect_err(&wrong).to_string().lines().count(), 1, "{wrong}");
    }
    let deaf = complaint(&format!("[[authenticator]]\nkind = \"jwt\"\n{good}"));
    assert!(deaf.contains("authenticator[0].kind: needs admin_socket_path under [service]"), "{deaf}");
    assert_eq!(with(good).unwrap().warnings().len(), 1, "containers may show the host's uids");
    let closed =
        format!("{IDENTITY}{good}{LEAST}").replace("[[provider]]", "allow_other_namespaces = false\n[[provider]]");
    assert!(load(&closed).unwrap().warnings().is_empty());
}

#[test]
fn the_keys_of_another_issuer_are_in_a_file_or_told_by_an_api() {
    let with = |rest: &str| load(&format!("[[authenticator]]\nkind = \"jwt-svid\"\n{rest}\n{LEAST}"));
    let source = |rest: &str| {
        let loaded = with(&format!("trust_domain = \"td\"\n{rest}")).unwrap();
        let AuthenticatorSettings::JwtSvid(svid) = &loaded.authenticators[0] else { panic!("{loaded:?}") };
        assert_eq!(svid.audience, "parsec");
        svid.bundle.clone()
    };
    assert_eq!(source("bundle_path = \"bundle.json\""), BundleSource::File("/etc/keystead/bundle.json".into()));
    let api = source("workload_api_socket_path = \"/run/spire/agent.sock\"");
    assert_eq!(api, BundleSource::WorkloadApi("/run/spire/agent.sock".into()));
    let long = format!("trust_domain = \"td\"\nworkload_api_socket_path = \"/{}\"", "a".repeat(200));
    for (wrong, path) in [
        ("trust_domain = \"td\"", "authenticator[0].bundle_path: missing"),
        ("bundle_path = \"b\"", "authenticator[0].trust_domain: missing"),
        ("trust_domain = \"td\"\nbundle_path = \"b\"\naudience = \"\"", "authenticator[0].audience: is empty"),
        (
            "trust_domain = \"td\"\nbundle_path = \"b\"\nworkload_api_socket_path = \"s\"",
            "authenticator[0].workload_api_socket_path: the keys have a file already, bundle_path (line 4)",
        ),
        (&long, "authenticator[0].workload_api_socket_path: /aaa"),
    ] {
        let complaints = with(wrong).expect_err(wrong).to_string();
        assert!(complaints.lines().count() == 1 && complaints.contains(path), "{complaints}");
    }
}

#[test]
fn providers_have_their_own_names_and_numbers() {
    let second = |rest: &str| format!("{LEAST}[[provider]]\nkind = \"software\"\n{rest}");
    assert!(complaints(&second(""))[0].starts_with(
        "config.toml:5: provider[1].name: \"software\" is the name of provider[0] too (line 3); give each its own"
    ));
    let settings = load(&second("name = \"spare\"\nnumber = 16\nallow_export = false\nworkers = 3\n")).unwrap();
    assert_eq!(settings.providers[0].number, None);
    assert!(settings.providers[0].allow_export);
    assert_eq!(settings.providers[1].number, Some(ProviderNumber(16)));
    assert!(!settings.providers[1].allow_export);
    let BackendSettings::Software(software) = &settings.providers[1].backend else { panic!("it is software") };
    assert_eq!(software.workers.map(usize::from), Some(3));
    for number in 0..=255 {
        let possible = number == 1 || number >= 16;
        let loaded = load(&second(&format!("name = \"spare\"\nnumber = {number}\n")));
        assert_eq!(loaded.is_ok(), possible, "number {number}");
    }
    let equal = "[[provider]]\nkind = \"software\"\nname = \"a\"\nnumber = 20\n\
                 [[provider]]\nkind = \"software\"\nname = \"b\"\nnumber = 20\n";
    assert_eq!(
        complaint(equal),
        "config.toml:8: provider[1].number: 20 is the number of provider[0] too (line 4); give each its own, or none"
    );
    for name in ["", "a/b", "a b", &"n".repeat(65), "é"] {
        let refused = complaints(&second(&format!("name = {name:?}\n")));
        assert!(refused[0].starts_with("config.toml:7: provider[1].name: "), "{refused:?}");
    }
    assert!(load(&second("workers = 0\nname = \"spare\"\n")).is_err());
}

#[test]
fn a_token_is_found_in_one_way_and_its_pin_is_in_one_place() {
    let loaded = |rest: &str| load(&format!("{LEAST}{TOKEN}{rest}\n"));
    let token = |rest: &str| match loaded(rest).unwrap().providers.remove(1).backend {
        BackendSettings::Pkcs11(token) => token,
        _ => panic!("it is a token"),
    };
    assert_eq!(token("slot = 7").token, Token::Slot(7));
    assert_eq!(token("token_label = \"a b\"").token, Token::Label("a b".into()));
    let pin = token("serial_number = \"1\"\nuser_pin_file = \"pin\"").user_pin;
    assert_eq!(pin, Some(SecretSource::File("/etc/keystead/pin".into())));
    assert_eq!(token("slot = 0\nthread_safe = false").workers.map(usize::from), Some(1));
    let written = token("slot = 0\nuser_pin = \"4711\"");
    assert!(!format!("{written:?}").contains("4711"), "a PIN is shown");
    for wrong in [
        "",
        "slot = 0\ntoken_label = \"a\"",
        "slot = 0\nuser_pin = \"1\"\nuser_pin_file = \"f\"",
        "slot = 0\nuser_pin_credential = \"../f\"",
        "slot = 0\nthread_safe = false\nworkers = 2",
        "slot = 0\nisolation = \"container\"",
        "slot = 0\nnumber = 3",
        "slot = 0\nimplicit_rejection = true\nallow_token_unpadding = true",
    ] {
        assert_eq!(loaded(wrong).expect_err(wrong).to_string().lines().count(), 1, "{wrong}");
    }
}

#[cfg(feature = "tpm")]
#[test]
fn a_tpm_is_reached_in_a_known_way_and_encrypted_where_it_has_wires() {
    let loaded = |rest: &str| load(&format!("{LEAST}[[provider]]\nkind = \"tpm\"\n{rest}\n"));
    let encrypted = |rest: &str| match loaded(rest).unwrap().providers.remove(1).backend {
        BackendSettings::Tpm(tpm) => tpm.encrypted_sessions,
        _ => panic!("it is a TPM"),
    };
    assert!(encrypted("tcti = \"device:/dev/tpmrm0\""));
    assert!(!encrypted("tcti = \"swtpm:host=127.0.0.1,port=2321\""));
    assert!(!encrypted("tcti = \"device:/dev/tpmrm0\"\nencrypted_sessions = false"));
    for wrong in ["", "tcti = \"/dev/tpm0\"", "tcti = \"swtpm\"\nnumber = 2"] {
        assert_eq!(loaded(wrong).expect_err(wrong).to_string().lines().count(), 1, "{wrong}");
    }
}

#[test]
fn an_engine_is_one_that_the_service_was_built_with() {
    let engine = |name: &str| {
        load(&format!("{LEAST}engine = \"{name}\"\n")).map(|settings| {
            let BackendSettings::Software(software) = &settings.providers[0].backend else { panic!("it is software") };
            software.engine
        })
    };
    assert_eq!(engine("aws-lc").unwrap(), Engine::AwsLc);
    #[cfg(feature = "mbed-tls")]
    assert_eq!(engine("mbed-tls").unwrap(), Engine::MbedTls);
    #[cfg(not(feature = "mbed-tls"))]
    assert_eq!(
        engine("mbed-tls").unwrap_err().to_string(),
        "config.toml:5: provider[0].engine: this service was built without Mbed TLS; \
         build it with `cargo build --release --features mbed-tls`"
    );
    let unknown = engine("openssl").unwrap_err().to_string();
    assert!(unknown.contains("provider[0].engine") && unknown.contains("aws-lc"), "{unknown}");
}

#[test]
fn export_may_be_forbidden_for_all_and_allowed_for_one() {
    let text = format!(
        "{LEAST}[[provider]]\nkind = \"software\"\nname = \"b\"\nallow_export = true\n[service]\nallow_export = false\n"
    );
    let allowed: Vec<bool> = load(&text).unwrap().providers.iter().map(|provider| provider.allow_export).collect();
    assert_eq!(allowed, [false, true]);
}

#[test]
fn paths_start_at_the_files_folder_and_fit_a_socket() {
    let text =
        format!("[service]\nsocket_path = \"run/s\"\nfurther_socket_paths = [\"/run/parsec/parsec.sock\"]\n{LEAST}");
    let service = load(&text).unwrap().service;
    let paths: Vec<&Path> = service.socket_paths().collect();
    assert_eq!(paths, [Path::new("/etc/keystead/run/s"), Path::new("/run/parsec/parsec.sock")]);
    let with = |length: usize| format!("[service]\nsocket_path = \"/{}\"\n{LEAST}", "s".repeat(length - 1));
    assert!(load(&with(107)).is_ok());
    let refused = complaints(&with(108));
    assert!(refused[0].contains("has 108 bytes, a socket's path at most 107"), "{refused:?}");
    let same = complaint("[service]\nfurther_socket_paths = [\"a\", \"a\"]");
    assert!(same.contains("/etc/keystead/a is already another socket's path"), "{same}");
    let same = complaint("[service]\nadmin_socket_path = \"a\"\nmetrics_socket_path = \"a\"");
    assert!(same.contains("service.metrics_socket_path: /etc/keystead/a is already another"), "{same}");
    let alone = complaint("[service]\nadmin_socket_group = \"keystead-admin\"");
    assert!(alone.contains("service.admin_socket_group: needs admin_socket_path"), "{alone}");
    assert!(complaint("[service]\nstate_directory = \"\"").contains("is empty; write a path"));
    assert!(complaint("[service]\nsocket_mode = 666").contains("write it in octal, as in 0o666"));
}

#[test]
fn limits_have_a_range_and_parts_fit_their_whole() {
    for key in Config::known().iter().find(|table| table.table == "limits").unwrap().keys {
        let refused = complaints(&format!("[limits]\n{key} = 9999999999999\n{LEAST}"));
        assert!(refused.iter().all(|line| line.starts_with(&format!("config.toml:2: limits.{key}: "))), "{refused:?}");
        assert!(refused.iter().any(|line| line.contains("is out of range; choose ")), "{refused:?}");
    }
    let part = complaint("[limits]\nmax_connections = 5");
    assert!(part.contains("limits.max_connections_per_uid: 4000 is more than max_connections (line 2)"), "{part}");
}

#[test]
fn the_storage_root_key_has_four_places() {
    let with = |text: &str| load(&format!("[storage_root_key]\n{text}\n{LEAST}"));
    let key = |text: &str| with(text).unwrap().storage_root_key;
    assert_eq!(key("path = \"/k\""), StorageRootKeySettings::File("/k".into()));
    assert_eq!(key("kind = \"credential\"\nname = \"k\""), StorageRootKeySettings::Credential("k".into()));
    assert_eq!(key("kind = \"environment\"\nvariable = \"K\""), StorageRootKeySettings::Environment("K".into()));
    let sealed = format!("kind = \"provider\"\nprovider = \"pkcs11\"\n{TOKEN}slot = 1\n");
    assert_eq!(key(&sealed), StorageRootKeySettings::Provider("pkcs11".into()));
    let wrong = [
        "kind = \"provider\"",
        "kind = \"provider\"\nprovider = \"tpm\"",
        "kind = \"provider\"\nprovider = \"software\"",
        "kind = \"credential\"",
        "kind = \"credential\"\nname = \"../k\"",
        "kind = \"environment\"",
        "kind = \"environment\"\nvariable = \"K=\"",
        "kind = \"environment\"\npath = \"/k\"\nvariable = \"K\"",
    ];
    for wrong in wrong {
        assert_eq!(with(wrong).expect_err(wrong).to_string().lines().count(), 1, "{wrong}");
    }
}

#[test]
fn a_reload_knows_what_only_a_restart_can_change() {
    let old = load(LEAST).unwrap();
    let live = load(&format!("{LEAST}[log]\nlevel = \"debug\"\n[limits]\nidle_timeout_s = 5\n")).unwrap();
    assert_ne!(old, live);
    assert!(old.needs_restart(&live).is_empty());
    let fixed = "[service]\nsocket_path = \"s\"\nsocket_mode = 0o600\nfurther_socket_paths = [\"t\"]\n\
                 admin_socket_path = \"a\"\nadmin_socket_group = \"g\"\n\
                 metrics_socket_path = \"m\"\nstate_directory = \"d\"\n[storage_root_key]\npath = \"k\"\n";
    let expected = [
        "service.socket_path",
        "service.socket_mode",
        "service.further_socket_paths",
        "service.admin_socket_path",
        "service.admin_socket_group",
        "service.metrics_socket_path",
        "service.state_directory",
    ];
    assert_eq!(old.needs_restart(&load(&format!("{fixed}{LEAST}")).unwrap()), expected);
}

#[test]
fn a_file_that_cannot_be_read_is_one_complaint() {
    let refused = Source::File("/nonexistent/config.toml".into()).load().unwrap_err().to_string();
    assert!(refused.starts_with("/nonexistent/config.toml: cannot be read: "), "{refused}");
    assert_eq!(refused.lines().count(), 1);
}

#[test]
fn the_packaged_configuration_agrees_with_the_units() {
    let packaged = load(include_str!("../../../packaging/config.toml")).unwrap().service;
    assert!(packaged.refuse_root);
    let socket = include_str!("../../../packaging/systemd/keystead.socket");
    assert!(socket.contains(&format!("ListenStream={}\n", packaged.socket_path.display())));
    let admin = include_str!("../../../packaging/systemd/keystead-admin.socket");
    let admin_path = packaged.admin_socket_path.expect("the identity provider needs one");
    assert!(admin.contains(&format!("ListenStream={}\n", admin_path.display())));
    assert!(admin.contains("FileDescriptorName=service-admin\n"));
    let service = include_str!("../../../packaging/systemd/keystead.service");
    assert!(packaged.state_directory.ends_with("keystead") && service.contains("StateDirectory=keystead\n"));
}

#[test]
fn a_pin_in_a_file_that_others_can_read_is_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let warnings = |pin: &str, mode: u32| {
        fs::write(&file, format!("{LEAST}{TOKEN}slot = 0\n{pin}\n")).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("it is ours");
        Source::File(file.clone()).load().unwrap().warnings()
    };
    for mode in [0o640, 0o604, 0o644] {
        let warnings = warnings("user_pin = \"4711\"", mode);
        assert!(warnings.len() == 1 && !warnings[0].contains("4711"), "{mode:o}: {warnings:?}");
    }
    assert!(warnings("user_pin = \"4711\"", 0o600).is_empty());
    assert!(warnings("user_pin_file = \"pin\"", 0o644).is_empty());
}

#[test]
fn a_file_is_read_whole_however_long_it_is_up_to_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let load = |bytes: &[u8]| {
        fs::write(&file, bytes).expect("a file");
        Source::File(file.clone()).load()
    };
    let long = format!("{}{LEAST}", "# A comment.\n".repeat(10_000));
    assert!(load(long.as_bytes()).is_ok());
    let longer = format!("{}{LEAST}", "# A comment.\n".repeat(100_000));
    assert!(load(longer.as_bytes()).unwrap_err().to_string().contains("longer than"));
    assert!(load(b"# \xFF\n").unwrap_err().to_string().contains("no text in UTF-8"));
}
