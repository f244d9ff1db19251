//! The bytes that a message is decoded from.

use prost::bytes::{Buf, Bytes};

use crate::secret::SecretBytes;

/// A body that is read from its beginning. prost copies each field of bytes twice; the copy in between, which it drops
/// as it is, is one that clears itself, because the field may be a secret.
pub(crate) struct Source<'a>(&'a [u8]);

/// The copy in between.
struct Copied(SecretBytes);

impl AsRef<[u8]> for Copied {
    fn as_ref(&self) -> &[u8] {
        self.0.expose()
    }
}

impl<'a> Source<'a> {
    /// Reads these bytes.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Source(bytes)
    }
}

impl Buf for Source<'_> {
    fn remaining(&self) -> usize {
        self.0.len()
    }

    fn chunk(&self) -> &[u8] {
        self.0
    }

    /// Panics if there are not as many bytes, as the trait demands; prost asks before.
    fn advance(&mut self, count: usize) {
        self.0 = &self.0[count..];
    }

    /// Panics if there are not as many bytes, as the trait demands; prost asks before.
    fn copy_to_bytes(&mut self, length: usize) -> Bytes {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Bytes::from_owner(Copied(SecretBytes::new(taken.to_vec())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_in_their_order_whatever_way_they_are_taken() {
        let mut source = Source::new(&[1, 2, 3, 4, 5]);
        assert_eq!(source.get_u8(), 1);
        assert_eq!(source.copy_to_bytes(2)[..], [2, 3]);
        source.advance(1);
        assert_eq!((source.remaining(), source.chunk()), (1, &[5][..]));
        assert_eq!(source.copy_to_bytes(0).len(), 0);
    }
}
