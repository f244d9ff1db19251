//! Whether a proof's evidence suffices for a definition.

use std::io;

use keystead_trust::jws::{VerifyingKey, key_id};
use keystead_trust::payload::definition::{Definition, PinnedProcess, Selectors};
use keystead_trust::payload::evidence::{Evidence, Runtime, Signature};
use keystead_trust::payload::proof::Proof;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::mapping::{Mapping, RequiredEvidence};

/// What was proven beside the process: it is part of what is seen of a caller from then on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proven {
    /// The image, as a proof named it.
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
    check_runtime(definition, runtime.ok_or(Insufficient::NoRuntime)?)?;
    if mapping.evidence.contains(&RequiredEvidence::Host) && !is_quoted {
        return Err(Insufficient::Host);
    }
    let needs_image = mapping.evidence.contains(&RequiredEvidence::Image) || !mapping.image_keys.is_empty();
    let Some(image) = image else {
        return if needs_image { Err(Insufficient::NoImage) } else { Ok(Proven::default()) };
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
    Ok(Proven { image_digest: Some(image.digest.clone()) })
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
