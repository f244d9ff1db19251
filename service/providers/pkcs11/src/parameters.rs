//! Mechanisms with their parameters, as PKCS#11 modules want them.
//!
//! cryptoki has types for some of them, and none for AES-CCM or anything with SHA-3.

use std::cell::RefCell;
use std::ffi::c_void;

use cryptoki_sys::*;
use keystead_interface::algorithm::Hash;

/// A mechanism that a module can be given.
pub trait InC {
    /// Calls `call` with the mechanism as C has it. What it points to is valid until `call` returns.
    fn in_c<T>(&self, call: impl FnOnce(&mut CK_MECHANISM) -> T) -> T;
}

impl InC for cryptoki::mechanism::Mechanism<'_> {
    fn in_c<T>(&self, call: impl FnOnce(&mut CK_MECHANISM) -> T) -> T {
        call(&mut CK_MECHANISM::from(self))
    }
}

/// A mechanism with all that an operation says about it.
pub(crate) enum Mechanism<'a> {
    /// One without parameters.
    Plain(CK_MECHANISM_TYPE),
    /// A mode of AES whose parameter is its IV.
    Iv(CK_MECHANISM_TYPE, [u8; 16]),
    /// CKM_AES_CTR, all of whose block counts.
    Ctr([u8; 16]),
    /// CKM_AES_GCM.
    Gcm(Sealed<'a>),
    /// CKM_AES_CCM, which must know the length of the plaintext beforehand.
    Ccm(Sealed<'a>, usize),
    /// CKM_RSA_PKCS_PSS of a hash, with a salt as long as the hash.
    Pss(RsaHash),
    /// CKM_RSA_PKCS_OAEP with a label.
    Oaep(RsaHash, &'a [u8]),
}

/// What authenticated encryption is told besides the text.
pub(crate) struct Sealed<'a> {
    nonce: &'a [u8],
    /// The nonce as the module has it. There are modules that write one of their own there, some of them as late as in
    /// the call after the Init, so that it must be memory of the mechanism's own and stay for as long as that does.
    written: RefCell<Vec<u8>>,
    /// What is authenticated only.
    additional_data: &'a [u8],
    /// Length of the tag in bytes.
    tag_length: usize,
}

/// A hash that RSA's paddings can be told to use.
#[derive(Clone, Copy)]
pub(crate) struct RsaHash {
    hash: Hash,
    mechanism: CK_MECHANISM_TYPE,
    mask: CK_RSA_PKCS_MGF_TYPE,
}

impl RsaHash {
    /// `None` if PKCS#11 has no number for it, or none for MGF1 with it.
    pub(crate) const fn of(hash: Hash) -> Option<RsaHash> {
        let (mechanism, mask) = match hash {
            Hash::Sha1 => (CKM_SHA_1, CKG_MGF1_SHA1),
            Hash::Sha224 => (CKM_SHA224, CKG_MGF1_SHA224),
            Hash::Sha256 => (CKM_SHA256, CKG_MGF1_SHA256),
            Hash::Sha384 => (CKM_SHA384, CKG_MGF1_SHA384),
            Hash::Sha512 => (CKM_SHA512, CKG_MGF1_SHA512),
            Hash::Sha3_224 => (CKM_SHA3_224, CKG_MGF1_SHA3_224),
            Hash::Sha3_256 => (CKM_SHA3_256, CKG_MGF1_SHA3_256),
            Hash::Sha3_384 => (CKM_SHA3_384, CKG_MGF1_SHA3_384),
            Hash::Sha3_512 => (CKM_SHA3_512, CKG_MGF1_SHA3_512),
            _ => return None,
        };
        Some(RsaHash { hash, mechanism, mask })
    }
}

impl InC for Mechanism<'_> {
    fn in_c<T>(&self, call: impl FnOnce(&mut CK_MECHANISM) -> T) -> T {
        match self {
            Mechanism::Plain(mechanism) => {
                call(&mut CK_MECHANISM { mechanism: *mechanism, pParameter: std::ptr::null_mut(), ulParameterLen: 0 })
            }
            Mechanism::Iv(mechanism, iv) => with(*mechanism, &mut { *iv }, call),
            Mechanism::Ctr(counter) => {
                with(CKM_AES_CTR, &mut CK_AES_CTR_PARAMS { ulCounterBits: 128, cb: *counter }, call)
            }
            Mechanism::Gcm(sealed) => with(CKM_AES_GCM, &mut sealed.gcm(), call),
            Mechanism::Ccm(sealed, text) => with(CKM_AES_CCM, &mut sealed.ccm(*text), call),
            Mechanism::Pss(RsaHash { hash, mechanism, mask }) => {
                let mut pss = CK_RSA_PKCS_PSS_PARAMS { hashAlg: *mechanism, mgf: *mask, sLen: hash.len() as CK_ULONG };
                with(CKM_RSA_PKCS_PSS, &mut pss, call)
            }
            Mechanism::Oaep(RsaHash { mechanism, mask, .. }, label) => {
                // Modules tell "no label" by either of the two.
                let data = if label.is_empty() { std::ptr::null_mut() } else { label.as_ptr().cast_mut().cast() };
                let mut oaep = CK_RSA_PKCS_OAEP_PARAMS {
                    hashAlg: *mechanism,
                    mgf: *mask,
                    source: CKZ_DATA_SPECIFIED,
                    pSourceData: data,
                    ulSourceDataLen: label.len() as CK_ULONG,
                };
                with(CKM_RSA_PKCS_OAEP, &mut oaep, call)
            }
        }
    }
}

fn with<P, T>(mechanism: CK_MECHANISM_TYPE, parameter: &mut P, call: impl FnOnce(&mut CK_MECHANISM) -> T) -> T {
    let parameter: *mut P = parameter;
    call(&mut CK_MECHANISM {
        mechanism,
        pParameter: parameter.cast::<c_void>(),
        ulParameterLen: size_of::<P>() as CK_ULONG,
    })
}

impl<'a> Sealed<'a> {
    /// With a nonce, with what is authenticated only, and with a tag of this length in bytes.
    pub(crate) fn new(nonce: &'a [u8], additional_data: &'a [u8], tag_length: usize) -> Self {
        Sealed { nonce, written: RefCell::new(nonce.to_vec()), additional_data, tag_length }
    }

    /// Length of the nonce in bytes.
    pub(crate) fn nonce_length(&self) -> usize {
        self.nonce.len()
    }

    /// Where the module finds the nonce, whatever it wrote there before.
    fn written(&self) -> *mut u8 {
        let mut written = self.written.borrow_mut();
        written.copy_from_slice(self.nonce);
        written.as_mut_ptr()
    }

    fn gcm(&self) -> CK_GCM_PARAMS {
        CK_GCM_PARAMS {
            pIv: self.written(),
            ulIvLen: self.nonce.len() as CK_ULONG,
            // PKCS#11 says that nobody reads it; some modules do.
            ulIvBits: (self.nonce.len() * 8) as CK_ULONG,
            pAAD: self.additional_data.as_ptr().cast_mut(),
            ulAADLen: self.additional_data.len() as CK_ULONG,
            ulTagBits: (self.tag_length * 8) as CK_ULONG,
        }
    }

    fn ccm(&self, text: usize) -> CK_CCM_PARAMS {
        CK_CCM_PARAMS {
            ulDataLen: text as CK_ULONG,
            pNonce: self.written(),
            ulNonceLen: self.nonce.len() as CK_ULONG,
            pAAD: self.additional_data.as_ptr().cast_mut(),
            ulAADLen: self.additional_data.len() as CK_ULONG,
            ulMACLen: self.tag_length as CK_ULONG,
        }
    }
}
