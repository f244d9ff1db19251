//! Random bytes, from AWS-LC's generator.

use keystead_provider::{ErrorKind, ProviderError, Random};

/// AWS-LC's generator: one of its own for each thread, seeded and reseeded by the kernel's.
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        aws_lc_rs::rand::fill(out)
            .map_err(|_| ProviderError::new(ErrorKind::InsufficientEntropy, "the generator gives nothing"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn threads_never_draw_the_same_block() {
        const THREADS: usize = 8;
        const BLOCKS: usize = 2_000;
        let draw = || {
            let draw_one = |_| {
                let mut block = [0; 32];
                SystemRandom.fill(&mut block).map(|()| block)
            };
            (0..BLOCKS).map(draw_one).collect::<Result<Vec<_>, _>>()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| std::thread::spawn(draw)).collect();
        let mut seen = HashSet::new();
        for thread in threads {
            seen.extend(thread.join().unwrap().unwrap());
        }
        assert_eq!(seen.len(), THREADS * BLOCKS);
    }

    #[test]
    fn no_bytes_and_many_bytes_can_be_had() {
        assert_eq!(SystemRandom.fill(&mut []), Ok(()));
        let mut many = vec![0; 1 << 20];
        assert_eq!(SystemRandom.fill(&mut many), Ok(()));
        // A tail that was never written would be zero.
        assert!(many.chunks(64).all(|chunk| chunk.iter().any(|byte| *byte != 0)));
    }
}
