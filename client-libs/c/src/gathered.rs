//! Input that an operation in several parts keeps until the service is asked.

use keystead_client::interface::secret::{SecretBytes, reserve};

use crate::limits::MAX_MESSAGE_BYTES;
use crate::status::{NOT_SUPPORTED, Result, refuse};

/// Adds a piece. More than the limit, with `beside` what the operation keeps elsewhere, is "too large for the implementation".
pub(crate) fn add(gathered: &mut SecretBytes, piece: &[u8], beside: usize) -> Result<()> {
    let bytes = gathered.expose_mut();
    if piece.len() > MAX_MESSAGE_BYTES.saturating_sub(bytes.len() + beside) {
        return refuse(NOT_SUPPORTED);
    }
    reserve(bytes, piece.len());
    bytes.extend_from_slice(piece);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pieces_together_keep_to_the_limit() {
        let mut gathered = SecretBytes::default();
        add(&mut gathered, &vec![0; MAX_MESSAGE_BYTES - 2], 1).unwrap();
        assert_eq!(add(&mut gathered, &[0; 2], 1), refuse(NOT_SUPPORTED));
        add(&mut gathered, &[0], 1).unwrap();
        add(&mut gathered, &[], 1).unwrap();
        assert_eq!(add(&mut gathered, &[0], 1), refuse(NOT_SUPPORTED));
    }
}
