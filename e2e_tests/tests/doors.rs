//! The doors of the command `keystead` for programs that know nothing of us: OpenSSH's programs ask its agent, OpenSSL
//! reads its certificate requests and speaks TLS with its server.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use keystead_e2e_tests::binary;
use keystead_e2e_tests::effort::{left_out, may_be_others};
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::wire::Wire;
use rustix::process::{Pid, Signal, kill_process};

/// Keys of every kind that SSH, certificates and TLS know: name, type, algorithm.
const KEYS: &[[&str; 3]] = &[
    ["p256", "ecc-p256", "ecdsa-sha256"],
    ["p384", "ecc-p384", "ecdsa-sha384"],
    ["p521", "ecc-p521", "ecdsa-sha512"],
    ["rsa", "rsa-2048", "rsa-pkcs1v15-any-hash"],
    ["pss", "rsa-2048", "rsa-pss-sha256"],
];

/// How many of them a TPM is asked for: it has P-256, maybe P-384, and keys for RSA of one hash alone, whereas ssh-keygen
/// wants SHA-512.
const KEYS_OF_TPM: usize = 1;

/// Those that SSH has no signatures for.
const NOT_FOR_SSH: &[&str] = &["pss"];

/// Somebody on the host, with a directory for files.
struct Host {
    service: Service,
    directory: PathBuf,
    keys: &'static [[&'static str; 3]],
}

impl Host {
    /// A host with all [`KEYS`] in this place, as far as it can have them.
    fn with_keys(place: &Place) -> Host {
        let config = PLAIN.replace("\n[[provider]]\nkind = \"software\"\n", &place.provider());
        let service = Service::in_home(place.home(&config));
        let directory = service.home().path().join("files");
        fs::create_dir(&directory).expect("the directory is ours");
        let keys = if matches!(place, Place::Swtpm(_)) { &KEYS[..KEYS_OF_TPM] } else { KEYS };
        let host = Host { service, directory, keys };
        for [name, kind, algorithm] in keys {
            host.keystead(&["generate", name, "--type", kind, "--alg", algorithm]);
        }
        host
    }

    /// A program in the directory, that finds the service and puts its sockets there.
    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.directory).stdin(Stdio::null());
        command.env("KEYSTEAD_SERVICE_ENDPOINT", format!("unix:{}", self.service.home().socket().display()));
        command.env("XDG_RUNTIME_DIR", &self.directory).env_remove("SSH_AUTH_SOCK");
        command.env_remove("KEYSTEAD_IDENTITY_ENDPOINT");
        command
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        self.command(program, arguments).output().unwrap_or_else(|error| panic!("{program:?}: {error}"))
    }

    fn keystead(&self, arguments: &[&str]) -> String {
        words(self.run(binary::command(), arguments))
    }

    /// Runs a program with an agent of its own.
    fn with_agent(&self, command: &[&str]) -> Output {
        self.run(binary::command(), &[&["ssh-agent", "--"], command].concat())
    }

    fn openssl(&self, arguments: &str) -> String {
        words(self.run("openssl".as_ref(), &arguments.split(' ').collect::<Vec<_>>()))
    }

    fn put(&self, name: &str, content: &[u8]) {
        fs::write(self.directory.join(name), content).expect("the directory is ours");
    }

    /// Starts a server of the command's, and gives the first line that it prints.
    fn start(&self, arguments: &[&str]) -> (Server, String) {
        let mut child = self.command(binary::command(), arguments).stdout(Stdio::piped()).spawn().expect("it is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it prints text");
        (Server { child, _stdout: stdout }, line.trim_end().to_owned())
    }
}

/// A server, ended when it is dropped.
struct Server {
    child: Child,
    _stdout: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program that succeeded printed.
fn words(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The places for keys that are here.
fn places(what: &str) -> Vec<Place> {
    [Some(Place::Software), Place::softhsm(what), Place::swtpm(what)].into_iter().flatten().collect()
}

/// Whether a program is here; if not, `what` is counted as left out.
fn is_here(program: &str, what: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        left_out(what, &format!("there is no {program}"));
    }
    found
}

#[test]
fn what_ssh_keygen_signs_with_a_key_of_the_agent_it_verifies() {
    const WHAT: &str = "what_ssh_keygen_signs_with_a_key_of_the_agent_it_verifies";
    if !is_here("ssh-keygen", WHAT) {
        return;
    }
    for place in places(WHAT) {
        let host = Host::with_keys(&place);
        let listed = words(host.with_agent(&["ssh-add", "-L"]));
        let names: Vec<&str> = listed.lines().filter_map(|line| line.split(' ').nth(2)).collect();
        let expected = host.keys.iter().map(|[name, ..]| *name).filter(|name| !NOT_FOR_SSH.contains(name));
        assert_eq!(names, expected.collect::<Vec<_>>(), "{}", place.name());
        // It reads every key as what it is.
        assert_eq!(words(host.with_agent(&["ssh-add", "-l"])).lines().count(), names.len());

        host.put("letter", b"a letter\n");
        for (key, name) in listed.lines().zip(names) {
            host.put("key.pub", key.as_bytes());
            host.put("allowed", format!("me {key}\n").as_bytes());
            let _ = fs::remove_file(host.directory.join("letter.sig"));
            let sign = ["ssh-keygen", "-Y", "sign", "-f", "key.pub", "-n", "file", "letter"];
            words(host.with_agent(&sign));
            let verify = |letter: &str| {
                let script = format!("ssh-keygen -Y verify -f allowed -I me -n file -s letter.sig <{letter}");
                host.run("sh".as_ref(), &["-c", &script]).status.success()
            };
            assert!(verify("letter"), "{name} of {}", place.name());
            assert!(!verify("allowed"), "{name} of {}: another text", place.name());
        }
    }
}

#[test]
fn the_agent_takes_no_keys_and_gives_none_away_and_ends_with_its_command() {
    const WHAT: &str = "the_agent_takes_no_keys_and_gives_none_away_and_ends_with_its_command";
    if !is_here("ssh-add", WHAT) {
        return;
    }
    let host = Host::with_keys(&Place::Software);
    words(host.run("ssh-keygen".as_ref(), &["-q", "-t", "ed25519", "-N", "", "-f", "other"]));
    for refused in [&["ssh-add", "other"][..], &["ssh-add", "-D"]] {
        assert!(!host.with_agent(refused).status.success(), "{refused:?}");
    }
    assert_eq!(words(host.with_agent(&["ssh-add", "-l"])).lines().count(), KEYS.len() - NOT_FOR_SSH.len());

    assert_eq!(host.with_agent(&["sh", "-c", "exit 7"]).status.code(), Some(7));
    let ended = host.with_agent(&["sh", "-c", "kill -TERM $PPID; exec sleep 60"]);
    assert_eq!(ended.status.code(), Some(128 + 15), "a signal reaches the command");
    let left = fs::read_dir(host.directory.join("keystead")).expect("the agents made it").count();
    assert_eq!(left, 0, "no socket is left behind");

    host.keystead(&["delete", "p256"]);
    assert!(!words(host.with_agent(&["ssh-add", "-L"])).contains("p256"), "a key that is gone is not shown");
}

#[test]
fn the_agent_of_a_session_is_its_users_alone() {
    let host = Host::with_keys(&Place::Software);
    let (mut agent, line) = host.start(&["ssh-agent"]);
    let socket = host.directory.join("keystead/ssh-agent.sock");
    assert_eq!(line, format!("SSH_AUTH_SOCK={}; export SSH_AUTH_SOCK;", socket.display()));
    let mode = |path: &Path| fs::metadata(path).expect("the agent made it").permissions().mode() & 0o777;
    assert_eq!((mode(&socket), mode(&host.directory.join("keystead"))), (0o600, 0o700));
    assert_eq!(host.run(binary::command(), &["ssh-agent"]).status.code(), Some(2), "there is one already");

    // Requests that are nothing, and such as would change the agent: removing all keys, locking, an extension.
    let mut own = UnixStream::connect(&socket).expect("it listens");
    own.set_read_timeout(Some(PATIENCE)).expect("a time limit that is not zero");
    for request in [&[][..], &[19], &[22, 0, 0, 0, 1, b'x'], &[27, 0, 0, 0, 1, b'q'], &[13, 0xff, 0xff, 0xff, 0xff]] {
        own.write_all(&[&(request.len() as u32).to_be_bytes()[..], request].concat()).expect("it reads");
        let mut answer = [0; 5];
        own.read_exact(&mut answer).expect("everything is answered");
        assert_eq!(answer, [0, 0, 0, 1, 5], "SSH_AGENT_FAILURE to {request:?}");
    }
    own.write_all(&[0xff; 4]).expect("it reads");
    assert_eq!(own.read(&mut [0]).expect("an end in order"), 0, "a message of 4 GiB is not waited for");

    if may_be_others("the_agent_of_a_session_is_its_users_alone") {
        // Whatever the folder and the socket let in.
        for (path, mode) in [(socket.parent().expect("it has one"), 0o755), (&socket, 0o666)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("they are ours");
        }
        assert!(Wire::connect_as(2_001, &socket).is_at_end(), "another user is not answered");
    }

    kill_process(Pid::from_child(&agent.child), Signal::TERM).expect("it is our child");
    assert!(agent.child.wait().expect("it is our child").success());
    assert!(!socket.exists());
}

#[test]
fn openssl_believes_a_request_and_a_server_whose_key_is_in_the_service() {
    const WHAT: &str = "openssl_believes_a_request_and_a_server_whose_key_is_in_the_service";
    if !is_here("openssl", WHAT) {
        return;
    }
    for place in places(WHAT) {
        let host = Host::with_keys(&place);
        let curve = "ec -pkeyopt ec_paramgen_curve:P-256";
        host.openssl(&format!("req -x509 -newkey {curve} -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 2"));
        for [name, ..] in host.keys {
            let subject = r"CN=localhost,O=Example\, Inc.,C=NL";
            let names = ["--san", "dns:localhost", "--san", "ip:127.0.0.1"];
            host.keystead(&[&["csr", name, "--subject", subject, "-o", "csr"], &names[..]].concat());
            let read = host.openssl("req -in csr -verify -noout -subject -text");
            assert!(read.contains(r#"C = NL, O = "Example, Inc.", CN = localhost"#), "{read}");
            assert!(read.contains("DNS:localhost, IP Address:127.0.0.1"), "{read}");

            let sign = "x509 -req -in csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days 1";
            host.openssl(&format!("{sign} -out {name}.pem"));
            let (_server, line) = host.start(&["tls-test", name, "--certificate", &format!("{name}.pem")]);
            let address = line.strip_prefix("listening on ").expect("it tells where");
            for version in ["1_2", "1_3"] {
                // TLS 1.3 has no signatures with PKCS#1 v1.5 (RFC 8446 4.2.3).
                let expected = *name != "rsa" || version == "1_2";
                let answered = greet(&host, address, version);
                let greeting = format!("keystead tls-test: key {name}, TLSv{version}: hello");
                assert_eq!(answered.contains(&greeting), expected, "{name} of {}: {answered}", place.name());
            }
        }
        let mixed = host.run(binary::command(), &["tls-test", "p256", "--certificate", "ca.pem"]);
        assert_eq!(mixed.status.code(), Some(2), "the certificate of another key");
    }
}

/// Says hello to a server, over this version of TLS, with a client that insists on its certificate.
fn greet(host: &Host, address: &str, version: &str) -> String {
    let arguments = format!(
        "s_client -connect {address} -tls{version} -CAfile ca.pem -verify_return_error -verify_hostname localhost -ign_eof"
    );
    let mut command = host.command("openssl".as_ref(), &arguments.split(' ').collect::<Vec<_>>());
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut client = command.spawn().expect("it is here");
    let hello = client.stdin.take().expect("it is piped").write_all(b"hello\n");
    let output = client.wait_with_output().expect("it is our child");
    let words = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // One that was refused may be gone before.
    assert!(hello.is_ok() || !output.status.success(), "{words}");
    words
}
