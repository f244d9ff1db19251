//! swtpm, a TPM 2.0 as a process: started on state of its own, killed, and started again on the same state.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::effort::left_out;
use crate::folder::Folder;
use crate::service::PATIENCE;
use crate::softhsm::runs;

/// How often other ports are tried: another program may take those that were free a moment ago.
const ATTEMPTS: usize = 20;
/// How long to wait before it is asked again whether a new process takes connections: it does not say so itself.
const PAUSE: Duration = Duration::from_millis(5);

/// A TPM. Its process dies with this, or with the thread that started it.
pub struct Swtpm {
    folder: Folder,
    other: Option<Folder>,
    port: u16,
    child: Option<Child>,
}

impl Swtpm {
    /// A new TPM, which nobody has used.
    pub fn new() -> Swtpm {
        for _ in 0..ATTEMPTS {
            let mut swtpm = Swtpm { folder: Folder::new(), other: None, port: free_ports(), child: None };
            if swtpm.try_start() {
                return swtpm;
            }
        }
        panic!("swtpm does not start; is it installed?");
    }

    /// Whether swtpm and the tools to look into it are installed; counted as left out if they are not.
    pub fn is_here(what: &str) -> bool {
        let is_here = runs("swtpm", "--version") && runs("tpm2_getcap", "--version") && crate::binary::has_tpm();
        if !is_here {
            left_out(what, "swtpm, tpm2-tools or libtss2-dev is not installed");
        }
        is_here
    }

    /// How a client of the TPM names it.
    pub fn tcti(&self) -> String {
        format!("swtpm:host=127.0.0.1,port={}", self.port)
    }

    /// The lines of a provider for it, without its name.
    pub fn provider(&self) -> String {
        format!("\n[[provider]]\nkind = \"tpm\"\ntcti = \"{}\"\n", self.tcti())
    }

    /// Ends it at once (SIGKILL), as a power failure would.
    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.kill();
        let _ = child.wait();
    }

    /// Starts it again after [`Swtpm::kill`], with its keys and counters as they were.
    pub fn start(&mut self) {
        assert!(self.child.is_none(), "it runs");
        assert!(self.try_start(), "swtpm does not start again");
    }

    /// Puts another TPM at its address, which nobody has used; and by the second call puts the first one back.
    pub fn swap(&mut self) {
        self.kill();
        let other = self.other.take().unwrap_or_default();
        self.other = Some(std::mem::replace(&mut self.folder, other));
        self.start();
    }

    /// Objects in the TPM's memory and in its permanent store, while nobody else uses it. Handles of the TPM itself,
    /// which it has from the beginning, are not counted.
    pub fn handles(&self) -> Vec<String> {
        let lists = ["handles-transient", "handles-persistent", "handles-loaded-session", "handles-saved-session"];
        lists
            .iter()
            .flat_map(|list| self.tool("tpm2_getcap", &[list]).lines().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    }

    /// Runs one of tpm2-tools and gives what it printed. A TPM serves one client at a time: no service may be connected.
    pub fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let mut tool = Command::new(program);
        tool.args(arguments).env("TPM2TOOLS_TCTI", self.tcti()).stdin(Stdio::null()).current_dir(self.folder.path());
        let output = tool.output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {complaint}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts the process; false if it ended instead of taking connections.
    fn try_start(&mut self) -> bool {
        let control = self.port + 1;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "swtpm", "socket", "--tpm2", "--flags", "not-need-init,startup-clear"]);
        command.arg("--tpmstate").arg(format!("dir={}", self.folder.path().display()));
        command.arg("--server").arg(format!("type=tcp,port={},bindaddr=127.0.0.1", self.port));
        command.arg("--ctrl").arg(format!("type=tcp,port={control},bindaddr=127.0.0.1"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("setpriv is part of every Debian");
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, control)).is_err() {
            if child.try_wait().expect("the child is ours").is_some() {
                return false;
            }
            assert!(begun.elapsed() < PATIENCE, "swtpm neither runs nor ends");
            std::thread::sleep(PAUSE);
        }
        self.child = Some(child);
        true
    }
}

impl Default for Swtpm {
    fn default() -> Swtpm {
        Swtpm::new()
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The first of two ports that follow each other and are free: a client looks for the control channel there.
fn free_ports() -> u16 {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    loop {
        let first = bind(0).expect("there is a free port");
        let port = first.local_addr().expect("it is bound").port();
        if port < u16::MAX && bind(port + 1).is_ok() {
            return port;
        }
    }
}
