//! Signed payloads: what an orchestrator says of its clients to the identity provider.
//!
//! A payload is a JWS in compact form (RFC 7515), signed with the sender's newest intermediate. The header is exactly
//! `alg` ES256, `kid` and `typ`; the claims are exactly those of [`Envelope`] and those of its kind, because a receiver that
//! passed over a condition that it does not know would let more through than was signed.
//!
//! | claim | | |
//! |---|---|---|
//! | `iss`, `aud` | instance ids of sender and receiver, in hex | what was for another process, or another run, is refused |
//! | `iat`, `exp` | seconds since 1970, at most 60 apart | what is old is refused |
//! | `seq` | rises with every message of the sender | what was seen is refused |
//!
//! The fourth thing that refuses a replay is the process that brings it: [`Slot::follow`]. Each of the four is enough.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, json};

use keystead_interface::names::InstanceId;
use keystead_interface::status::Status;

use crate::json::{BadJson, BadMember, Object};
use crate::jws::{Algorithm, Compact, NotCompact, SigningKey};
use crate::moment::Moment;
use crate::slot::{NotFollowed, Process, Slot, Trusted};

pub mod definition;
pub mod evidence;
mod fields;
pub mod proof;

/// The longest payload, in bytes: a definition has about 1 kB, a proof with a TPM's quote about 2.
pub const MAX_PAYLOAD_BYTES: usize = 16 * 1024;
/// The longest that a payload is good, in seconds: it is sent as soon as it is signed.
pub const MAX_LIFETIME_SECONDS: u64 = 60;
/// How far ahead of our clock a payload may have been issued, in seconds: the clock, which both share, may have been set
/// back a little meanwhile.
pub const MAX_AHEAD_SECONDS: u64 = 2;

/// From whom, to whom and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `iss`: the sender's process.
    pub sender: InstanceId,
    /// `aud`: the receiver's process.
    pub receiver: InstanceId,
    /// `iat`: when it was signed, in seconds since 1970.
    pub issued_at: u64,
    /// `exp`: from when on it is good no more.
    pub expires_at: u64,
    /// `seq`: higher than that of every message before.
    pub sequence: u64,
}

/// What an envelope can hold.
pub trait Content: Sized {
    /// The header's `typ`: one kind is never taken for the other.
    const TYPE: &'static str;

    /// Writes its claims.
    fn write(&self, claims: &mut Map<String, serde_json::Value>);

    /// Takes its claims, and leaves those of others.
    fn read(claims: &mut Object) -> Result<Self, BadMember>;
}

/// A payload that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received<C> {
    /// From whom, to whom and when.
    pub envelope: Envelope,
    /// What it says.
    pub content: C,
    /// SHA-256 of the payload as it was received: how a proof names the definition that it proves.
    pub sha256: [u8; 32],
}

/// The payload could not be signed: the crypto library failed, or it would be too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the payload could not be signed, or is too long")]
pub struct NotSigned;

/// Why a payload is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Over [`MAX_PAYLOAD_BYTES`].
    #[error("the payload is too long")]
    TooLong,
    /// Not three parts.
    #[error("{0}")]
    Form(#[from] NotCompact),
    /// Header or claims are not one plain object.
    #[error("JSON: {0}")]
    Json(#[from] BadJson),
    /// The header is not exactly that of this kind of payload.
    #[error("the header is not exactly `alg` ES256, `kid` and this `typ`")]
    Header,
    /// Signed with another key than the newest intermediate's: sharing one and signing anew helps.
    #[error("the payload's key is not the newest intermediate's")]
    UnknownKey,
    /// Not this key's over these bytes.
    #[error("the signature is wrong")]
    Signature,
    /// A registered claim is missing or of the wrong type.
    #[error("registered claims: {0}")]
    Registered(BadMember),
    /// For another process, or for another run of this one.
    #[error("the payload is for another instance")]
    Audience,
    /// It has expired, comes from the future, or would live too long.
    #[error("the payload is not good now, or would be for too long")]
    Times,
    /// What it says is incomplete or has no meaning.
    #[error("{0}")]
    Content(BadMember),
    /// It says more than this receiver understands.
    #[error("the payload has a claim that is not known here")]
    UnknownClaim,
    /// From another process, or seen before.
    #[error("{0}")]
    NotFollowed(#[from] NotFollowed),
}

/// Signs a payload.
pub fn sign<C: Content>(key: &SigningKey, envelope: &Envelope, content: &C) -> Result<String, NotSigned> {
    let header = json!({"alg": Algorithm::Es256.name(), "kid": key.key_id(), "typ": C::TYPE});
    let mut claims = Map::new();
    claims.insert("iss".into(), envelope.sender.to_string().into());
    claims.insert("aud".into(), envelope.receiver.to_string().into());
    claims.insert("iat".into(), envelope.issued_at.into());
    claims.insert("exp".into(), envelope.expires_at.into());
    claims.insert("seq".into(), envelope.sequence.into());
    content.write(&mut claims);
    let claims = serde_json::Value::Object(claims).to_string();
    let payload = key.sign(header.to_string().as_bytes(), claims.as_bytes()).map_err(|_| NotSigned)?;
    if payload.len() > MAX_PAYLOAD_BYTES { Err(NotSigned) } else { Ok(payload) }
}

/// Verifies a payload that `process` brought, and counts it: a second time it is refused. `receiver` is our own instance.
///
/// Everything that can be checked without changing the slot is checked first, so that a payload which is refused leaves
/// nothing behind.
pub fn receive<C: Content, P: Process>(
    slot: &mut Slot<P>,
    process: &P,
    payload: &str,
    receiver: InstanceId,
    now: Moment,
) -> Result<Received<C>, Refused> {
    let received: Received<C> = verify(&slot.trusted(), payload, receiver, now)?;
    slot.follow(process, received.envelope.sender, received.envelope.sequence)?;
    Ok(received)
}

/// Verifies a payload but for what only the slot knows: who brought it, and whether it was seen before.
pub fn verify<C: Content>(
    trusted: &Trusted,
    payload: &str,
    receiver: InstanceId,
    now: Moment,
) -> Result<Received<C>, Refused> {
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(Refused::TooLong);
    }
    let parts = Compact::parse(payload.as_bytes())?;
    let key_id = read_header(&parts.header, C::TYPE)?;
    let key = trusted.key(&key_id, now).ok_or(Refused::UnknownKey)?;
    key.verify(Algorithm::Es256, parts.signed, &parts.signature).map_err(|_| Refused::Signature)?;
    let mut claims = Object::parse(&parts.payload)?;
    let envelope = read_envelope(&mut claims).map_err(Refused::Registered)?;
    if envelope.receiver != receiver {
        return Err(Refused::Audience);
    }
    check_times(&envelope, now)?;
    let content = C::read(&mut claims).map_err(Refused::Content)?;
    if !claims.is_empty() {
        return Err(Refused::UnknownClaim);
    }
    Ok(Received { envelope, content, sha256: sha256(payload) })
}

/// The digest by which a proof names a definition: of the JWS's text.
pub fn sha256(payload: &str) -> [u8; 32] {
    let digest = digest(&SHA256, payload.as_bytes());
    std::array::from_fn(|at| digest.as_ref()[at])
}

impl Refused {
    /// What the sender is told (`identity.proto`).
    pub fn status(&self) -> Status {
        match self {
            Refused::UnknownKey => Status::AuthStale,
            Refused::Content(_) | Refused::UnknownClaim => Status::PsaErrorInvalidArgument,
            _ => Status::AuthenticationError,
        }
    }
}

/// The key's name, of a header that is exactly as it must be.
fn read_header(json: &[u8], kind: &str) -> Result<String, Refused> {
    let mut header = Object::parse(json)?;
    let mut take = |name| header.take_text(name).map_err(|_| Refused::Header);
    let (algorithm, key_id, typ) = (take("alg")?, take("kid")?, take("typ")?);
    let is_ours = algorithm == Algorithm::Es256.name() && typ == kind && header.is_empty();
    if is_ours { Ok(key_id) } else { Err(Refused::Header) }
}

fn read_envelope(claims: &mut Object) -> Result<Envelope, BadMember> {
    let instance = |text: String, name| InstanceId::from_hex(&text).ok_or(BadMember(name));
    Ok(Envelope {
        sender: instance(claims.take_text("iss")?, "iss")?,
        receiver: instance(claims.take_text("aud")?, "aud")?,
        issued_at: claims.take_natural("iat")?,
        expires_at: claims.take_natural("exp")?,
        sequence: claims.take_natural("seq")?,
    })
}

fn check_times(envelope: &Envelope, now: Moment) -> Result<(), Refused> {
    let lifetime = envelope.expires_at.checked_sub(envelope.issued_at).ok_or(Refused::Times)?;
    let is_usual = (1..=MAX_LIFETIME_SECONDS).contains(&lifetime);
    let is_from_the_past = envelope.issued_at <= now.unix.saturating_add(MAX_AHEAD_SECONDS);
    if is_usual && is_from_the_past && now.unix < envelope.expires_at { Ok(()) } else { Err(Refused::Times) }
}

#[cfg(test)]
mod tests;
