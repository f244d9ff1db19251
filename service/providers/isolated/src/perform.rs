//! Doing what a request asks for, with the provider itself.

use keystead_interface::algorithm::{Algorithm, KeyAgreement};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, NewKey, Provider, ProviderError};

use crate::answer::Done;
use crate::open_keys::OpenKeys;
use crate::request::{Fields, Op, garbled, read, read_name};

/// The longest random bytes of one request: those of the longest message, less its header.
const MAX_RANDOM_BYTES: u64 = crate::limits::MAX_MESSAGE_BYTES as u64 / 2;

/// Does it. `offered` tells what the provider can do, once it is connected.
pub(crate) fn perform(
    provider: &dyn Provider,
    offered: &dyn Fn() -> Vec<u8>,
    keys: &OpenKeys,
    op: Op,
    fields: Fields<'_>,
) -> Result<Done, ProviderError> {
    match op {
        Op::Connect => {
            let identity = provider.connect()?;
            let more = if identity.is_some() { vec![1] } else { Vec::new() };
            let result = identity.map_or_else(Vec::new, |identity| identity.0.into_bytes());
            Ok(Done { result: result.into(), more, offered: offered() })
        }
        Op::Generate | Op::Import | Op::Adopt => make(provider, op, fields),
        Op::Destroy => {
            let tag = KeyTag(fields.key.try_into().map_err(|_| garbled())?);
            keys.close(tag);
            let handle = (!fields.algorithm.is_empty()).then(|| KeyHandle::new(fields.handle.to_vec()));
            provider.vault().destroy(tag, handle.as_ref())?;
            Ok(Done::default())
        }
        Op::Random => {
            let count = u64::from_le_bytes(fields.inputs[0].try_into().map_err(|_| garbled())?);
            if count > MAX_RANDOM_BYTES {
                return Err(garbled());
            }
            let mut bytes = SecretBytes::new(vec![0; count as usize]);
            provider.capabilities().random.ok_or_else(lacking)?.fill(bytes.expose_mut())?;
            Ok(done(bytes))
        }
        Op::Seal => sealing(provider)?.seal(&secret(fields.inputs[0])).map(done),
        Op::Unseal => sealing(provider)?.unseal(fields.inputs[0]).map(done),
        Op::Export => provider.vault().export(keys.open(fields.key, fields.handle)?.key()).map(done),
        _ => {
            let key = keys.open(fields.key, fields.handle)?;
            use_key(provider, op, key.key(), read(fields.algorithm)?, fields.inputs)
        }
    }
}

fn make(provider: &dyn Provider, op: Op, fields: Fields<'_>) -> Result<Done, ProviderError> {
    let (tag, attributes) = read_name(fields.key)?;
    let label = std::str::from_utf8(fields.handle).map_err(|_| garbled())?;
    let key = NewKey { tag, label, attributes: &attributes };
    let Created { handle, bits } = match op {
        Op::Generate => provider.vault().generate(key)?,
        Op::Import => provider.vault().import(key, &secret(fields.inputs[0]))?,
        _ => provider.capabilities().adoption.ok_or_else(lacking)?.adopt(key, fields.inputs[0])?,
    };
    Ok(Done { result: handle.0, more: bits.to_le_bytes().to_vec(), offered: Vec::new() })
}

fn use_key(
    provider: &dyn Provider,
    op: Op,
    key: Key<'_>,
    algorithm: Algorithm,
    [a, b, c]: [&[u8]; 3],
) -> Result<Done, ProviderError> {
    let can = provider.capabilities();
    match (op, algorithm) {
        (_, Algorithm::AsymmetricSignature(alg)) => {
            let signing = can.signing.ok_or_else(lacking)?;
            match op {
                Op::SignHash => signing.sign_hash(key, alg, a).map(done),
                Op::SignMessage => signing.sign_message(key, alg, a).map(done),
                Op::VerifyHash => signing.verify_hash(key, alg, a, b).map(verified),
                Op::VerifyMessage => signing.verify_message(key, alg, a, b).map(verified),
                _ => Err(garbled()),
            }
        }
        (Op::AsymmetricEncrypt, Algorithm::AsymmetricEncryption(alg)) => {
            can.asymmetric_encryption.ok_or_else(lacking)?.encrypt(key, alg, &secret(a), b).map(done)
        }
        (Op::AsymmetricDecrypt, Algorithm::AsymmetricEncryption(alg)) => {
            can.asymmetric_encryption.ok_or_else(lacking)?.decrypt(key, alg, a, b).map(done)
        }
        (Op::AeadEncrypt, Algorithm::Aead(alg)) => {
            can.aead.ok_or_else(lacking)?.encrypt(key, alg, a, b, &secret(c)).map(done)
        }
        (Op::AeadDecrypt, Algorithm::Aead(alg)) => can.aead.ok_or_else(lacking)?.decrypt(key, alg, a, b, c).map(done),
        (Op::CipherEncrypt, Algorithm::Cipher(alg)) => {
            let cipher = can.cipher.ok_or_else(lacking)?;
            // A mode that has no IV has no random one either.
            match b {
                [] => cipher.encrypt(key, alg, &secret(a)).map(done),
                iv => cipher.encrypt_under(key, alg, iv, &secret(a)).map(done),
            }
        }
        (Op::CipherDecrypt, Algorithm::Cipher(alg)) => can.cipher.ok_or_else(lacking)?.decrypt(key, alg, a).map(done),
        (Op::MacCompute, Algorithm::Mac(alg)) => can.mac.ok_or_else(lacking)?.compute(key, alg, a).map(done),
        (Op::MacVerify, Algorithm::Mac(alg)) => can.mac.ok_or_else(lacking)?.verify(key, alg, a, b).map(verified),
        (Op::Agree, Algorithm::KeyAgreement(KeyAgreement::Raw(alg))) => {
            can.key_agreement.ok_or_else(lacking)?.agree(key, alg, a).map(done)
        }
        _ => Err(garbled()),
    }
}

fn sealing(provider: &dyn Provider) -> Result<&dyn keystead_provider::Sealing, ProviderError> {
    let sealing: &dyn keystead_provider::Sealing = provider.capabilities().sealing.ok_or_else(lacking)?;
    Ok(sealing)
}

fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::new(bytes.to_vec())
}

fn done(result: impl Into<SecretBytes>) -> Done {
    Done { result: result.into(), ..Done::default() }
}

fn verified((): ()) -> Done {
    Done::default()
}

/// The service asks what a provider can do before it asks for it; the provider may be another since.
fn lacking() -> ProviderError {
    ProviderError::not_supported("the provider cannot do this any more")
}
