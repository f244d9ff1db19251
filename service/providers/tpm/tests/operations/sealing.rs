//! Sealing.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Provider, ProviderError, Sealing};
use keystead_provider_tpm::TpmProvider;

use crate::swtpm::Swtpm;

fn sealing(provider: &TpmProvider) -> &dyn Sealing {
    provider.capabilities().sealing.unwrap()
}

fn seal(provider: &TpmProvider, secret: &[u8]) -> Result<Vec<u8>, ProviderError> {
    sealing(provider).seal(&SecretBytes::new(secret.to_vec()))
}

#[test]
fn what_is_sealed_is_given_back_to_the_next_process_too() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    for length in [1, 32, 64, 127, 128] {
        let secret = vec![0xa5; length];
        let sealed = seal(&provider, &secret).unwrap();
        assert!(!sealed.windows(length.min(8)).any(|window| length > 1 && window == &secret[..length.min(8)]));
        assert_eq!(*sealing(&provider).unseal(&sealed).unwrap().expose(), secret);
    }
    let sealed = seal(&provider, b"secret").unwrap();
    drop(provider);
    let later = swtpm.provider();
    assert_eq!(sealing(&later).unseal(&sealed).unwrap().expose(), b"secret");
}

#[test]
fn only_what_this_tpm_sealed_is_opened() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let sealed = seal(&provider, b"secret").unwrap();
    let unsealed = |provider: &TpmProvider, sealed: &[u8]| {
        sealing(provider).unseal(sealed).map(SecretBytes::into_exposed).map_err(|error| error.kind)
    };
    let another = Swtpm::start();
    assert_eq!(unsealed(&another.provider(), &sealed), Err(ErrorKind::InvalidArgument));
    for place in 0..sealed.len() {
        let mut other = sealed.clone();
        other[place] ^= 1;
        assert_eq!(unsealed(&provider, &other), Err(ErrorKind::InvalidArgument), "byte {place}");
    }
    for length in 0..sealed.len() {
        assert_eq!(unsealed(&provider, &sealed[..length]), Err(ErrorKind::InvalidArgument), "{length} bytes");
    }
    assert_eq!(unsealed(&provider, &sealed).unwrap(), b"secret");
    // Failures leave nothing behind in the TPM's few slots.
    for _ in 0..10 {
        assert!(seal(&provider, b"secret").is_ok());
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    assert_eq!(seal(&provider, &[]).unwrap_err().kind, ErrorKind::InvalidArgument);
    assert_eq!(seal(&provider, &[0; 129]).unwrap_err().kind, ErrorKind::InvalidArgument);
}
