//! The nonce of deterministic ECDSA (RFC 6979 3.2), for every curve and hash.

use zeroize::Zeroizing;

use crate::aws_lc::Failed;
use crate::aws_lc::digest::Digest;
use crate::aws_lc::ec::EcKey;

/// Nonces that are tried. One is out of range with a probability below 1/2 (of our curves, the orders of Brainpool are
/// the furthest below a power of two); 256 in a row do not happen.
const MAX_TRIES: usize = 256;

/// Signs a hash, made by `digest`, with the nonce that follows from key and hash.
pub(crate) fn sign(pair: &EcKey, digest: Digest, hash: &[u8]) -> Result<Vec<u8>, Failed> {
    let order = Order { bytes: pair.group().order()?, bits: pair.group().order_bits() };
    let private = pair.private()?;
    let mut nonces = Nonces::new(digest, &order, &private, hash)?;
    for _ in 0..MAX_TRIES {
        let nonce = nonces.next()?;
        if order.contains(&nonce) {
            let signature = pair.sign_with_nonce(hash, &nonce)?;
            // The nonce is the same each time, so a right signature and one that a fault made wrong would together give
            // the private key away.
            return if pair.verify(hash, &signature) { Ok(signature) } else { Err(Failed) };
        }
    }
    Err(Failed)
}

/// The order of a group, with the conversions of RFC 6979 2.3.
struct Order {
    /// Big-endian.
    bytes: Vec<u8>,
    bits: usize,
}

impl Order {
    /// bits2int: the leftmost bits of `bits`, as many as the order has, as a number as long as the order.
    fn leftmost(&self, bits: &[u8]) -> Zeroizing<Vec<u8>> {
        let length = self.bytes.len();
        let mut number = Zeroizing::new(vec![0; length]);
        if bits.len() < length {
            number[length - bits.len()..].copy_from_slice(bits);
            return number;
        }
        let excess = length * 8 - self.bits;
        let mut carried = 0;
        for (to, from) in number.iter_mut().zip(bits) {
            // Two bytes side by side, moved to the right by less than a byte.
            let pair = u16::from_be_bytes([carried, *from]) >> excess;
            [_, *to] = pair.to_be_bytes();
            carried = *from;
        }
        number
    }

    /// bits2octets: the same modulo the order. Its input is a hash, so its time may depend on it.
    fn reduced(&self, bits: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut number = self.leftmost(bits);
        if *number >= self.bytes {
            let mut borrow = false;
            for (digit, order) in number.iter_mut().zip(&self.bytes).rev() {
                let (difference, first) = digit.overflowing_sub(*order);
                let (difference, second) = difference.overflowing_sub(borrow.into());
                (*digit, borrow) = (difference, first || second);
            }
        }
        number
    }

    /// Whether a number of the order's length is in 1..n-1, in a time that does not depend on it.
    fn contains(&self, number: &[u8]) -> bool {
        let mut borrow = 0;
        let mut any = 0;
        for (digit, order) in number.iter().zip(&self.bytes).rev() {
            borrow = u16::from(*digit).wrapping_sub(u16::from(*order)).wrapping_sub(borrow) >> 15;
            any |= digit;
        }
        borrow == 1 && any != 0
    }
}

/// The generator of RFC 6979 3.2: K and V of an HMAC_DRBG.
struct Nonces<'a> {
    digest: Digest,
    order: &'a Order,
    key: Zeroizing<Vec<u8>>,
    value: Zeroizing<Vec<u8>>,
    drawn: bool,
}

impl<'a> Nonces<'a> {
    /// Steps b to g.
    fn new(digest: Digest, order: &'a Order, private: &[u8], hash: &[u8]) -> Result<Self, Failed> {
        let key = Zeroizing::new(vec![0; digest.len()]);
        let value = Zeroizing::new(vec![1; digest.len()]);
        let mut nonces = Nonces { digest, order, key, value, drawn: false };
        let hash = order.reduced(hash);
        nonces.update(&[&[0], private, &hash])?;
        nonces.update(&[&[1], private, &hash])?;
        Ok(nonces)
    }

    /// K = HMAC_K(V ‖ seed), V = HMAC_K(V).
    fn update(&mut self, seed: &[&[u8]]) -> Result<(), Failed> {
        let mut input = Zeroizing::new(Vec::with_capacity(self.value.len() + 1 + 2 * self.order.bytes.len()));
        input.extend_from_slice(&self.value);
        for part in seed {
            input.extend_from_slice(part);
        }
        self.key = self.digest.hmac(&self.key, &input)?;
        self.value = self.digest.hmac(&self.key, &self.value)?;
        Ok(())
    }

    /// Step h: the next candidate.
    fn next(&mut self) -> Result<Zeroizing<Vec<u8>>, Failed> {
        if self.drawn {
            self.update(&[&[0]])?;
        }
        self.drawn = true;
        let length = self.order.bytes.len();
        let mut bits = Zeroizing::new(Vec::with_capacity(length + self.digest.len()));
        while bits.len() < length {
            self.value = self.digest.hmac(&self.key, &self.value)?;
            bits.extend_from_slice(&self.value);
        }
        Ok(self.order.leftmost(&bits))
    }
}
