//! A client's proof: evidence that a definition is true, given once.

use std::time::Duration;

use serde_json::Map;

use keystead_interface::names::ClientRef;

use super::Content;
use super::evidence::Evidence;
use super::fields::{take_hex, take_objects, to_hex};
use crate::json::{BadMember, Object};
use crate::moment::Moment;

/// How long a proof is waited for.
pub const NONCE_LIFETIME: Duration = Duration::from_secs(60);
/// The most pieces of evidence of a proof: of each type one or two.
pub const MAX_EVIDENCE: usize = 8;

/// What ProveClient carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The sender's name for the client.
    pub client_ref: ClientRef,
    /// Which definition is proven: [`super::sha256`] of it.
    pub definition_sha256: [u8; 32],
    /// From the answer to that definition.
    pub nonce: [u8; 16],
    /// Why it is true.
    pub evidence: Vec<Evidence>,
}

/// A definition that waits for its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    definition_sha256: [u8; 32],
    nonce: [u8; 16],
    until: Duration,
    spent: bool,
}

/// Why a proof is not that of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProven {
    /// Of another definition.
    #[error("the proof is of another definition")]
    Digest,
    /// Not the one that was given for it.
    #[error("the nonce is another")]
    Nonce,
    /// A proof was given already.
    #[error("the nonce was used")]
    Spent,
    /// After [`NONCE_LIFETIME`].
    #[error("the nonce has expired")]
    Expired,
}

impl Awaited {
    /// Waits for the proof of a definition. `nonce` is random.
    pub fn new(definition_sha256: [u8; 32], nonce: [u8; 16], now: Moment) -> Awaited {
        Awaited { definition_sha256, nonce, until: now.uptime.saturating_add(NONCE_LIFETIME), spent: false }
    }

    /// For the answer to the definition.
    pub fn nonce(&self) -> [u8; 16] {
        self.nonce
    }

    /// Takes a proof whose payload was verified. It is the only one: whether its evidence suffices or not, the next needs a
    /// new definition.
    pub fn take(&mut self, proof: &Proof, now: Moment) -> Result<(), NotProven> {
        if proof.definition_sha256 != self.definition_sha256 {
            return Err(NotProven::Digest);
        }
        if proof.nonce != self.nonce {
            return Err(NotProven::Nonce);
        }
        if self.spent {
            return Err(NotProven::Spent);
        }
        if now.uptime >= self.until {
            return Err(NotProven::Expired);
        }
        self.spent = true;
        Ok(())
    }
}

impl Content for Proof {
    const TYPE: &'static str = "clientproof+jwt";

    fn write(&self, claims: &mut Map<String, serde_json::Value>) {
        claims.insert("client_ref".into(), self.client_ref.as_str().into());
        claims.insert("definition_sha256".into(), to_hex(&self.definition_sha256).into());
        claims.insert("nonce".into(), to_hex(&self.nonce).into());
        claims.insert("evidence".into(), self.evidence.iter().map(Evidence::write).collect());
    }

    fn read(claims: &mut Object) -> Result<Proof, BadMember> {
        Ok(Proof {
            client_ref: ClientRef::new(claims.take_text("client_ref")?).ok_or(BadMember("client_ref"))?,
            definition_sha256: take_hex(claims, "definition_sha256")?,
            nonce: take_hex(claims, "nonce")?,
            evidence: take_objects(claims, "evidence", MAX_EVIDENCE)?
                .into_iter()
                .map(Evidence::read)
                .collect::<Result<_, _>>()?,
        })
    }
}
