//! Who made a session object that lies in the service: the process, so that others can tell when it is gone.
//!
//! A session object must not outlive its session, and the service keeps keys for ever. The module destroys them when a
//! session closes; what a crash leaves, the next process of the same identity finds and destroys, if it can be sure that the
//! owner has ended: another boot, or no such process in the same PID namespace. Of other namespaces it cannot know, and
//! leaves them alone until somebody there looks or the host starts anew.

use std::fs;

use rustix::process::{Pid, test_kill_process};

/// A process, told from all others that this host ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    boot: String,
    namespace: String,
    process: u32,
    /// In clock ticks since the boot: a number that is used again for a process has another.
    began: u64,
}

impl Owner {
    /// This process.
    pub(crate) fn this() -> Owner {
        let process = std::process::id();
        Owner { boot: boot(), namespace: namespace(), process, began: began(process).unwrap_or_default() }
    }

    /// Reads what [`Display`](std::fmt::Display) wrote.
    pub(crate) fn parse(text: &str) -> Option<Owner> {
        let mut parts = text.split('.');
        let owner = Owner {
            boot: parts.next()?.to_owned(),
            namespace: parts.next()?.to_owned(),
            process: parts.next()?.parse().ok()?,
            began: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(owner)
    }

    /// Whether the process has surely ended.
    pub(crate) fn is_gone(&self) -> bool {
        if self.boot != boot() {
            return !self.boot.is_empty() && !boot().is_empty();
        }
        if self.namespace.is_empty() || self.namespace != namespace() {
            return false;
        }
        let Some(pid) = i32::try_from(self.process).ok().and_then(Pid::from_raw) else { return false };
        match test_kill_process(pid) {
            Err(rustix::io::Errno::SRCH) => true,
            // Somebody has this number; is it the same process?
            _ => self.began != 0 && began(self.process).is_some_and(|began| began != self.began),
        }
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}.{}", self.boot, self.namespace, self.process, self.began)
    }
}

/// The kernel's name of this boot; empty if it has none to give.
fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.chars().filter(char::is_ascii_hexdigit).collect()
}

/// The inode of this process's PID namespace; empty without /proc.
fn namespace() -> String {
    let link = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    link.to_string_lossy().chars().filter(char::is_ascii_digit).collect()
}

/// When a process began (proc_pid_stat(5), field 22), if it can be seen.
fn began(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the command in parentheses, which may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_gone_when_it_ended_and_not_before() {
        let this = Owner::this();
        assert_eq!(Owner::parse(&this.to_string()), Some(this.clone()));
        assert!(!this.is_gone());
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let process = child.id();
        let other = Owner { process, began: began(process).unwrap(), ..this.clone() };
        assert!(!other.is_gone());
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(other.is_gone());
        assert!(Owner { began: this.began + 1, ..this.clone() }.is_gone(), "another process with its number");
        assert!(Owner { boot: "0".into(), ..this.clone() }.is_gone(), "of another boot");
        assert!(!Owner { namespace: "1".into(), ..other }.is_gone(), "nobody can tell");
    }
}
