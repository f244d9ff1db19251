//! Keystead's PKCS#11 provider: keys in a token, by any module.
