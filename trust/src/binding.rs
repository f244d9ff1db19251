//! What ties a token to the process that fetched it: the claim `uds`.
//!
//! The identity provider writes what the kernel told it of its caller; the service compares that with what the kernel
//! tells it of its own, so that a stolen token is useless from elsewhere. Both run on one host, in one pid namespace.

use std::fmt;

use serde_json::json;

use crate::json::{BadMember, Object};

/// The longest path of a cgroup that a token carries, in bytes: the rest of a token of 4 KiB is for the rest.
pub const MAX_CGROUP_PATH_BYTES: usize = 1024;

/// One run of the kernel, random at each boot (random(4), `boot_id`): pids and inodes begin anew with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BootId([u8; 16]);

/// Of which of the kernel's trees of cgroups the path and id are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hierarchy {
    /// The unified one (cgroups(7), version 2).
    V2,
    /// Version 1, the controller `pids`.
    Pids,
    /// Version 1, the controller `freezer`.
    Freezer,
}

/// Where a process runs, in one hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cgroup {
    /// The tree.
    pub hierarchy: Hierarchy,
    /// The inode of its directory, which is its id in the kernel and is not used again before the next boot.
    pub id: u64,
    /// From the tree's root, `/` for the root. Not asked where the id alone decides.
    pub path: Option<String>,
}

/// What the kernel says of a caller now; of what nobody asked for, nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerFacts {
    /// This run of the kernel.
    pub boot: BootId,
    /// Effective uid at connect (SO_PEERCRED).
    pub uid: u32,
    /// Process id, in the pid namespace of the daemon.
    pub pid: u32,
    /// Inode of the process's pidfd, unique until the next boot (Linux 6.9).
    pub pidfd_inode: Option<u64>,
    /// When it started, in clock ticks since boot (proc_pid_stat(5), field 22).
    pub start_time: Option<u64>,
    /// Its cgroup.
    pub cgroup: Option<Cgroup>,
}

/// How tightly a token is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BindingKind {
    /// Not at all: whoever has the token may use it.
    None,
    /// Every process of the uid.
    Uid,
    /// The one process.
    Process,
    /// Every process of the uid in the cgroup, as in one container.
    Cgroup,
}

/// What a token says of who may use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Binding {
    /// Everybody.
    None,
    /// The uid, until the next boot.
    Uid {
        /// The run of the kernel.
        boot: BootId,
        /// The uid.
        uid: u32,
    },
    /// One process.
    Process {
        /// The run of the kernel.
        boot: BootId,
        /// The uid.
        uid: u32,
        /// Process id.
        pid: u32,
        /// Inode of the pidfd, where the kernel has one of each process's own.
        pidfd_inode: Option<u64>,
        /// Start, in clock ticks since boot.
        start_time: u64,
    },
    /// One uid in one cgroup.
    Cgroup {
        /// The run of the kernel.
        boot: BootId,
        /// The uid.
        uid: u32,
        /// The tree.
        hierarchy: Hierarchy,
        /// The path in it.
        path: String,
        /// The id in it.
        id: u64,
    },
}

/// The kernel told too little to bind a token so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the kernel does not say the caller's {0}")]
pub struct MissingFact(&'static str);

/// Whether a caller of whom the kernel says `facts` may use a token that is bound so.
pub fn matches(binding: &Binding, facts: &PeerFacts) -> bool {
    let same_user = |boot: &BootId, uid: &u32| *boot == facts.boot && *uid == facts.uid;
    match binding {
        Binding::None => true,
        Binding::Uid { boot, uid } => same_user(boot, uid),
        Binding::Process { boot, uid, pid, pidfd_inode, start_time } => {
            let same_process = match (pidfd_inode, &facts.pidfd_inode) {
                (Some(bound), Some(seen)) => bound == seen && facts.start_time.is_none_or(|seen| seen == *start_time),
                // Without an inode of its own a process is its pid and its start.
                (None, None) => facts.start_time == Some(*start_time),
                _ => false,
            };
            same_user(boot, uid) && *pid == facts.pid && same_process
        }
        Binding::Cgroup { boot, uid, hierarchy, path, id } => {
            let same_cgroup = facts.cgroup.as_ref().is_some_and(|seen| {
                seen.hierarchy == *hierarchy && seen.id == *id && seen.path.as_ref().is_none_or(|seen| seen == path)
            });
            same_user(boot, uid) && same_cgroup
        }
    }
}

impl PeerFacts {
    /// The binding of this kind to a caller of whom all facts were gathered.
    pub fn binding(&self, kind: BindingKind) -> Result<Binding, MissingFact> {
        let (boot, uid, pid) = (self.boot, self.uid, self.pid);
        Ok(match kind {
            BindingKind::None => Binding::None,
            BindingKind::Uid => Binding::Uid { boot, uid },
            BindingKind::Process => {
                let start_time = self.start_time.ok_or(MissingFact("start time"))?;
                Binding::Process { boot, uid, pid, pidfd_inode: self.pidfd_inode, start_time }
            }
            BindingKind::Cgroup => {
                let cgroup = self.cgroup.as_ref().ok_or(MissingFact("cgroup"))?;
                let path = cgroup.path.clone().ok_or(MissingFact("path of the cgroup"))?;
                if path.len() > MAX_CGROUP_PATH_BYTES {
                    return Err(MissingFact("cgroup in a path short enough for a token"));
                }
                Binding::Cgroup { boot, uid, hierarchy: cgroup.hierarchy, path, id: cgroup.id }
            }
        })
    }

    /// The binding that is right if nobody asks for another: the cgroup, unless it is one that everybody shares.
    pub fn default_binding(&self) -> Result<Binding, MissingFact> {
        let has_its_own =
            self.cgroup.as_ref().and_then(|cgroup| cgroup.path.as_deref()).is_some_and(|path| path != "/");
        self.binding(if has_its_own { BindingKind::Cgroup } else { BindingKind::Process })
    }
}

impl Binding {
    /// How tight it is.
    pub fn kind(&self) -> BindingKind {
        match self {
            Binding::None => BindingKind::None,
            Binding::Uid { .. } => BindingKind::Uid,
            Binding::Process { .. } => BindingKind::Process,
            Binding::Cgroup { .. } => BindingKind::Cgroup,
        }
    }

    /// The claim's value.
    pub fn to_json(&self) -> serde_json::Value {
        let kind = self.kind().name();
        match self {
            Binding::None => json!({"kind": kind}),
            Binding::Uid { boot, uid } => json!({"kind": kind, "boot": boot.to_string(), "uid": uid}),
            Binding::Process { boot, uid, pid, pidfd_inode, start_time } => {
                let mut claim =
                    json!({"kind": kind, "boot": boot.to_string(), "uid": uid, "pid": pid, "start": start_time});
                if let Some(inode) = pidfd_inode {
                    claim["pidfd"] = json!(inode);
                }
                claim
            }
            Binding::Cgroup { boot, uid, hierarchy, path, id } => json!({
                "kind": kind, "boot": boot.to_string(), "uid": uid,
                "hierarchy": hierarchy.name(), "path": path, "id": id,
            }),
        }
    }

    /// Reads the claim's value: exactly the members of its kind.
    pub fn from_json(mut claim: Object) -> Result<Binding, BadMember> {
        let kind = claim.take_text("kind")?;
        let binding = match kind.as_str() {
            "none" => Binding::None,
            "uid" => Binding::Uid { boot: take_boot(&mut claim)?, uid: take_u32(&mut claim, "uid")? },
            "process" => Binding::Process {
                boot: take_boot(&mut claim)?,
                uid: take_u32(&mut claim, "uid")?,
                pid: take_u32(&mut claim, "pid")?,
                pidfd_inode: claim.take_optional_natural("pidfd")?,
                start_time: claim.take_natural("start")?,
            },
            "cgroup" => Binding::Cgroup {
                boot: take_boot(&mut claim)?,
                uid: take_u32(&mut claim, "uid")?,
                hierarchy: Hierarchy::named(&claim.take_text("hierarchy")?).ok_or(BadMember("hierarchy"))?,
                path: claim.take_text("path")?,
                id: claim.take_natural("id")?,
            },
            _ => return Err(BadMember("kind")),
        };
        if claim.is_empty() { Ok(binding) } else { Err(BadMember("uds")) }
    }
}

impl BindingKind {
    /// Its name in tokens and configurations.
    pub const fn name(self) -> &'static str {
        match self {
            BindingKind::None => "none",
            BindingKind::Uid => "uid",
            BindingKind::Process => "process",
            BindingKind::Cgroup => "cgroup",
        }
    }

    /// The kind of exactly this name.
    pub fn named(name: &str) -> Option<BindingKind> {
        use BindingKind::*;
        [None, Uid, Process, Cgroup].into_iter().find(|kind| kind.name() == name)
    }
}

impl Hierarchy {
    /// Its name in tokens.
    pub const fn name(self) -> &'static str {
        match self {
            Hierarchy::V2 => "v2",
            Hierarchy::Pids => "pids",
            Hierarchy::Freezer => "freezer",
        }
    }

    fn named(name: &str) -> Option<Hierarchy> {
        [Hierarchy::V2, Hierarchy::Pids, Hierarchy::Freezer].into_iter().find(|tree| tree.name() == name)
    }
}

impl BootId {
    /// Reads it as the kernel writes it: a UUID in lower case.
    pub fn parse(text: &str) -> Option<BootId> {
        let digits: String = text.split('-').collect();
        let number = u128::from_str_radix(&digits, 16).ok()?;
        let id = BootId(number.to_be_bytes());
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BootId({self})")
    }
}

fn take_boot(claim: &mut Object) -> Result<BootId, BadMember> {
    BootId::parse(&claim.take_text("boot")?).ok_or(BadMember("boot"))
}

fn take_u32(claim: &mut Object, name: &'static str) -> Result<u32, BadMember> {
    u32::try_from(claim.take_natural(name)?).map_err(|_| BadMember(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> PeerFacts {
        PeerFacts {
            boot: BootId::parse("3f2504e0-4f89-41d3-9a0c-0305e82c3301").expect("a UUID"),
            uid: 1000,
            pid: 77,
            pidfd_inode: Some(5001),
            start_time: Some(123_456),
            cgroup: Some(Cgroup { hierarchy: Hierarchy::V2, id: 42, path: Some("/app.slice/a".to_owned()) }),
        }
    }

    #[test]
    fn each_binding_survives_its_claim_and_fits_its_own_caller_only() {
        let others: [fn(&mut PeerFacts); 5] = [
            |facts| facts.boot = BootId([7; 16]),
            |facts| facts.uid += 1,
            |facts| (facts.pid, facts.pidfd_inode, facts.start_time) = (78, Some(5002), Some(123_456)),
            |facts| (facts.pidfd_inode, facts.start_time) = (Some(5002), Some(200_000)),
            |facts| facts.cgroup = Some(Cgroup { hierarchy: Hierarchy::V2, id: 43, path: None }),
        ];
        for (kind, fits) in [
            (BindingKind::None, [true; 5]),
            (BindingKind::Uid, [false, false, true, true, true]),
            (BindingKind::Process, [false, false, false, false, true]),
            (BindingKind::Cgroup, [false, false, true, true, false]),
        ] {
            let binding = facts().binding(kind).expect("all facts are there");
            let claim = Object::parse(binding.to_json().to_string().as_bytes()).expect("an object");
            assert_eq!(Binding::from_json(claim), Ok(binding.clone()));
            assert!(matches(&binding, &facts()));
            for (change, fits) in others.iter().zip(fits) {
                let mut other = facts();
                change(&mut other);
                assert_eq!(matches(&binding, &other), fits, "{kind:?} {other:?}");
            }
        }
    }

    #[test]
    fn without_an_inode_a_process_is_its_pid_and_its_start() {
        let old_kernel = PeerFacts { pidfd_inode: None, ..facts() };
        let binding = old_kernel.binding(BindingKind::Process).expect("a start time");
        assert!(matches(&binding, &old_kernel));
        assert!(!matches(&binding, &PeerFacts { start_time: Some(123_457), ..old_kernel.clone() }));
        assert!(!matches(&binding, &PeerFacts { start_time: None, ..old_kernel }));
        assert!(!matches(&binding, &facts()), "a kernel does not gain inodes while it runs");
    }

    #[test]
    fn the_same_number_in_another_hierarchy_is_another_cgroup() {
        let binding = facts().binding(BindingKind::Cgroup).expect("a cgroup");
        let mut other = facts();
        other.cgroup = Some(Cgroup { hierarchy: Hierarchy::Pids, id: 42, path: Some("/app.slice/a".to_owned()) });
        assert!(!matches(&binding, &other));
        other.cgroup = Some(Cgroup { hierarchy: Hierarchy::V2, id: 42, path: None });
        assert!(matches(&binding, &other), "the id decides where the path was not asked");
    }

    #[test]
    fn a_cgroup_that_everybody_shares_binds_nobody_by_itself() {
        assert_eq!(facts().default_binding().map(|binding| binding.kind()), Ok(BindingKind::Cgroup));
        let mut in_the_root = facts();
        in_the_root.cgroup = Some(Cgroup { hierarchy: Hierarchy::V2, id: 1, path: Some("/".to_owned()) });
        assert_eq!(in_the_root.default_binding().map(|binding| binding.kind()), Ok(BindingKind::Process));
    }

    #[test]
    fn claims_that_are_not_quite_a_binding_are_refused() {
        let boot = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
        for claim in [
            r#"{}"#.to_owned(),
            r#"{"kind":"all"}"#.to_owned(),
            r#"{"kind":"none","uid":1}"#.to_owned(),
            r#"{"kind":"uid","uid":1}"#.to_owned(),
            format!(r#"{{"kind":"uid","boot":"{boot}","uid":-1}}"#),
            format!(r#"{{"kind":"uid","boot":"{boot}","uid":4294967296}}"#),
            format!(r#"{{"kind":"uid","boot":"{}","uid":1}}"#, boot.to_uppercase()),
            format!(r#"{{"kind":"process","boot":"{boot}","uid":1,"pid":1,"pidfd":null,"start":1}}"#),
            format!(r#"{{"kind":"process","boot":"{boot}","uid":1,"pid":1,"pidfd":1}}"#),
            format!(r#"{{"kind":"cgroup","boot":"{boot}","uid":1,"hierarchy":"v3","path":"/","id":1}}"#),
        ] {
            let object = Object::parse(claim.as_bytes()).expect("an object");
            assert!(Binding::from_json(object).is_err(), "{claim}");
        }
    }
}
