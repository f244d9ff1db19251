//! Whether a proof's evidence suffices for a definition.

use std::io;

use keystead_trust::binding::BindingKind;
use keystead_trust::jws::{VerifyingKey, key_id};
use keystead_trust::payload::definition::{Definition, PinnedProcess, Selectors};
use keystead_trust::payload::evidence::{Evidence, Runtime, Signature};
use keystead_trust::payload::proof::Proof;
use keystead_trust::peer::processes_in;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::attest::namespace_inode;
use crate::mapping::{Mapping, RequiredEvidence};

/// What was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The client's first process, which lived.
    pub process: PinnedProcess,
    /// The image, as a proof named it: it is part of what is seen of a caller from then on.
    pub image_digest: Option<String>,
}

/// Why a proof does not suffice.
#[derive(Debug, thiserror::Error)]
pub enum Insufficient {
    /// It must be there whatever the rule says.
    #[error("there is no evidence of the process")]
    NoRuntime,
    /// The process of the evidence is not what the definition states.
    #[error("the definition states another `{0}` than the evidence")]
    Contradiction(&'static str),
    /// The process of the evidence does not live here.
    #[error("the process cannot be found: {0}")]
    NoProcess(io::Error),
    /// There is another process under this pid.
    #[error("the process under this pid is another")]
    OtherProcess,
    /// The rule asks for it.
    #[error("there is no evidence of the image")]
    NoImage,
    /// By none of the keys that the rule names.
    #[error("no key that the configuration names signed the image")]
    ImageSignature,
    /// The rule asks for it.
    #[error("no TPM that the configuration names quoted this proof's nonce")]
    Host,
}

/// Judges a proof of a definition that this rule lets have its identity.
pub fn judge(definition: &Definition, proof: &Proof, mapping: &Mapping) -> Result<Proven, Insufficient> {
    let mut runtime = None;
    let mut image = None;
    let mut is_quoted = false;
    for evidence in &proof.evidence {
        match evidence {
            Evidence::Runtime(seen) => runtime = Some(seen),
            Evidence::Image(of) => image = Some(of),
            Evidence::Host(host) => {
                is_quoted |=
                    is_by_one_of(&mapping.host_keys, &host.signature, |key| host.is_quoted_by(key, &proof.nonce));
            }
        }
    }
    let runtime = runtime.ok_or(Insufficient::NoRuntime)?;
    check_runtime(definition, runtime)?;
    let process = runtime.process;
    if mapping.evidence.contains(&RequiredEvidence::Host) && !is_quoted {
        return Err(Insufficient::Host);
    }
    let needs_image = mapping.evidence.contains(&RequiredEvidence::Image) || !mapping.image_keys.is_empty();
    let Some(image) = image else {
        return if needs_image { Err(Insufficient::NoImage) } else { Ok(Proven { process, image_digest: None }) };
    };
    if definition.selectors.image_digest.as_ref().is_some_and(|stated| *stated != image.digest) {
        return Err(Insufficient::Contradiction("image_digest"));
    }
    if mapping.image_digests.as_ref().is_some_and(|allowed| !allowed.contains(&image.digest)) {
        return Err(Insufficient::Contradiction("image_digest"));
    }
    let is_signed = image
        .signature
        .as_ref()
        .is_some_and(|signature| is_by_one_of(&mapping.image_keys, signature, |key| image.is_signed_by(key)));
    if !mapping.image_keys.is_empty() && !is_signed {
        return Err(Insufficient::ImageSignature);
    }
    Ok(Proven { process, image_digest: Some(image.digest.clone()) })
}

/// What both state must be equal, and the process must live.
fn check_runtime(definition: &Definition, runtime: &Runtime) -> Result<(), Insufficient> {
    let stated = &definition.selectors;
    let both = Selectors {
        process: stated.process,
        cgroup: stated.cgroup.clone().filter(|_| runtime.cgroup.is_some()),
        netns: stated.netns.filter(|_| runtime.netns.is_some()),
        mntns: stated.mntns.filter(|_| runtime.mntns.is_some()),
        pidns: stated.pidns.filter(|_| runtime.pidns.is_some()),
        ..Selectors::default()
    };
    if let Some(name) = both.mismatch(&runtime.as_selectors()) {
        return Err(Insufficient::Contradiction(name));
    }
    is_living(&runtime.process)
}

/// Whether the process lives still, in the namespaces that are stated. The kernel gives the number of a namespace to another
/// as soon as nobody is left in it, so a number means what it meant only while this holds.
pub fn still_holds(process: &PinnedProcess, stated: &Selectors) -> bool {
    let is_there = |name, stated: Option<u64>| stated.is_none() || namespace_inode(process.pid, name) == stated;
    let all = [("net", stated.netns), ("mnt", stated.mntns), ("pid", stated.pidns)];
    // The process last: while it lives, what was read under its pid is its own.
    all.into_iter().all(|(name, stated)| is_there(name, stated)) && is_living(process).is_ok()
}

/// Whether somebody may live on who has tokens of a client of which we are told that it has ended.
pub fn outlives(definition: &Definition, process: &PinnedProcess) -> bool {
    let stated = &definition.selectors;
    match definition.binding {
        // Bound to nothing that ends with a client.
        Some(BindingKind::None | BindingKind::Uid) => true,
        _ if stated.process.is_some() => is_living(process).is_ok(),
        _ => match &stated.cgroup {
            // One that cannot be looked at may be anything.
            Some(cgroup) => processes_in(cgroup).map_or(true, |all| !all.is_empty()),
            // A pid namespace ends with its first process; whatever else is stated does not end with any.
            None => stated.pidns.is_none() || is_living(process).is_ok(),
        },
    }
}

fn is_living(process: &PinnedProcess) -> Result<(), Insufficient> {
    let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| Insufficient::NoProcess(io::ErrorKind::InvalidInput.into()))?;
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).map_err(|error| Insufficient::NoProcess(error.into()))?;
    let inode = rustix::fs::fstat(&pidfd).map_err(|error| Insufficient::NoProcess(error.into()))?.st_ino;
    if inode == process.pidfd_inode { Ok(()) } else { Err(Insufficient::OtherProcess) }
}

/// Whether the key that the signature names is one of these, and `verifies`.
fn is_by_one_of(spkis: &[Vec<u8>], signature: &Signature, verifies: impl Fn(&VerifyingKey) -> bool) -> bool {
    let named = spkis.iter().find(|spki| key_id(spki) == signature.key_id);
    named.and_then(|spki| VerifyingKey::from_spki(spki).ok()).is_some_and(|key| verifies(&key))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use keystead_interface::names::ClientRef;
    use keystead_interface::operations::identity::ClientState;
    use keystead_trust::peer::own_cgroup;
    use keystead_trust::spiffe_id::SpiffeId;

    use super::*;

    fn pinned(pid: u32) -> PinnedProcess {
        let pidfd = pidfd_open(Pid::from_raw(pid as i32).unwrap(), PidfdFlags::empty()).unwrap();
        PinnedProcess { pid, pidfd_inode: rustix::fs::fstat(&pidfd).unwrap().st_ino }
    }

    fn definition(binding: BindingKind, selectors: Selectors) -> Definition {
        Definition {
            client_ref: ClientRef::new("shop").unwrap(),
            state: ClientState::Starting,
            identity: SpiffeId::parse("spiffe://localhost/shop").unwrap(),
            selectors,
            binding: Some(binding),
        }
    }

    #[test]
    fn a_namespace_is_believed_only_while_its_first_process_lives_in_it() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let (process, pidns) = (pinned(child.id()), namespace_inode(child.id(), "pid"));
        let stated = Selectors { pidns, ..Selectors::default() };
        assert!(still_holds(&process, &stated));
        assert!(!still_holds(&process, &Selectors { pidns: pidns.map(|inode| inode + 1), ..stated.clone() }));
        let another = PinnedProcess { pidfd_inode: process.pidfd_inode + 1, ..process };
        assert!(!still_holds(&another, &stated), "another process has its pid");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!still_holds(&process, &stated));
    }

    #[test]
    fn tokens_outlive_a_client_if_somebody_may_live_on_to_whom_they_are_bound() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let living = pinned(std::process::id());
        let ended = pinned(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        let by_process = |process| Selectors { process: Some(process), ..Selectors::default() };
        let by_pidns = Selectors { pidns: Some(1), ..Selectors::default() };
        let by_uid = Selectors { uid: Some(1000), ..Selectors::default() };
        let ours = own_cgroup().unwrap();
        let gone = ours.clone().map(|ours| keystead_trust::binding::Cgroup { id: ours.id + 1, ..ours });
        let by_cgroup = |cgroup| Selectors { cgroup, ..Selectors::default() };
        for (binding, selectors, process, outlive) in [
            (BindingKind::Process, by_process(ended), ended, false),
            (BindingKind::Process, by_process(living), living, true),
            (BindingKind::Process, by_pidns.clone(), ended, false),
            (BindingKind::Process, by_pidns, living, true),
            (BindingKind::Process, by_uid.clone(), ended, true),
            (BindingKind::Uid, by_process(ended), ended, true),
            (BindingKind::None, by_uid, ended, true),
            (BindingKind::Cgroup, by_cgroup(gone.clone()), ended, gone.is_none()),
            (BindingKind::Cgroup, by_cgroup(ours), ended, true),
        ] {
            assert_eq!(
                outlives(&definition(binding, selectors.clone()), &process),
                outlive,
                "{binding:?} {selectors:?}"
            );
        }
    }
}
