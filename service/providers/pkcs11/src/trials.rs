//! What a token can do but does not say: tried once at connection with keys that are not kept, because PKCS#11 has no way to
//! ask for it, and CanDoCrypto must tell the truth.
//!
//! Nothing that fails here is an error: it is a thing that the token cannot do.

use cryptoki::mechanism::Mechanism as Safe;
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki_sys::{
    CKF_DECRYPT, CKF_ENCRYPT, CKF_GENERATE, CKF_GENERATE_KEY_PAIR, CKF_SIGN, CKF_VERIFY, CKM_AES_CCM, CKM_AES_GCM,
    CKM_AES_KEY_GEN, CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS_OAEP, CKM_RSA_PKCS_PSS,
};
use keystead_interface::algorithm::{AeadAlg, Hash};
use keystead_interface::arguments;

use crate::error::CallError;
use crate::mechanisms::Mechanisms;
use crate::parameters::{Mechanism, RsaHash, Sealed};
use crate::session::Session;

/// What was found out by trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trials {
    /// The hashes that PSS can be done with.
    pub pss: Vec<Hash>,
    /// The hashes that OAEP can be done with.
    pub oaep: Vec<Hash>,
    /// Whether OAEP takes labels, and heeds them.
    pub oaep_labels: bool,
    /// The lengths in bytes that tags of authenticated encryption can have.
    pub tags: Vec<(AeadAlg, u32)>,
    /// The longest nonce in bytes that GCM takes, as far as was tried.
    pub longest_nonce: usize,
}

/// A public key that is used for nothing else, and its signatures: `trials/README.md` tells how they were made.
const MODULUS: &[u8] = include_bytes!("trials/modulus.bin");
const EXPONENT: &[u8] = &[1, 0, 1];
const SIGNATURES: &[u8] = include_bytes!("trials/pss.bin");

/// The hashes that RSA's paddings may be done with, in the order of the signatures.
const HASHES: [Hash; 9] = [
    Hash::Sha1,
    Hash::Sha224,
    Hash::Sha256,
    Hash::Sha384,
    Hash::Sha512,
    Hash::Sha3_224,
    Hash::Sha3_256,
    Hash::Sha3_384,
    Hash::Sha3_512,
];

/// The longest hash in bytes.
const LONGEST_HASH: usize = 64;

/// Tries everything that the mechanisms leave open. About forty calls; a pair is generated only if labels are taken.
pub(crate) fn of_token(session: &Session, offered: &Mechanisms) -> Trials {
    let mut trials = Trials::default();
    if let Ok(key) = session.create_object(&public_key()) {
        if offered.offers(CKM_RSA_PKCS_PSS, CKF_SIGN) || offered.offers(CKM_RSA_PKCS_PSS, CKF_VERIFY) {
            trials.pss = pss(session, key);
        }
        if offered.offers(CKM_RSA_PKCS_OAEP, CKF_ENCRYPT) || offered.offers(CKM_RSA_PKCS_OAEP, CKF_DECRYPT) {
            trials.oaep = oaep(session, key);
            trials.oaep_labels = trials
                .oaep
                .first()
                .is_some_and(|hash| encrypts_with_label(session, key, *hash) && heeds_labels(session, offered, *hash));
        }
        destroy(session, key);
    }
    seal(session, offered, &mut trials);
    trials
}

fn public_key() -> [Attribute; 8] {
    [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::RSA),
        Attribute::Token(false),
        Attribute::Private(false),
        Attribute::Verify(true),
        Attribute::Encrypt(true),
        Attribute::Modulus(MODULUS.to_vec()),
        Attribute::PublicExponent(EXPONENT.to_vec()),
    ]
}

/// The hashes whose signatures the token finds good: more than it says, and more than it would by accepting the parameters.
fn pss(session: &Session, key: ObjectHandle) -> Vec<Hash> {
    let verifies = |(hash, signature): &(Hash, &[u8])| {
        RsaHash::of(*hash).is_some_and(|alg| {
            let digest = &[1; LONGEST_HASH][..hash.len()];
            session.verify(&Mechanism::Pss(alg), key, digest, signature).is_ok()
        })
    };
    let signatures = SIGNATURES.chunks(MODULUS.len());
    HASHES.into_iter().zip(signatures).filter(verifies).map(|(hash, _)| hash).collect()
}

fn oaep(session: &Session, key: ObjectHandle) -> Vec<Hash> {
    let encrypts = |hash: &Hash| {
        RsaHash::of(*hash)
            .is_some_and(|hash| session.encrypt(&Mechanism::Oaep(hash, &[]), key, b"text", MODULUS.len()).is_ok())
    };
    HASHES.into_iter().filter(encrypts).collect()
}

fn encrypts_with_label(session: &Session, key: ObjectHandle, hash: Hash) -> bool {
    RsaHash::of(hash)
        .is_some_and(|hash| session.encrypt(&Mechanism::Oaep(hash, b"label"), key, b"text", MODULUS.len()).is_ok())
}

/// Whether a ciphertext under one label does not decrypt under another. A module that takes labels and drops them lets any
/// ciphertext pass for any other.
fn heeds_labels(session: &Session, offered: &Mechanisms, hash: Hash) -> bool {
    if !offered.offers(CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR) {
        return false;
    }
    let public = [
        Attribute::Token(false),
        Attribute::Encrypt(true),
        Attribute::ModulusBits(2048.into()),
        Attribute::PublicExponent(EXPONENT.to_vec()),
    ];
    let private = [Attribute::Token(false), Attribute::Decrypt(true)];
    let Ok((public, private)) = session.generate_key_pair(&Safe::RsaPkcsKeyPairGen, &public, &private) else {
        return false;
    };
    let heeds = || -> Result<bool, CallError> {
        let Some(hash) = RsaHash::of(hash) else { return Ok(false) };
        let text = session.encrypt(&Mechanism::Oaep(hash, b"label"), public, b"text", MODULUS.len())?;
        let decrypt = |label| session.decrypt(&Mechanism::Oaep(hash, label), private, &text, text.len());
        Ok(decrypt(b"label").is_ok_and(|text| text.expose() == b"text")
            && decrypt(b"other").is_err()
            && decrypt(b"").is_err())
    };
    let heeds = heeds().unwrap_or(false);
    destroy(session, public);
    destroy(session, private);
    heeds
}

/// The lengths of nonces that are tried. GCM takes any, but PKCS#11 2.40 ends at 256, and OpenSSL 3, which some modules are
/// made of, at 128.
const NONCES: [usize; 7] = [16, 32, 64, 128, 256, 512, LONGEST_NONCE];

/// The longest nonce that is tried: nobody needs a longer one.
const LONGEST_NONCE: usize = 1024;

/// Tries tags and nonces. Where no key can be made for it, whole tags and nonces of a block are taken to work.
fn seal(session: &Session, offered: &Mechanisms, trials: &mut Trials) {
    let both = CKF_ENCRYPT | CKF_DECRYPT;
    let modes = [(AeadAlg::Gcm, CKM_AES_GCM, 12), (AeadAlg::Ccm, CKM_AES_CCM, 13)];
    let modes: Vec<_> = modes.into_iter().filter(|(_, mechanism, _)| offered.offers(*mechanism, both)).collect();
    trials.longest_nonce = 16;
    if modes.is_empty() {
        return;
    }
    let key = aes_key(session, offered);
    for (mode, _, nonce) in modes {
        for length in 4..=16 {
            let works = match key {
                Some(key) => seals(session, key, mode, nonce, length as usize),
                None => length == 16,
            };
            if arguments::takes_tag_length(mode, length) && works {
                trials.tags.push((mode, length));
            }
        }
    }
    if let Some(key) = key {
        let takes = |length: &usize| seals(session, key, AeadAlg::Gcm, *length, 16);
        trials.longest_nonce = NONCES.into_iter().take_while(takes).last().unwrap_or(12);
        destroy(session, key);
    }
}

fn aes_key(session: &Session, offered: &Mechanisms) -> Option<ObjectHandle> {
    if !offered.offers(CKM_AES_KEY_GEN, CKF_GENERATE) {
        return None;
    }
    let length = [16_u32, 32].into_iter().find(|bytes| offered.offers_key(CKM_AES_KEY_GEN, CKF_GENERATE, bytes * 8))?;
    let template = [
        Attribute::Token(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::ValueLen(u64::from(length).into()),
    ];
    session.generate_key(&Safe::AesKeyGen, &template).ok()
}

/// Whether a text is sealed under a nonce and a tag of these lengths, and comes back; but under no other nonce, not even if
/// its last byte alone differs: SoftHSM 2.6.1 takes long nonces and leaves their ends away.
fn seals(session: &Session, key: ObjectHandle, mode: AeadAlg, nonce: usize, tag_length: usize) -> bool {
    const TEXT: &[u8] = b"text";
    let mut other = [1; LONGEST_NONCE];
    other[nonce - 1] = 2;
    let mechanism = |nonce| {
        let sealed = Sealed::new(nonce, b"more", tag_length);
        if mode == AeadAlg::Gcm { Mechanism::Gcm(sealed) } else { Mechanism::Ccm(sealed, TEXT.len()) }
    };
    let right = mechanism(&[1; LONGEST_NONCE][..nonce]);
    let sealed = session.encrypt(&right, key, TEXT, TEXT.len() + tag_length);
    sealed.is_ok_and(|sealed| {
        sealed.len() == TEXT.len() + tag_length
            && session.decrypt(&right, key, &sealed, sealed.len()).is_ok_and(|text| text.expose() == TEXT)
            && session.decrypt(&mechanism(&other[..nonce]), key, &sealed, sealed.len()).is_err()
    })
}

/// An object that cannot be destroyed ends with its session.
fn destroy(session: &Session, object: ObjectHandle) {
    if let Err(error) = session.destroy_object(object) {
        log::debug!("an object that was made for a trial stays until its session ends: {error}");
    }
}
