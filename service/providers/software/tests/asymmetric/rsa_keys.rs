//! RSA keys go out as they came in, and what is no proper PKCS#1 is refused.

use std::time::{Duration, Instant};

use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider};

use crate::keyring::{Held, provider};

/// A pair of each size, made by OpenSSL: see openssl/README.md.
pub(crate) const PAIRS: &[(u32, &[u8])] = &[
    (1024, include_bytes!("openssl/rsa-1024.der")),
    (2048, include_bytes!("openssl/rsa-2048.der")),
    (3072, include_bytes!("openssl/rsa-3072.der")),
    (4096, include_bytes!("openssl/rsa-4096.der")),
];

/// One of them.
pub(crate) fn pair(bits: u32) -> Held {
    let (_, der) = PAIRS.iter().find(|pair| pair.0 == bits).unwrap();
    Held::import(KeyType::RsaKeyPair, bits, der).unwrap()
}

#[test]
fn pairs_and_public_keys_of_every_size_go_out_as_they_came_in() {
    for (bits, der) in PAIRS {
        let pair = Held::import(KeyType::RsaKeyPair, 0, der).unwrap();
        assert_eq!(pair.bits(), *bits);
        assert_eq!(pair.export(), *der);
        let public = pair.public();
        assert_eq!(public.bits(), *bits);
        assert_eq!(public.export(), pair.public_key());
        assert_eq!(public.public_key(), pair.public_key());
    }
    assert_eq!(pair(2048).public_key(), include_bytes!("openssl/rsa-2048-public.der"));
}

#[test]
fn a_new_pair_has_the_size_and_the_exponent_of_the_contract() {
    let pair = Held::generate(KeyType::RsaKeyPair, 1024).unwrap();
    assert_eq!(Held::import(KeyType::RsaKeyPair, 1024, &pair.export()).unwrap().bits(), 1024);
    // INTEGER 65537 ends the RSAPublicKey.
    assert!(pair.public_key().ends_with(&[2, 3, 1, 0, 1]));
}

#[test]
fn a_size_that_is_named_must_be_the_real_one() {
    let (_, der) = PAIRS[1];
    assert_eq!(Held::import(KeyType::RsaKeyPair, 1024, der).err(), Some(ErrorKind::InvalidArgument));
    let public = pair(2048).public_key();
    assert_eq!(Held::import(KeyType::RsaPublicKey, 4096, &public).err(), Some(ErrorKind::InvalidArgument));
}

#[test]
fn there_are_four_sizes() {
    let provider = provider();
    let vault = provider.vault();
    for bits in [0, 512, 1024, 1536, 2048, 3072, 4096, 8192] {
        let exists = matches!(bits, 0 | 1024 | 2048 | 3072 | 4096);
        let (pair, public) = (KeyType::RsaKeyPair, KeyType::RsaPublicKey);
        assert_eq!(vault.generates(KeyShape { key_type: pair, bits }), exists);
        assert_eq!(vault.imports(KeyShape { key_type: pair, bits }), exists);
        assert_eq!(vault.imports(KeyShape { key_type: public, bits }), exists);
        assert!(!vault.generates(KeyShape { key_type: public, bits }));
    }
}

#[test]
fn a_proper_key_of_another_size_is_not_supported() {
    // RSAPublicKey of 1032 bits: an odd modulus is all that can be asked of it.
    let mut der = vec![0x30, 0x81, 0x8a, 0x02, 0x81, 0x82, 0x00];
    der.extend([0xff; 129]);
    der.extend([2, 3, 1, 0, 1]);
    assert_eq!(Held::import(KeyType::RsaPublicKey, 0, &der).err(), Some(ErrorKind::NotSupported));
}

#[test]
fn pairs_that_are_not_exactly_a_consistent_pkcs1_key_are_refused() {
    let (_, der) = PAIRS[0];
    let refused = |der: &[u8]| Held::import(KeyType::RsaKeyPair, 0, der).err() == Some(ErrorKind::InvalidArgument);
    assert!(refused(&[der, &[0]].concat()), "a trailing byte");
    assert!(refused(&der[..der.len() - 1]), "cut short");
    assert!(refused(&[]), "nothing");
    assert!(refused(&pair(1024).public_key()), "a public key");
    let mut version = der.to_vec();
    // SEQUENCE with two bytes of length, then INTEGER 0.
    assert_eq!(version[4..7], [2, 1, 0]);
    version[6] = 1;
    assert!(refused(&version), "a version that has more primes");
    for at in [40, 200, 300, 380, 450, 520, der.len() - 1] {
        let mut changed = der.to_vec();
        changed[at] ^= 4;
        assert!(refused(&changed), "byte {at} changed");
    }
}

#[test]
fn a_pair_without_its_primes_is_refused() {
    // The modulus of the 1024-bit key, with d = 1 and zeros for everything else: the form that some Java providers write.
    let (_, der) = PAIRS[0];
    let modulus = &der[7..7 + 3 + 129];
    assert_eq!(modulus[..4], [2, 0x81, 0x81, 0]);
    let mut body = vec![2, 1, 0];
    body.extend(modulus);
    body.extend([2, 1, 0, 2, 1, 1]);
    body.extend([2, 1, 0].repeat(5));
    let mut stripped = vec![0x30, 0x81, u8::try_from(body.len()).unwrap()];
    stripped.extend(body);
    assert_eq!(Held::import(KeyType::RsaKeyPair, 0, &stripped).err(), Some(ErrorKind::InvalidArgument));
}

#[test]
fn a_private_exponent_that_is_longer_than_the_modulus_is_refused_at_once() {
    let (_, der) = PAIRS[0];
    let [version, modulus, exponent, private, first, second, rest @ ..] = &*integers(der) else { panic!("a pair") };
    // (p-1)(q-1) = n - p - (q-1). Any multiple of it may be added to d, and the key still computes the same.
    let mut second_less_one = second.to_vec();
    *second_less_one.last_mut().unwrap() &= 0xfe;
    let group = minus(&minus(modulus, first), &second_less_one);
    for zeros in [0, 2_000, 1 << 20] {
        let longer = [&group[..], &vec![0; zeros], &vec![0; group.len() - private.len()], private].concat();
        let mut numbers = vec![*version, *modulus, *exponent, &*longer, *first, *second];
        numbers.extend(rest);
        let pair = sequence(&numbers);
        let import = || {
            let start = Instant::now();
            assert_eq!(Held::import(KeyType::RsaKeyPair, 0, &pair).err(), Some(ErrorKind::InvalidArgument));
            start.elapsed()
        };
        // It takes seconds where the length is not limited. The machine may be busy, so it has three tries.
        let fastest = (0..3).map(|_| import()).min();
        assert!(fastest < Some(Duration::from_millis(500)), "{zeros}: {fastest:?}");
    }
    let same = [&[*version, *modulus, *exponent, *private, *first, *second][..], rest].concat();
    assert_eq!(sequence(&same), der);
}

#[test]
fn a_pair_whose_factors_are_no_primes_is_refused() {
    let composite = include_bytes!("openssl/rsa-1024-composite.der");
    assert_eq!(Held::import(KeyType::RsaKeyPair, 0, composite).err(), Some(ErrorKind::InvalidArgument));
}

#[test]
fn public_keys_that_are_not_exactly_pkcs1_are_refused() {
    let der = pair(2048).public_key();
    let refused = |der: &[u8]| Held::import(KeyType::RsaPublicKey, 0, der).err() == Some(ErrorKind::InvalidArgument);
    assert!(refused(&[der.as_slice(), &[0]].concat()), "a trailing byte");
    assert!(refused(PAIRS[1].1), "a pair");
    let mut even = der.clone();
    let last_of_modulus = even.len() - 6;
    even[last_of_modulus] ^= 1;
    assert!(refused(&even), "an even modulus");
    let mut exponent = der.clone();
    *exponent.last_mut().unwrap() = 0;
    assert!(refused(&exponent), "an even exponent");
    // The length of the sequence in three bytes where two do: BER, not DER.
    let long_length = [&[0x30, 0x83, 0x00][..], &der[2..]].concat();
    assert!(refused(&long_length), "a length that is not the shortest");
}

/// The numbers of a DER SEQUENCE of INTEGERs.
fn integers(der: &[u8]) -> Vec<&[u8]> {
    let (mut body, _) = element(der);
    let mut numbers = Vec::new();
    while !body.is_empty() {
        let (number, rest) = element(body);
        numbers.push(number);
        body = rest;
    }
    numbers
}

/// What the first element holds, and what comes after it.
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, start) = match der[1] {
        short @ ..0x80 => (short.into(), 2),
        long => {
            let start = 2 + usize::from(long & 0x7f);
            (der[2..start].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), start)
        }
    };
    der[start..].split_at(length)
}

/// The opposite of [`integers`].
fn sequence(numbers: &[&[u8]]) -> Vec<u8> {
    let with_header = |tag: u8, content: &[u8]| {
        let length = content.len().to_be_bytes();
        let bytes = &length[(content.len().leading_zeros() / 8) as usize..];
        match content.len() {
            short @ ..0x80 => [&[tag, short as u8], content].concat(),
            _ => [&[tag, 0x80 | bytes.len() as u8], bytes, content].concat(),
        }
    };
    let body: Vec<u8> = numbers.iter().flat_map(|number| with_header(2, number)).collect();
    with_header(0x30, &body)
}

/// A difference of numbers in big-endian bytes, as long as the first, which is the greater.
fn minus(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut difference = from.to_vec();
    let mut borrow = false;
    let digits = number.iter().rev().copied().chain(std::iter::repeat(0));
    for (digit, other) in difference.iter_mut().rev().zip(digits) {
        let (less, first) = digit.overflowing_sub(other);
        let (less, second) = less.overflowing_sub(borrow.into());
        (*digit, borrow) = (less, first || second);
    }
    difference
}
