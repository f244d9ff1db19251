//! Evidence that a client is what its definition says: what was seen of it, what it was made of, what host it runs on.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, json};

use super::definition::{PinnedProcess, Selectors};
use super::fields::{optional, take_cgroup, take_natural, take_process, take_text, write_cgroup, write_process};
use crate::binding::Cgroup;
use crate::json::{BadMember, Object};
use crate::jws::{Algorithm, VerifyingKey, decode_base64url};

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// What the orchestrator saw of the client's first process.
    Runtime(Runtime),
    /// What the client was made of.
    Image(Image),
    /// What host it runs on.
    Host(Host),
}

/// What the orchestrator saw of the client's first process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The process.
    pub process: PinnedProcess,
    /// Its cgroup.
    pub cgroup: Option<Cgroup>,
    /// Inode of its network namespace.
    pub netns: Option<u64>,
    /// Inode of its mount namespace.
    pub mntns: Option<u64>,
    /// Inode of its pid namespace.
    pub pidns: Option<u64>,
}

/// What the client was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The image's digest, as OCI writes it: `sha256:…`.
    pub digest: String,
    /// Its maker's signature over the digest's text.
    pub signature: Option<Signature>,
}

/// What host the client runs on: a TPM's statement about itself (TPM 2.0 Library part 3, TPM2_Quote).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// TPMS_ATTEST.
    pub attest: Vec<u8>,
    /// The attestation key's signature over it.
    pub signature: Signature,
}

/// A signature in the form of RFC 7518, by a key that the identity provider's configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// How it was made.
    pub algorithm: Algorithm,
    /// Of which key: [`crate::jws::key_id`].
    pub key_id: String,
    /// The signature.
    pub bytes: Vec<u8>,
}

impl Evidence {
    /// The claim's value.
    pub(super) fn write(&self) -> serde_json::Value {
        match self {
            Evidence::Runtime(seen) => {
                let mut object = Map::new();
                object.insert("type".into(), "runtime".into());
                object.insert("process".into(), write_process(&seen.process));
                if let Some(cgroup) = &seen.cgroup {
                    object.insert("cgroup".into(), write_cgroup(cgroup));
                }
                for (name, inode) in [("netns", seen.netns), ("mntns", seen.mntns), ("pidns", seen.pidns)] {
                    if let Some(inode) = inode {
                        object.insert(name.into(), inode.into());
                    }
                }
                object.into()
            }
            Evidence::Image(Image { digest, signature: None }) => json!({"type": "image", "digest": digest}),
            Evidence::Image(Image { digest, signature: Some(signature) }) => {
                json!({"type": "image", "digest": digest, "signature": signature.write()})
            }
            Evidence::Host(host) => json!({
                "type": "host",
                "attest": Base64UrlUnpadded::encode_string(&host.attest),
                "signature": host.signature.write(),
            }),
        }
    }

    /// Reads the claim's value: exactly the members of its type.
    pub(super) fn read(mut from: Object) -> Result<Evidence, BadMember> {
        let evidence = match from.take_text("type")?.as_str() {
            "runtime" => Evidence::Runtime(Runtime {
                process: take_process(&mut from, "process")?,
                cgroup: optional(&mut from, "cgroup", take_cgroup)?,
                netns: optional(&mut from, "netns", take_natural)?,
                mntns: optional(&mut from, "mntns", take_natural)?,
                pidns: optional(&mut from, "pidns", take_natural)?,
            }),
            "image" => Evidence::Image(Image {
                digest: take_text(&mut from, "digest")?,
                signature: optional(&mut from, "signature", Signature::take)?,
            }),
            "host" => Evidence::Host(Host {
                attest: take_bytes(&mut from, "attest")?,
                signature: Signature::take(&mut from, "signature")?,
            }),
            _ => return Err(BadMember("type")),
        };
        if from.is_empty() { Ok(evidence) } else { Err(BadMember("evidence")) }
    }
}

impl Runtime {
    /// As facts, to be compared with a definition's selectors and with what was seen.
    pub fn as_selectors(&self) -> Selectors {
        Selectors {
            process: Some(self.process),
            cgroup: self.cgroup.clone(),
            netns: self.netns,
            mntns: self.mntns,
            pidns: self.pidns,
            ..Selectors::default()
        }
    }
}

impl Image {
    /// Whether this key signed the digest.
    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        self.signature.as_ref().is_some_and(|signature| signature.is_over(self.digest.as_bytes(), key))
    }
}

impl Host {
    /// Whether a TPM with this attestation key quoted its registers for this proof: with its nonce, so not before.
    pub fn is_quoted_by(&self, key: &VerifyingKey, nonce: &[u8; 16]) -> bool {
        quoted_data(&self.attest) == Some(nonce) && self.signature.is_over(&self.attest, key)
    }
}

impl Signature {
    fn is_over(&self, message: &[u8], key: &VerifyingKey) -> bool {
        key.verify(self.algorithm, message, &self.bytes).is_ok()
    }

    fn write(&self) -> serde_json::Value {
        let bytes = Base64UrlUnpadded::encode_string(&self.bytes);
        json!({"alg": self.algorithm.name(), "kid": self.key_id, "value": bytes})
    }

    fn take(object: &mut Object, name: &'static str) -> Result<Signature, BadMember> {
        let mut signature = object.take_object(name)?;
        let read = Signature {
            algorithm: Algorithm::named(&signature.take_text("alg")?).ok_or(BadMember("alg"))?,
            key_id: take_text(&mut signature, "kid")?,
            bytes: take_bytes(&mut signature, "value")?,
        };
        if signature.is_empty() { Ok(read) } else { Err(BadMember(name)) }
    }
}

fn take_bytes(object: &mut Object, name: &'static str) -> Result<Vec<u8>, BadMember> {
    decode_base64url(&object.take_text(name)?).ok_or(BadMember(name))
}

/// The qualifying data of a quote: `extraData` of a TPMS_ATTEST that a TPM made (TPM 2.0 Library part 2, 10.12.12): magic,
/// type, the signer's qualified name, and then these, each with a length of two bytes.
fn quoted_data(attest: &[u8]) -> Option<&[u8]> {
    let rest = attest.strip_prefix(b"\xffTCG\x80\x18")?;
    let (_, rest) = sized(rest)?;
    sized(rest).map(|(data, _)| data)
}

fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}
