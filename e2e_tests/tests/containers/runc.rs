//! Containers of runc.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use keystead_e2e_tests::binary::workspace;
use serde_json::{Value, json};

use crate::host::{APPLICATION, make_root};

/// A container that is not started yet: its folder, and its configuration.
pub struct Bundle {
    /// Where runc keeps its records.
    records: PathBuf,
    folder: PathBuf,
    /// Unique on the host.
    id: String,
    config: Value,
}

/// A running container, whose first process is a shell that reads its commands from us.
pub struct Container {
    bundle: Bundle,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Bundle {
    /// One that asks for an identity by its annotation, and whose hooks are the orchestrator's.
    pub fn make(host: &Path, name: &str, identity: Option<&str>) -> Bundle {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let id = format!("keystead-test-{}-{number}-{name}", std::process::id());
        let folder = host.join(format!("bundle-{number}"));
        make_root(&folder.join("rootfs"));
        let mut config = specification(&folder);
        config["process"]["terminal"] = false.into();
        config["process"]["user"] = json!({"uid": APPLICATION, "gid": APPLICATION});
        config["process"]["args"] = json!(["/bin/busybox", "sh"]);
        config["process"]["env"] = json!([
            "PATH=/bin",
            "KEYSTEAD_SERVICE_ENDPOINT=unix:/run/service/service.sock",
            "KEYSTEAD_IDENTITY_ENDPOINT=unix:/run/identity/identity.sock",
        ]);
        for set in ["bounding", "effective", "permitted", "ambient"] {
            config["process"]["capabilities"][set] = json!([]);
        }
        let mounts = config["mounts"].as_array_mut().expect("there are mounts");
        mounts.push(json!({"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}));
        for socket in ["service", "identity"] {
            let destination = format!("/run/{socket}");
            let options = ["rbind", "ro", "nosuid", "nodev", "noexec"];
            mounts.push(
                json!({"destination": destination, "source": host.join(socket), "type": "bind", "options": options}),
            );
        }
        config["hooks"] = packaged_hooks(host);
        config["linux"]["cgroupsPath"] = format!("/{id}").into();
        if let Some(identity) = identity {
            config["annotations"] = json!({"keystead.identity": identity});
        }
        Bundle { records: host.join("runc"), folder, id, config }
    }

    /// The same in the cgroup of another.
    pub fn in_cgroup_of(mut self, other: &Bundle) -> Bundle {
        self.config["linux"]["cgroupsPath"] = other.config["linux"]["cgroupsPath"].clone();
        self
    }

    /// Whether a container can be run on this host at all, and without us; else why not.
    pub fn probe(mut self) -> Result<(), String> {
        let config = self.config.as_object_mut().expect("a configuration is an object");
        config.remove("hooks");
        let mounts = config["mounts"].as_array_mut().expect("there are mounts");
        // There are no daemons yet.
        mounts.retain(|mount| mount["type"] != "bind");
        if let Err(error) = Command::new("runc").arg("--version").output() {
            return Err(error.to_string());
        }
        let output = self.run_to_its_end("true");
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    }

    /// Runs it with this script instead of ours.
    pub fn run_to_its_end(mut self, script: &str) -> Output {
        self.config["process"]["args"] = json!(["/bin/busybox", "sh", "-c", script]);
        self.command().stdin(Stdio::null()).output().expect("Debian's runc")
    }

    fn command(&self) -> Command {
        fs::write(self.folder.join("config.json"), self.config.to_string()).expect("the folder is ours");
        let mut command = Command::new("runc");
        command.arg("--root").arg(&self.records).arg("run").arg("--bundle").arg(&self.folder).arg(&self.id);
        command
    }

    fn cgroups(&self) -> Vec<PathBuf> {
        let path = self.config["linux"]["cgroupsPath"].as_str().expect("it was set").trim_start_matches('/');
        let mounts = fs::read_to_string("/proc/mounts").expect("there is /proc");
        let mounts = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let of_cgroups = mounts.filter(|mount| mount.len() > 2 && mount[2].starts_with("cgroup"));
        of_cgroups.map(|mount| Path::new(mount[1]).join(path)).filter(|folder| folder.exists()).collect()
    }
}

impl Container {
    /// Starts it.
    pub fn start(bundle: Bundle) -> Container {
        let log = fs::File::create(bundle.folder.join("log")).expect("the folder is ours");
        let mut command = bundle.command();
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn().expect("Debian's runc");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("it was piped"));
        let mut container = Container { bundle, process, input, output };
        assert_eq!(container.shell("echo started"), (0, "started".to_owned()));
        container
    }

    /// What it was made from.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Has the shell carry out a command; gives its exit code and what it printed.
    pub fn shell(&mut self, command: &str) -> (u32, String) {
        let input = self.input.as_mut().expect("it was not ended");
        // A command of its own does not read what is for the shell.
        writeln!(input, "({command}) </dev/null; code=$?; echo; echo END $code").expect("the container reads");
        let mut said = String::new();
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("words");
            assert_ne!(read, 0, "the container has ended: {}", self.log());
            if let Some(code) = line.strip_prefix("END ") {
                return (code.trim().parse().expect("an exit code"), said.trim_end().to_owned());
            }
            said.push_str(&line);
        }
    }

    /// Has the shell carry out a command that succeeds; gives what it printed.
    #[track_caller]
    pub fn succeeds(&mut self, command: &str) -> String {
        let (code, said) = self.shell(&format!("{command} 2>&1"));
        assert_eq!(code, 0, "{command}: {said}");
        said
    }

    /// Its folders in the hierarchies of cgroups.
    pub fn cgroups(&self) -> Vec<PathBuf> {
        self.bundle.cgroups()
    }

    /// Ends its shell, and waits until runc has cleared up and called its hooks. Gives whether runc is content.
    pub fn end(mut self) -> bool {
        self.input = None;
        self.process.wait().expect("the child is ours").success()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.bundle.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("{}: {}", self.bundle.id, self.log());
        }
    }
}

/// The hooks of the packaged example, as if it were installed below this folder.
fn packaged_hooks(host: &Path) -> Value {
    let example = fs::read_to_string(workspace().join("packaging/oci/config.json.example")).expect("it is packaged");
    let host = host.to_str().expect("the tests' paths are text");
    let example = example.replace("/usr/bin/", &format!("{host}/")).replace("/run/keystead-", &format!("{host}/"));
    let mut example: Value = serde_json::from_str(&example).expect("it is JSON");
    example["hooks"].take()
}

/// What `runc spec` proposes.
fn specification(folder: &Path) -> Value {
    let made = Command::new("runc").args(["spec", "--bundle"]).arg(folder).output();
    if made.is_err() {
        return json!({"process": {"capabilities": {}}, "mounts": [], "linux": {}});
    }
    let file = folder.join("config.json");
    serde_json::from_slice(&fs::read(file).expect("runc wrote it")).expect("runc writes JSON")
}
