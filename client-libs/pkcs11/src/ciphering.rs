//! Encryption and decryption: texts are gathered, and go to the service whole.

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::interface::algorithm::{Aead, AeadAlg, Algorithm, AsymmetricEncryption, Cipher};
use keystead_client::interface::attributes::Usage;
use keystead_client::interface::secret::{SecretBytes, reserve};
use keystead_client::interface::status::Status;

use crate::error::{Refusal, Result, about, refuse};
use crate::limits::MAX_GATHERED_BYTES;
use crate::mechanism::MODES;
use crate::module::Module;
use crate::object::{Key, Object};
use crate::parameters::{Mechanism, Parameters};
use crate::records::Side;
use crate::session::{Output, Room, early};
use crate::signing::Direction;

/// A text that is being encrypted or decrypted.
pub(crate) struct Ciphering {
    key: Arc<Key>,
    scheme: Scheme,
    direction: Direction,
    gathered: SecretBytes,
    /// The plaintext, if the caller had no room for it: nobody knows its length before.
    done: Option<SecretBytes>,
}

enum Scheme {
    Rsa(AsymmetricEncryption, Vec<u8>),
    Gcm(Aead, Vec<u8>, Vec<u8>),
    /// With an IV that is empty in ECB.
    Mode(Cipher, Vec<u8>),
    Ctr(CK_ULONG, [u8; 16]),
}

/// Bytes of a block of AES.
const BLOCK: usize = 16;

impl Ciphering {
    /// Begins: checks that the key may be used so.
    pub(crate) fn begin(object: &Object, mechanism: &Mechanism, direction: Direction) -> Result<Ciphering> {
        let Object::Key(key, side) = object else { return refuse(CKR_KEY_HANDLE_INVALID) };
        let (usage, wrong_side) = match direction {
            Direction::Make => (Usage::ENCRYPT, Side::Private),
            Direction::Undo => (Usage::DECRYPT, Side::Public),
        };
        if *side == wrong_side {
            return refuse(CKR_KEY_FUNCTION_NOT_PERMITTED);
        }
        let scheme = Scheme::of(mechanism)?;
        key.permit(usage, scheme.algorithm())?;
        let gathered = SecretBytes::default();
        Ok(Ciphering { key: Arc::clone(key), scheme, direction, gathered, done: None })
    }

    /// Takes more of the text.
    pub(crate) fn update(&mut self, piece: &[u8]) -> Result<()> {
        if self.gathered.expose().len() + piece.len() > MAX_GATHERED_BYTES {
            return refuse(self.wrong_length());
        }
        reserve(self.gathered.expose_mut(), piece.len());
        self.gathered.expose_mut().extend_from_slice(piece);
        Ok(())
    }

    /// Takes the last of the text; nothing, if the result is there already and the caller only had no room for it.
    pub(crate) fn take_rest(&mut self, last: &[u8]) -> Result<()> {
        if self.done.is_some() { Ok(()) } else { self.update(last) }
    }

    /// What can be answered before the service is asked, if `more` is the rest of the text. The length of a plaintext is
    /// only known exactly where nothing is taken off.
    pub(crate) fn early(&self, more: usize, room: Room) -> Option<Output> {
        if let Some(done) = &self.done {
            return early(done.expose().len(), room);
        }
        let length = self.result_length(self.gathered.expose().len() + more);
        match room {
            Some(_) if self.direction == Direction::Undo => None,
            room => early(length, room),
        }
    }

    /// The result, or that there is no room for it: then it is kept for the next call.
    pub(crate) fn finish(&mut self, module: &Module, room: usize) -> Result<Output> {
        let result = match self.done.take() {
            Some(done) => done,
            None => self.convert(module)?,
        };
        if result.expose().len() <= room {
            return Ok(Output::Bytes(result));
        }
        let length = result.expose().len();
        self.done = Some(result);
        Ok(Output::TooSmall(length))
    }

    fn result_length(&self, text: usize) -> usize {
        let is_encryption = self.direction == Direction::Make;
        match &self.scheme {
            Scheme::Rsa(..) => self.key.attributes.bits().div_ceil(8) as usize,
            Scheme::Gcm(alg, ..) if is_encryption => text + alg.tag_length() as usize,
            Scheme::Gcm(alg, ..) => text.saturating_sub(alg.tag_length() as usize),
            Scheme::Mode(Cipher::CbcPkcs7, _) if is_encryption => (text / BLOCK + 1) * BLOCK,
            Scheme::Mode(..) | Scheme::Ctr(..) => text,
        }
    }

    fn convert(&self, module: &Module) -> Result<SecretBytes> {
        let text = self.gathered.expose().as_slice();
        let client = module.client.with_provider(self.key.slot);
        let name = self.key.name_for(&module.client, &module.owner, self.scheme.algorithm())?;
        let is_encryption = self.direction == Direction::Make;
        let failed = self.failed();
        match &self.scheme {
            Scheme::Rsa(alg, label) if is_encryption => {
                client.asymmetric_encrypt(&name, *alg, text, label).map(SecretBytes::new).map_err(failed)
            }
            Scheme::Rsa(alg, label) => client.asymmetric_decrypt(&name, *alg, text, label).map_err(failed),
            Scheme::Gcm(alg, nonce, additional) if is_encryption => {
                client.aead_encrypt(&name, *alg, nonce, additional, text).map(SecretBytes::new).map_err(failed)
            }
            Scheme::Gcm(alg, nonce, additional) => {
                client.aead_decrypt(&name, *alg, nonce, additional, text).map_err(failed)
            }
            // Of nothing, nothing comes; the service has no word for it.
            Scheme::Mode(cipher, _) if text.is_empty() && *cipher != Cipher::CbcPkcs7 => Ok(SecretBytes::default()),
            Scheme::Ctr(..) if text.is_empty() => Ok(SecretBytes::default()),
            Scheme::Mode(cipher, iv) if is_encryption => encrypt(&client, &name, *cipher, iv, text).map_err(failed),
            Scheme::Mode(cipher, iv) => client.cipher_decrypt(&name, *cipher, &[iv, text].concat()).map_err(failed),
            Scheme::Ctr(bits, block) => {
                check_counter(*bits, block, text.len())?;
                match is_encryption {
                    true => encrypt(&client, &name, Cipher::Ctr, block, text).map_err(failed),
                    false => client.cipher_decrypt(&name, Cipher::Ctr, &[block, text].concat()).map_err(failed),
                }
            }
        }
    }

    const fn wrong_length(&self) -> CK_RV {
        match self.direction {
            Direction::Make => CKR_DATA_LEN_RANGE,
            Direction::Undo => CKR_ENCRYPTED_DATA_LEN_RANGE,
        }
    }

    /// What the service's refusal means here.
    fn failed(&self) -> impl Fn(keystead_client::Error) -> Refusal {
        let length = self.wrong_length();
        move |error| match error.status() {
            // A tag.
            Some(Status::PsaErrorInvalidSignature) => Refusal(CKR_ENCRYPTED_DATA_INVALID),
            _ => about(length)(error),
        }
    }
}

impl Scheme {
    fn of(mechanism: &Mechanism) -> Result<Scheme> {
        match mechanism.kind {
            CKM_RSA_PKCS => {
                mechanism.without_parameters()?;
                Ok(Scheme::Rsa(AsymmetricEncryption::RsaPkcs1v15Crypt, Vec::new()))
            }
            CKM_RSA_PKCS_OAEP => {
                let (hash, label) = mechanism.oaep()?;
                Ok(Scheme::Rsa(AsymmetricEncryption::RsaOaep(hash), label.to_vec()))
            }
            CKM_AES_GCM => match &mechanism.parameters {
                Parameters::Gcm { nonce, additional, tag_bits } => {
                    let tag_length = tag_bits.is_multiple_of(8).then_some(tag_bits / 8);
                    let alg = match tag_length.and_then(|length| u32::try_from(length).ok()) {
                        Some(Aead::DEFAULT_TAG_LENGTH) => Aead::DefaultLengthTag(AeadAlg::Gcm),
                        Some(tag_length) => Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length },
                        None => return refuse(CKR_MECHANISM_PARAM_INVALID),
                    };
                    Ok(Scheme::Gcm(alg, nonce.clone(), additional.clone()))
                }
                _ => refuse(CKR_MECHANISM_PARAM_INVALID),
            },
            CKM_AES_CTR => match mechanism.parameters {
                Parameters::Ctr { bits, block } if (1..=128).contains(&bits) => Ok(Scheme::Ctr(bits, block)),
                _ => refuse(CKR_MECHANISM_PARAM_INVALID),
            },
            CKM_AES_ECB => {
                mechanism.without_parameters()?;
                Ok(Scheme::Mode(Cipher::EcbNoPadding, Vec::new()))
            }
            kind => match MODES.iter().find(|(mode, _)| *mode == kind) {
                Some((_, cipher)) => Ok(Scheme::Mode(*cipher, mechanism.iv()?.to_vec())),
                None => refuse(CKR_MECHANISM_INVALID),
            },
        }
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Scheme::Rsa(alg, _) => Algorithm::AsymmetricEncryption(*alg),
            Scheme::Gcm(alg, ..) => Algorithm::Aead(*alg),
            Scheme::Mode(cipher, _) => Algorithm::Cipher(*cipher),
            Scheme::Ctr(..) => Algorithm::Cipher(Cipher::Ctr),
        }
    }
}

/// Encrypts under the caller's IV, which the caller has already.
fn encrypt(
    client: &keystead_client::Client,
    name: &str,
    cipher: Cipher,
    iv: &[u8],
    text: &[u8],
) -> std::result::Result<SecretBytes, keystead_client::Error> {
    let mut ciphertext = client.cipher_encrypt_under(name, cipher, iv, text)?;
    ciphertext.drain(..iv.len());
    Ok(ciphertext.into())
}

/// The service counts with all 128 bits of the block. That is the same as counting with fewer, as long as these do not run
/// over.
fn check_counter(bits: CK_ULONG, block: &[u8; 16], text: usize) -> Result<()> {
    let counter = u128::from_be_bytes(*block);
    let blocks = text.div_ceil(BLOCK) as u128;
    let mask = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
    let last = (counter & mask).checked_add(blocks.saturating_sub(1));
    if last.is_some_and(|last| last <= mask) { Ok(()) } else { refuse(CKR_DATA_LEN_RANGE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_may_reach_its_end_and_not_run_over() {
        let near_end = |left: u8| {
            let mut block = [0xff; 16];
            block[15] = 0xff - left;
            block
        };
        for bits in [8, 32, 128] {
            assert_eq!(check_counter(bits, &near_end(2), 48), Ok(()));
            assert_eq!(check_counter(bits, &near_end(2), 49), refuse(CKR_DATA_LEN_RANGE));
        }
    }
}
