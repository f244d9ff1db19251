//! The same operations sent to both engines, AWS-LC's and Mbed TLS's: what they share of nothing but the specifications
//! must come out the same. A defect of one shows as a difference, whatever our own vectors think of.
//!
//! `KEYSTEAD_SEED` repeats a run, `KEYSTEAD_FULL` makes it ten times as long.

mod differential {
    mod aead;
    mod agreement;
    mod cipher;
    mod concurrency;
    mod encryption;
    mod engines;
    mod hash;
    mod import;
    mod mac;
    mod material;
    mod mutation;
    mod random;
    mod signature;
    mod tally;
}
