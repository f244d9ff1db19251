//! Using keys in another process. What can be done is the face's to say.

use keystead_interface::algorithm::{
    Aead, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, KeyAgreement, Mac as MacAlgorithm,
    RawKeyAgreement,
};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{
    AeadCipher, AsymmetricEncrypting, Key, KeyAgreeing, Mac, ProviderError, Random, Signing, UnauthenticatedCipher,
};

use crate::provider::IsolatedProvider;
use crate::request::{Fields, Op, garbled};

const NOTHING: &[u8] = &[];

impl Signing for IsolatedProvider {
    fn supports(&self, key: KeyShape, alg: AsymmetricSignature) -> bool {
        self.shown().signing.is_some_and(|signing| signing.supports(key, alg))
    }

    fn sign_hash(&self, key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let alg = Some(Algorithm::AsymmetricSignature(alg));
        self.use_key(Op::SignHash, key, alg, [hash, NOTHING, NOTHING]).map(SecretBytes::into_exposed)
    }

    fn verify_hash(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        let alg = Some(Algorithm::AsymmetricSignature(alg));
        self.use_key(Op::VerifyHash, key, alg, [hash, signature, NOTHING]).map(drop)
    }

    fn sign_message(&self, key: Key<'_>, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let alg = Some(Algorithm::AsymmetricSignature(alg));
        self.use_key(Op::SignMessage, key, alg, [message, NOTHING, NOTHING]).map(SecretBytes::into_exposed)
    }

    fn verify_message(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        let alg = Some(Algorithm::AsymmetricSignature(alg));
        self.use_key(Op::VerifyMessage, key, alg, [message, signature, NOTHING]).map(drop)
    }
}

impl AsymmetricEncrypting for IsolatedProvider {
    fn supports(&self, key: KeyShape, alg: AsymmetricEncryption) -> bool {
        self.shown().asymmetric_encryption.is_some_and(|encryption| encryption.supports(key, alg))
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        plaintext: &SecretBytes,
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let alg = Some(Algorithm::AsymmetricEncryption(alg));
        let inputs = [plaintext.expose(), label, NOTHING];
        self.use_key(Op::AsymmetricEncrypt, key, alg, inputs).map(SecretBytes::into_exposed)
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        let alg = Some(Algorithm::AsymmetricEncryption(alg));
        self.use_key(Op::AsymmetricDecrypt, key, alg, [ciphertext, label, NOTHING])
    }
}

impl AeadCipher for IsolatedProvider {
    fn supports(&self, key: KeyShape, alg: Aead) -> bool {
        self.shown().aead.is_some_and(|aead| aead.supports(key, alg))
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let inputs = [nonce, additional_data, plaintext.expose()];
        self.use_key(Op::AeadEncrypt, key, Some(Algorithm::Aead(alg)), inputs).map(SecretBytes::into_exposed)
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        self.use_key(Op::AeadDecrypt, key, Some(Algorithm::Aead(alg)), [nonce, additional_data, ciphertext])
    }
}

impl UnauthenticatedCipher for IsolatedProvider {
    fn supports(&self, key: KeyShape, alg: Cipher) -> bool {
        self.shown().cipher.is_some_and(|cipher| cipher.supports(key, alg))
    }

    fn encrypt(&self, key: Key<'_>, alg: Cipher, plaintext: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        self.encrypt_under(key, alg, NOTHING, plaintext)
    }

    fn encrypt_under(
        &self,
        key: Key<'_>,
        alg: Cipher,
        iv: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let inputs = [plaintext.expose(), iv, NOTHING];
        self.use_key(Op::CipherEncrypt, key, Some(Algorithm::Cipher(alg)), inputs).map(SecretBytes::into_exposed)
    }

    fn decrypt(&self, key: Key<'_>, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
        self.use_key(Op::CipherDecrypt, key, Some(Algorithm::Cipher(alg)), [ciphertext, NOTHING, NOTHING])
    }
}

impl Mac for IsolatedProvider {
    fn supports(&self, key: KeyShape, alg: MacAlgorithm) -> bool {
        self.shown().mac.is_some_and(|mac| mac.supports(key, alg))
    }

    fn compute(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let inputs = [input, NOTHING, NOTHING];
        self.use_key(Op::MacCompute, key, Some(Algorithm::Mac(alg)), inputs).map(SecretBytes::into_exposed)
    }

    fn verify(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8], mac: &[u8]) -> Result<(), ProviderError> {
        self.use_key(Op::MacVerify, key, Some(Algorithm::Mac(alg)), [input, mac, NOTHING]).map(drop)
    }
}

impl KeyAgreeing for IsolatedProvider {
    fn supports(&self, key: KeyShape, alg: RawKeyAgreement) -> bool {
        self.shown().key_agreement.is_some_and(|agreement| agreement.supports(key, alg))
    }

    fn agree(&self, key: Key<'_>, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
        let alg = Some(Algorithm::KeyAgreement(KeyAgreement::Raw(alg)));
        self.use_key(Op::Agree, key, alg, [peer_key, NOTHING, NOTHING])
    }
}

impl Random for IsolatedProvider {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        let count = (out.len() as u64).to_le_bytes();
        let fields = Fields { inputs: [&count, NOTHING, NOTHING], ..Fields::default() };
        self.ask(Op::Random, fields, |[bytes, _, _]| {
            if bytes.len() != out.len() {
                return Err(garbled());
            }
            out.copy_from_slice(bytes);
            Ok(())
        })
    }
}
