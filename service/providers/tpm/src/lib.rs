//! Keystead's TPM provider: keys as wrapped blobs under a primary of a TPM 2.0. Empty without the feature `tss`.
