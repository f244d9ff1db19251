//! Authenticated encryption in several parts.

use keystead_client::interface::algorithm::{Aead, AeadAlg, Algorithm};
use keystead_client::interface::arguments::{aead_encrypt, takes_tag_length};
use keystead_client::interface::secret::SecretBytes;

use crate::algorithm::{self, PsaAlgorithm};
use crate::attributes::KeyId;
use crate::ciphering::Direction;
use crate::gathered;
use crate::library::Library;
use crate::limits::MAX_MESSAGE_BYTES;
use crate::status::{
    BAD_STATE, BUFFER_TOO_SMALL, INVALID_ARGUMENT, INVALID_SIGNATURE, NOT_SUPPORTED, Refusal, Result, refuse,
};

/// A text that is being encrypted or decrypted, with what is authenticated beside it.
pub(crate) struct AeadOperation {
    key: KeyId,
    alg: Aead,
    direction: Direction,
    nonce: Option<Vec<u8>>,
    /// Of additional data and text, if the caller declared them: then they are insisted on.
    lengths: Option<(usize, usize)>,
    additional: SecretBytes,
    text: SecretBytes,
    /// Whether some of the text, be it nothing, was given: no additional data may follow.
    has_begun: bool,
}

/// A ciphertext and its tag.
pub(crate) struct Sealed {
    pub(crate) ciphertext: SecretBytes,
    pub(crate) tag: Vec<u8>,
}

/// A mode for an operation.
pub(crate) fn aead_of(alg: PsaAlgorithm) -> Result<Aead> {
    algorithm::of_family(alg, |found| match found {
        Algorithm::Aead(aead) => Some(aead),
        _ => None,
    })
}

/// The longest nonce beside which CCM has room for the length of this text: both are in 15 bytes, of which the length has 2
/// or more (PSA Crypto API, PSA_ALG_CCM).
fn longest_ccm_nonce(text: usize) -> usize {
    15 - (usize::BITS - text.leading_zeros()).div_ceil(8).max(2) as usize
}

impl AeadOperation {
    /// Begins, if the key permits it.
    pub(crate) fn begin(
        library: &Library,
        key: KeyId,
        alg: PsaAlgorithm,
        direction: Direction,
    ) -> Result<AeadOperation> {
        let alg = aead_of(alg)?;
        library.permit(key, direction.usage(), Algorithm::Aead(alg))?;
        if !takes_tag_length(alg.alg(), alg.tag_length()) {
            return refuse(INVALID_ARGUMENT);
        }
        Ok(AeadOperation {
            key,
            alg,
            direction,
            nonce: None,
            lengths: None,
            additional: SecretBytes::default(),
            text: SecretBytes::default(),
            has_begun: false,
        })
    }

    /// Takes the lengths of all additional data and of the whole text.
    pub(crate) fn set_lengths(&mut self, additional: usize, text: usize) -> Result<()> {
        if self.nonce.is_some() || self.lengths.is_some() {
            return refuse(BAD_STATE);
        }
        if additional.saturating_add(text) > MAX_MESSAGE_BYTES {
            return refuse(NOT_SUPPORTED);
        }
        self.lengths = Some((additional, text));
        Ok(())
    }

    /// Makes a random nonce, for which the caller has `room` bytes.
    pub(crate) fn generate_nonce(&mut self, library: &Library, room: usize) -> Result<Vec<u8>> {
        if self.direction != Direction::Encrypt || !self.may_have_nonce() {
            return refuse(BAD_STATE);
        }
        let length = match self.alg.alg() {
            AeadAlg::Ccm => longest_ccm_nonce(self.declared_text()),
            AeadAlg::Gcm | AeadAlg::Chacha20Poly1305 => 12,
        };
        if room < length {
            return refuse(BUFFER_TOO_SMALL);
        }
        let nonce = library.random_bytes(length)?;
        self.nonce = Some(nonce.clone());
        Ok(nonce)
    }

    /// Takes the caller's nonce.
    pub(crate) fn set_nonce(&mut self, nonce: &[u8]) -> Result<()> {
        if !self.may_have_nonce() {
            return refuse(BAD_STATE);
        }
        // Looks at the tag's length, which is right, and at the nonce's.
        aead_encrypt(self.alg, nonce.len(), 0, true)?;
        if self.alg.alg() == AeadAlg::Ccm && nonce.len() > longest_ccm_nonce(self.declared_text()) {
            return refuse(INVALID_ARGUMENT);
        }
        self.nonce = Some(nonce.to_vec());
        Ok(())
    }

    /// Takes more additional data.
    pub(crate) fn update_additional(&mut self, piece: &[u8]) -> Result<()> {
        self.nonce()?;
        if self.has_begun {
            return refuse(BAD_STATE);
        }
        gathered::add(&mut self.additional, piece, self.text.expose().len())?;
        match self.lengths {
            Some((declared, _)) if self.additional.expose().len() > declared => refuse(INVALID_ARGUMENT),
            _ => Ok(()),
        }
    }

    /// Takes more of the text.
    pub(crate) fn update(&mut self, piece: &[u8]) -> Result<()> {
        self.nonce()?;
        self.has_begun = true;
        gathered::add(&mut self.text, piece, self.additional.expose().len())?;
        match self.lengths {
            Some((additional, _)) if self.additional.expose().len() < additional => refuse(INVALID_ARGUMENT),
            Some((_, declared)) if self.text.expose().len() > declared => refuse(INVALID_ARGUMENT),
            _ => Ok(()),
        }
    }

    /// Ends an encryption. The caller has room for this many bytes of ciphertext and of its tag.
    pub(crate) fn finish(self, library: &Library, room: usize, tag_room: usize) -> Result<Sealed> {
        let nonce = self.end(Direction::Encrypt)?;
        let text = self.text.expose();
        if room < text.len() || tag_room < self.alg.tag_length() as usize {
            return refuse(BUFFER_TOO_SMALL);
        }
        let mut ciphertext = library.with_key(self.key, |client, name| {
            client.aead_encrypt(name, self.alg, nonce, self.additional.expose(), text)
        })?;
        let tag = ciphertext.split_off(text.len().min(ciphertext.len()));
        Ok(Sealed { ciphertext: SecretBytes::new(ciphertext), tag })
    }

    /// Ends a decryption, for which the caller has `room` bytes.
    pub(crate) fn verify(self, library: &Library, tag: &[u8], room: usize) -> Result<SecretBytes> {
        let nonce = self.end(Direction::Decrypt)?;
        if tag.len() != self.alg.tag_length() as usize {
            return refuse(INVALID_SIGNATURE);
        }
        if room < self.text.expose().len() {
            return refuse(BUFFER_TOO_SMALL);
        }
        let sealed = SecretBytes::new([self.text.expose(), tag].concat());
        library.with_key(self.key, |client, name| {
            client.aead_decrypt(name, self.alg, nonce, self.additional.expose(), sealed.expose())
        })
    }

    /// The nonce, if this is how the operation may end.
    fn end(&self, direction: Direction) -> Result<&[u8]> {
        if self.direction != direction {
            return refuse(BAD_STATE);
        }
        let nonce = self.nonce()?;
        match self.lengths {
            Some(declared) if declared != (self.additional.expose().len(), self.text.expose().len()) => {
                refuse(INVALID_ARGUMENT)
            }
            _ => Ok(nonce),
        }
    }

    /// Whether it is time for a nonce: CCM needs the lengths before.
    fn may_have_nonce(&self) -> bool {
        self.nonce.is_none() && (self.lengths.is_some() || self.alg.alg() != AeadAlg::Ccm)
    }

    /// Length of the text, if it was declared: with CCM it was.
    fn declared_text(&self) -> usize {
        self.lengths.map_or(0, |(_, text)| text)
    }

    fn nonce(&self) -> Result<&[u8]> {
        self.nonce.as_deref().ok_or(Refusal(BAD_STATE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_a_text_the_shorter_are_nonces_of_ccm() {
        let lengths = [(0, 13), (0xffff, 13), (0x1_0000, 12), (0xff_ffff, 12), (0x100_0000, 11), (usize::MAX, 7)];
        for (text, nonce) in lengths {
            assert_eq!(longest_ccm_nonce(text), nonce, "{text:#x}");
        }
    }
}
