//! A mechanism as the caller named it, with its parameters read and copied.

use cryptoki_sys::*;
use keystead_client::interface::algorithm::Hash;

use crate::error::{Result, refuse};
use crate::hashes::{self, HASHES};

/// A mechanism with its parameters.
pub(crate) struct Mechanism {
    /// Its number.
    pub(crate) kind: CK_MECHANISM_TYPE,
    /// What goes with it.
    pub(crate) parameters: Parameters,
}

/// Parameters, as each mechanism has them.
pub(crate) enum Parameters {
    /// There are none.
    None,
    /// CK_RSA_PKCS_PSS_PARAMS.
    Pss { hash: CK_MECHANISM_TYPE, mask: CK_RSA_PKCS_MGF_TYPE, salt: CK_ULONG },
    /// CK_RSA_PKCS_OAEP_PARAMS.
    Oaep { hash: CK_MECHANISM_TYPE, mask: CK_RSA_PKCS_MGF_TYPE, source: CK_ULONG, label: Vec<u8> },
    /// CK_GCM_PARAMS.
    Gcm { nonce: Vec<u8>, additional: Vec<u8>, tag_bits: CK_ULONG },
    /// CK_AES_CTR_PARAMS.
    Ctr { bits: CK_ULONG, block: [u8; 16] },
    /// CK_ECDH1_DERIVE_PARAMS.
    Ecdh { function: CK_EC_KDF_TYPE, shared: Vec<u8>, peer: Vec<u8> },
    /// Bytes: an IV.
    Bytes(Vec<u8>),
}

impl Mechanism {
    /// Errors if there are parameters.
    pub(crate) fn without_parameters(&self) -> Result<()> {
        match &self.parameters {
            Parameters::None => Ok(()),
            Parameters::Bytes(bytes) if bytes.is_empty() => Ok(()),
            _ => refuse(CKR_MECHANISM_PARAM_INVALID),
        }
    }

    /// The hash of PSS. The service knows it with MGF1 over the same hash and a salt as long as that.
    pub(crate) fn pss_hash(&self) -> Result<Hash> {
        let Parameters::Pss { hash, mask, salt } = self.parameters else { return refuse(CKR_MECHANISM_PARAM_INVALID) };
        let hash = same_hash(hash, mask)?;
        if salt == hash.len() as CK_ULONG { Ok(hash) } else { refuse(CKR_MECHANISM_PARAM_INVALID) }
    }

    /// The hash and the label of OAEP.
    pub(crate) fn oaep(&self) -> Result<(Hash, &[u8])> {
        match &self.parameters {
            Parameters::Oaep { hash, mask, source, label } if *source == CKZ_DATA_SPECIFIED || label.is_empty() => {
                Ok((same_hash(*hash, *mask)?, label))
            }
            _ => refuse(CKR_MECHANISM_PARAM_INVALID),
        }
    }

    /// An IV of one block.
    pub(crate) fn iv(&self) -> Result<[u8; 16]> {
        match &self.parameters {
            Parameters::Bytes(bytes) => {
                <[u8; 16]>::try_from(bytes.as_slice()).or_else(|_| refuse(CKR_MECHANISM_PARAM_INVALID))
            }
            _ => refuse(CKR_MECHANISM_PARAM_INVALID),
        }
    }
}

/// The hash, if the mask is made with it too.
fn same_hash(digest: CK_MECHANISM_TYPE, mask: CK_RSA_PKCS_MGF_TYPE) -> Result<Hash> {
    let Some(hash) = hashes::of_digest(digest) else { return refuse(CKR_MECHANISM_PARAM_INVALID) };
    let is_same = HASHES.iter().any(|names| names.hash == hash && names.mask == mask);
    if is_same { Ok(hash) } else { refuse(CKR_MECHANISM_PARAM_INVALID) }
}
