//! All that can be asked: every type of key with every size, and every algorithm with its hashes and lengths.

use keystead_interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    KeyDerivation, Mac, RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::{DhFamily, EccFamily, KeyAttributes, KeyShape, KeyType, Usage};

/// Every type with its sizes in bits: those that it has, some that it has not, and 0, which stands for any.
pub fn shapes() -> Vec<KeyShape> {
    let plain = [8, 12, 128, 256, 2048, 65_528, 65_536];
    let rsa = [512, 1024, 1536, 2048, 2056, 3072, 4096, 8192];
    let mut shapes = Vec::new();
    let mut add = |key_type, sizes: &[u32]| {
        shapes.extend([0].iter().chain(sizes).map(|&bits| KeyShape { key_type, bits }));
    };
    for key_type in [KeyType::RawData, KeyType::Hmac, KeyType::Derive] {
        add(key_type, &plain);
    }
    for key_type in [KeyType::Aes, KeyType::Camellia] {
        add(key_type, &[64, 128, 192, 256, 320, 384, 512]);
    }
    add(KeyType::Des, &[64, 128, 192]);
    add(KeyType::Arc4, &[40, 128]);
    add(KeyType::Chacha20, &[128, 256]);
    add(KeyType::RsaKeyPair, &rsa);
    add(KeyType::RsaPublicKey, &rsa);
    for &family in EccFamily::ALL {
        let sizes = [family.sizes(), &[257]].concat();
        add(KeyType::EccKeyPair(family), &sizes);
        add(KeyType::EccPublicKey(family), &sizes);
    }
    add(KeyType::DhKeyPair(DhFamily::Rfc7919), &[2048, 3072, 4096, 6144, 8192]);
    add(KeyType::DhPublicKey(DhFamily::Rfc7919), &[2048, 3072, 4096, 6144, 8192]);
    shapes
}

/// Every algorithm.
pub fn algorithms() -> Vec<Algorithm> {
    let mut all = vec![Algorithm::None];
    all.extend(Hash::ALL.iter().map(|&hash| Algorithm::Hash(hash)));
    all.extend(Cipher::ALL.iter().map(|&alg| Algorithm::Cipher(alg)));
    for &alg in AeadAlg::ALL {
        all.push(Algorithm::Aead(Aead::DefaultLengthTag(alg)));
        all.extend((0..=17).map(|tag_length| Algorithm::Aead(Aead::ShortenedTag { alg, tag_length })));
    }
    let hmacs = Hash::ALL.iter().map(|&hash| (FullLengthMac::Hmac(hash), hash.len() as u32));
    for (mac, full) in hmacs.chain([(FullLengthMac::Cmac, 16), (FullLengthMac::CbcMac, 16)]) {
        all.push(Algorithm::Mac(Mac::FullLength(mac)));
        let lengths = [0, 3, 4, 8, full - 1, full, full + 1];
        all.extend(lengths.map(|length| Algorithm::Mac(Mac::Truncated { mac, length })));
    }
    let hashes = || Hash::ALL.iter().map(|&hash| SignHash::Specific(hash)).chain([SignHash::Any]);
    let signatures = [
        AsymmetricSignature::RsaPkcs1v15Sign,
        AsymmetricSignature::RsaPss,
        AsymmetricSignature::Ecdsa,
        AsymmetricSignature::DeterministicEcdsa,
    ];
    for scheme in signatures {
        all.extend(hashes().map(|hash| Algorithm::AsymmetricSignature(scheme(hash))));
    }
    all.push(Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15SignRaw));
    all.push(Algorithm::AsymmetricSignature(AsymmetricSignature::EcdsaAny));
    all.push(Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt));
    let oaep = |&hash| Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash));
    all.extend(Hash::ALL.iter().map(oaep));
    for derivation in [KeyDerivation::Hkdf, KeyDerivation::Tls12Prf, KeyDerivation::Tls12PskToMs] {
        let derivation = derivation(Hash::Sha256);
        all.push(Algorithm::KeyDerivation(derivation));
        all.extend(
            RawKeyAgreement::ALL
                .iter()
                .map(|&agreement| Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { agreement, derivation })),
        );
    }
    all.extend(RawKeyAgreement::ALL.iter().map(|&alg| Algorithm::KeyAgreement(KeyAgreement::Raw(alg))));
    all
}

/// Every key with every algorithm.
pub fn attributes() -> Vec<KeyAttributes> {
    let algorithms = algorithms();
    let with_all = |shape: KeyShape| algorithms.iter().map(move |&alg| key(shape, alg)).collect::<Vec<_>>();
    shapes().into_iter().flat_map(with_all).collect()
}

/// A key with the flags that its algorithm needs, and no others: derive alone for key agreement.
pub fn key(shape: KeyShape, alg: Algorithm) -> KeyAttributes {
    let usage = match alg {
        Algorithm::None | Algorithm::Hash(_) => Usage::ENCRYPT,
        Algorithm::Mac(_) => Usage::SIGN_MESSAGE.and(Usage::VERIFY_MESSAGE),
        Algorithm::Cipher(_) | Algorithm::Aead(_) | Algorithm::AsymmetricEncryption(_) => {
            Usage::ENCRYPT.and(Usage::DECRYPT)
        }
        Algorithm::AsymmetricSignature(_) => Usage::SIGN_HASH.and(Usage::VERIFY_HASH),
        Algorithm::KeyAgreement(_) | Algorithm::KeyDerivation(_) => Usage::DERIVE,
    };
    KeyAttributes::new(shape.key_type, shape.bits, usage, alg)
}
