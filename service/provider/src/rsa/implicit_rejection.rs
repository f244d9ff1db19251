//! Implicit rejection: who decrypts a PKCS#1 v1.5 ciphertext of wrong padding gets a text that nobody ever encrypted, always the
//! same for the same ciphertext, and cannot tell it from another (draft-irtf-cfrg-rsa-guidance, 7). What comes of a ciphertext
//! is what OpenSSL 3.2 and later make of it with the same secret.

use hmac::{Hmac, KeyInit, Mac};
use keystead_interface::secret::{Secret, SecretBytes};
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeLess};

use super::padding::{FIXED_BYTES, MIN_FILL_BYTES, end_of_fill};
use crate::error::ProviderError;

/// What the texts of one key are made of that stand in for those of wrong padding. Whoever knows it can tell them.
pub struct RejectionSecret(Secret<[u8; HASH_BYTES]>);

/// Length of SHA-256.
const HASH_BYTES: usize = 32;
/// Length of the blocks that SHA-256 works on.
const BLOCK_BYTES: usize = 64;
/// How many lengths are drawn for a text, of which the last that is short enough counts: with 128 none is, once in 2^128 times
/// at most.
const LENGTHS: usize = 128;
/// Bytes of a length.
const LENGTH_BYTES: usize = 2;

impl RejectionSecret {
    /// Of something that is the key's alone and as secret as the key: its private exponent, as long as the modulus, which is
    /// what OpenSSL takes.
    pub fn of(secret: &SecretBytes) -> Self {
        RejectionSecret(Secret::new(Sha256::digest(secret.expose()).into()))
    }

    /// For a token, which tells nobody the exponent: a block as long as the modulus and below it, of which what the private
    /// key makes is such a secret. Neither texts nor signatures that a key is used for have this form.
    pub fn question(modulus_bytes: usize) -> Vec<u8> {
        let mut block = vec![0];
        for counter in 0..modulus_bytes.div_ceil(HASH_BYTES) as u64 {
            block.extend(Sha256::digest([&counter.to_be_bytes()[..], b"keystead implicit rejection"].concat()));
        }
        block.truncate(modulus_bytes);
        block
    }

    /// The text in a decrypted block, as long as the modulus; if its padding is wrong, the one that stands in for it. All of
    /// that takes the same steps, whichever it is.
    pub fn unpad_encryption(&self, block: &SecretBytes, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
        let block = block.expose();
        let Some(longest) = block.len().checked_sub(FIXED_BYTES + MIN_FILL_BYTES) else {
            return Err(ProviderError::invalid_argument("the modulus is too short for a padding"));
        };
        let (good, end_of_fill) = end_of_fill(block);
        let of_ciphertext = self.of_ciphertext(ciphertext);
        let other = generate(&of_ciphertext, b"message", block.len());
        let length = length(&of_ciphertext, longest);
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = u32::conditional_select(&(number(block.len()) - length), &(end_of_fill + 1), good);
        // Which of the two texts is that long cannot be seen. The bytes of both are read.
        let pairs = block.iter().zip(other.expose()).skip(start as usize);
        Ok(SecretBytes::new(pairs.map(|(real, other)| u8::conditional_select(other, real, good)).collect()))
    }

    /// What everything is generated from that stands in for the text of this ciphertext.
    fn of_ciphertext(&self, ciphertext: &[u8]) -> Secret<[u8; HASH_BYTES]> {
        Secret::new(keyed(self.0.expose(), &[ciphertext]))
    }
}

/// The length of the text that stands in, which is at most `longest`; each is as likely.
fn length(secret: &Secret<[u8; HASH_BYTES]>, longest: usize) -> u32 {
    // OpenSSL draws lengths below this one, so that the longest is drawn too.
    let bound = u32::try_from(longest + 1).unwrap_or(u32::MAX);
    let mask = u32::MAX >> bound.leading_zeros();
    let drawn = generate(secret, b"length", LENGTHS * LENGTH_BYTES);
    let mut length = 0;
    for candidate in drawn.expose().chunks_exact(LENGTH_BYTES) {
        let candidate = u32::from(u16::from_be_bytes([candidate[0], candidate[1]])) & mask;
        length.conditional_assign(&candidate, candidate.ct_lt(&bound));
    }
    length
}

/// So many bytes, different ones for each label.
fn generate(secret: &Secret<[u8; HASH_BYTES]>, label: &[u8], count: usize) -> SecretBytes {
    // A modulus of 8 KiB would be needed for another number.
    let bits = u16::try_from(count * 8).unwrap_or(u16::MAX).to_be_bytes();
    let mut bytes = SecretBytes::new(vec![0; count]);
    for (index, part) in (0_u16..).zip(bytes.expose_mut().chunks_mut(HASH_BYTES)) {
        let generated = Secret::new(keyed(secret.expose(), &[&index.to_be_bytes(), label, &bits]));
        part.copy_from_slice(&generated.expose()[..part.len()]);
    }
    bytes
}

/// HMAC-SHA-256 (RFC 2104).
fn keyed(key: &[u8; HASH_BYTES], parts: &[&[u8]]) -> [u8; HASH_BYTES] {
    // A key that is shorter than a block of the hash is filled with zeros.
    let mut block = Secret::new([0; BLOCK_BYTES]);
    block.expose_mut()[..HASH_BYTES].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(block.expose().into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The private exponent of a pair of 1024 bits, and what OpenSSL 4.0.3 makes of the ciphertext that is a small number.
    const EXPONENT: &str = "b26997d577c9eecf2be7cf030751f837badf7c3e096433c3878a8179c7e20e484f8594ef036436036fb2da7b507b8cc\
                            cef6ffb05ae8e6bc1a48783481d3366f9e485a0c27ea4fa4642436c8acde811eab490c82d6c4b7e7c25033f3e4be3a1\
                            00e951e2924db9535693711da41a5d7df07f55726b53d609dac3277c79e75b3301";
    const TEXTS: &[(u8, &str)] = &[
        (25, "b5500deb2da823"),
        (35, "51414aac5ba2275d"),
        (39, "f74692da69"),
        (43, "52702ae4fb"),
        (51, ""),
        (54, "97fa"),
        (101, "f31424e9"),
        (108, ""),
        (127, "863db9"),
        // The longest that there is.
        (
            6,
            "726ef31a8e41ac8681a934d1e3f2dde5c939fa9c2fe7812e9ec71bc6dafb63ee918ddb56121ee83a2a23aec81620e8566212263687f6\
             f90bd0ca8c3abea499387c360d97c043a348874aefecb0f2beab560359cd175d96e0e901f7d3ba681723500ef12733a5d0bdc498ccfa\
             eae1cd8cc27cf96ec3",
        ),
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).expect("hex"), 16).expect("hex"))
            .collect()
    }

    fn secret() -> RejectionSecret {
        RejectionSecret::of(&SecretBytes::new(bytes(EXPONENT)))
    }

    fn unpad(block: &[u8], ciphertext: &[u8]) -> Vec<u8> {
        let text = secret().unpad_encryption(&SecretBytes::new(block.to_vec()), ciphertext);
        text.expect("a text, whatever the padding").expose().clone()
    }

    /// A block with padding and a text of three bytes.
    fn block() -> [u8; 128] {
        let mut block = [5; 128];
        block[..2].copy_from_slice(&[0, 2]);
        block[124] = 0;
        block
    }

    #[test]
    fn what_stands_in_for_a_text_is_what_openssl_gives() {
        for (number, text) in TEXTS {
            let mut ciphertext = [0; 128];
            ciphertext[127] = *number;
            assert_eq!(unpad(&[1; 128], &ciphertext), bytes(text), "{number}");
        }
    }

    #[test]
    fn a_text_whose_padding_is_right_comes_as_it_is() {
        assert_eq!(unpad(&block(), &[9; 128]), [5; 3]);
        let mut longest = [5; 128];
        longest[..2].copy_from_slice(&[0, 2]);
        longest[10] = 0;
        assert_eq!(unpad(&longest, &[9; 128]), [5; 117]);
        let mut empty = [5; 128];
        empty[..2].copy_from_slice(&[0, 2]);
        empty[127] = 0;
        assert_eq!(unpad(&empty, &[9; 128]), []);
    }

    #[test]
    fn whatever_is_wrong_with_the_padding_the_same_text_stands_in() {
        let rejected = unpad(&[1; 128], &[9; 128]);
        let spoilt = |place: usize, byte| {
            let mut block = block();
            block[place] = byte;
            block
        };
        // The kind, a fill that is too short, and none that ends.
        for block in [spoilt(0, 1), spoilt(1, 1), spoilt(2, 0), spoilt(9, 0), spoilt(124, 5)] {
            assert_eq!(unpad(&block, &[9; 128]), rejected);
        }
        assert_ne!(unpad(&[1; 128], &[8; 128]), rejected, "another ciphertext, another text");
        assert!(secret().unpad_encryption(&SecretBytes::new(vec![0; 10]), &[0; 10]).is_err());
    }
}
