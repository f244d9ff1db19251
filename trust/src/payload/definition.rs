//! A client's definition: by what it is recognised, and which identity is asked for it.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use keystead_interface::names::ClientRef;
use keystead_interface::operations::identity::ClientState;

use super::Content;
use super::fields::{
    is_plain, optional, take_cgroup, take_hex, take_natural, take_path, take_process, take_text, take_u32, to_hex,
    write_cgroup, write_process,
};
use crate::binding::{BindingKind, Cgroup};
use crate::json::{BadMember, Object, Value};
use crate::spiffe_id::SpiffeId;

/// The most labels of a definition.
pub const MAX_LABELS: usize = 32;

/// What AddClient carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The sender's name for the client.
    pub client_ref: ClientRef,
    /// How far the client has come.
    pub state: ClientState,
    /// The identity that is asked for; the identity provider's mapping decides.
    pub identity: SpiffeId,
    /// By what the client's processes are recognised.
    pub selectors: Selectors,
    /// How tightly its tokens are to be bound; none: as is right for its cgroup.
    pub binding: Option<BindingKind>,
}

/// What must be true of a process for it to be this client: everything that is stated. The same type says what was seen of
/// a process. Labels are no facts; mappings look at them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// Effective uid.
    pub uid: Option<u32>,
    /// Effective gid.
    pub gid: Option<u32>,
    /// One process.
    pub process: Option<PinnedProcess>,
    /// The cgroup, with its path.
    pub cgroup: Option<Cgroup>,
    /// Absolute path of the program.
    pub exe: Option<String>,
    /// SHA-256 of the program's file.
    pub exe_sha256: Option<[u8; 32]>,
    /// The systemd unit.
    pub systemd: Option<SystemdUnit>,
    /// The container's id.
    pub container_id: Option<String>,
    /// The image's digest, as OCI writes it: `sha256:…`.
    pub image_digest: Option<String>,
    /// Inode of the network namespace.
    pub netns: Option<u64>,
    /// Inode of the mount namespace.
    pub mntns: Option<u64>,
    /// Inode of the pid namespace.
    pub pidns: Option<u64>,
    /// Free names and values, for mappings.
    pub labels: BTreeMap<String, String>,
}

/// A process that cannot be mistaken for another until the next boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinnedProcess {
    /// Its id, in the pid namespace of the daemons.
    pub pid: u32,
    /// Inode of its pidfd (Linux 6.9).
    pub pidfd_inode: u64,
}

/// One run of a systemd unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemdUnit {
    /// The unit's name.
    pub unit: String,
    /// Its invocation id, new at each start (systemd.exec(5), `INVOCATION_ID`).
    pub invocation_id: [u8; 16],
}

impl Selectors {
    /// The first fact that is stated here and was not seen so; none if all were.
    pub fn mismatch(&self, seen: &Selectors) -> Option<&'static str> {
        fn differs<T: PartialEq>(stated: &Option<T>, seen: &Option<T>) -> bool {
            stated.is_some() && stated != seen
        }
        [
            ("uid", differs(&self.uid, &seen.uid)),
            ("gid", differs(&self.gid, &seen.gid)),
            ("process", differs(&self.process, &seen.process)),
            ("cgroup", differs(&self.cgroup, &seen.cgroup)),
            ("exe", differs(&self.exe, &seen.exe)),
            ("exe_sha256", differs(&self.exe_sha256, &seen.exe_sha256)),
            ("systemd", differs(&self.systemd, &seen.systemd)),
            ("container_id", differs(&self.container_id, &seen.container_id)),
            ("image_digest", differs(&self.image_digest, &seen.image_digest)),
            ("netns", differs(&self.netns, &seen.netns)),
            ("mntns", differs(&self.mntns, &seen.mntns)),
            ("pidns", differs(&self.pidns, &seen.pidns)),
        ]
        .into_iter()
        .find_map(|(name, differs)| differs.then_some(name))
    }

    /// Whether they can tell a client from others. The program's file cannot: a process may exec it and go on as another
    /// one, and anybody may run it. It only narrows what the kernel says of the process.
    pub fn are_telling(&self) -> bool {
        let namespaces = [self.netns, self.mntns, self.pidns];
        self.uid.is_some()
            || self.process.is_some()
            || self.cgroup.is_some()
            || self.systemd.is_some()
            || namespaces.iter().any(Option::is_some)
    }
}

impl Content for Definition {
    const TYPE: &'static str = "clientdef+jwt";

    fn write(&self, claims: &mut Map<String, serde_json::Value>) {
        claims.insert("client_ref".into(), self.client_ref.as_str().into());
        claims.insert("state".into(), state_name(self.state).into());
        claims.insert("identity".into(), self.identity.as_str().into());
        claims.insert("selectors".into(), write_selectors(&self.selectors).into());
        if let Some(binding) = self.binding {
            claims.insert("binding".into(), binding.name().into());
        }
    }

    fn read(claims: &mut Object) -> Result<Definition, BadMember> {
        let client_ref = ClientRef::new(claims.take_text("client_ref")?).ok_or(BadMember("client_ref"))?;
        let state = claims.take_text("state")?;
        let state = ClientState::ALL.iter().find(|one| state_name(**one) == state).ok_or(BadMember("state"))?;
        let identity = SpiffeId::parse(&claims.take_text("identity")?).map_err(|_| BadMember("identity"))?;
        let selectors = read_selectors(claims.take_object("selectors")?)?;
        // Of a client that has ended, nothing needs to be recognised any more.
        if *state != ClientState::Stopped && !selectors.are_telling() {
            return Err(BadMember("selectors"));
        }
        let binding = optional(claims, "binding", take_text)?;
        let binding = binding.map(|name| BindingKind::named(&name).ok_or(BadMember("binding"))).transpose()?;
        Ok(Definition { client_ref, state: *state, identity, selectors, binding })
    }
}

fn state_name(state: ClientState) -> &'static str {
    match state {
        ClientState::Starting => "starting",
        ClientState::Running => "running",
        ClientState::Stopped => "stopped",
    }
}

fn write_selectors(from: &Selectors) -> Map<String, serde_json::Value> {
    let mut selectors = Map::new();
    let mut write = |name: &str, value: Option<serde_json::Value>| {
        if let Some(value) = value {
            selectors.insert(name.into(), value);
        }
    };
    write("uid", from.uid.map(Into::into));
    write("gid", from.gid.map(Into::into));
    write("process", from.process.as_ref().map(write_process));
    write("cgroup", from.cgroup.as_ref().map(write_cgroup));
    write("exe", from.exe.as_deref().map(Into::into));
    write("exe_sha256", from.exe_sha256.map(|hash| to_hex(&hash).into()));
    let systemd = |run: &SystemdUnit| json!({"unit": run.unit, "invocation_id": to_hex(&run.invocation_id)});
    write("systemd", from.systemd.as_ref().map(systemd));
    write("container_id", from.container_id.as_deref().map(Into::into));
    write("image_digest", from.image_digest.as_deref().map(Into::into));
    write("netns", from.netns.map(Into::into));
    write("mntns", from.mntns.map(Into::into));
    write("pidns", from.pidns.map(Into::into));
    write("labels", (!from.labels.is_empty()).then(|| json!(from.labels)));
    selectors
}

fn read_selectors(mut from: Object) -> Result<Selectors, BadMember> {
    let selectors = Selectors {
        uid: optional(&mut from, "uid", take_u32)?,
        gid: optional(&mut from, "gid", take_u32)?,
        process: optional(&mut from, "process", take_process)?,
        cgroup: optional(&mut from, "cgroup", take_cgroup)?,
        exe: optional(&mut from, "exe", take_path)?,
        exe_sha256: optional(&mut from, "exe_sha256", take_hex)?,
        systemd: optional(&mut from, "systemd", take_systemd)?,
        container_id: optional(&mut from, "container_id", take_text)?,
        image_digest: optional(&mut from, "image_digest", take_text)?,
        netns: optional(&mut from, "netns", take_natural)?,
        mntns: optional(&mut from, "mntns", take_natural)?,
        pidns: optional(&mut from, "pidns", take_natural)?,
        labels: optional(&mut from, "labels", take_labels)?.unwrap_or_default(),
    };
    if from.is_empty() { Ok(selectors) } else { Err(BadMember("selectors")) }
}

fn take_systemd(object: &mut Object, name: &'static str) -> Result<SystemdUnit, BadMember> {
    let mut run = object.take_object(name)?;
    let read = SystemdUnit { unit: take_text(&mut run, "unit")?, invocation_id: take_hex(&mut run, "invocation_id")? };
    if run.is_empty() { Ok(read) } else { Err(BadMember(name)) }
}

fn take_labels(object: &mut Object, name: &'static str) -> Result<BTreeMap<String, String>, BadMember> {
    let labels = object.take_object(name)?.into_members();
    let read = |(label, value): (String, Value)| match value {
        Value::Text(value) if is_plain(&label) && is_plain(&value) => Ok((label, value)),
        _ => Err(BadMember(name)),
    };
    let labels: BTreeMap<String, String> = labels.map(read).collect::<Result<_, _>>()?;
    if labels.len() > MAX_LABELS { Err(BadMember(name)) } else { Ok(labels) }
}
