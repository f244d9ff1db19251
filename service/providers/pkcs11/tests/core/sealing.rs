//! The storage root key: what one token sealed, it gives back, and no other does.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Provider};
use keystead_provider_pkcs11::Pkcs11Provider;

use crate::bench::Bench;

fn seal(provider: &Pkcs11Provider, secret: &[u8]) -> Vec<u8> {
    let sealing = provider.capabilities().sealing.expect("it seals");
    sealing.seal(&SecretBytes::new(secret.to_vec())).expect("it seals")
}

fn unseal(provider: &Pkcs11Provider, sealed: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    let sealing = provider.capabilities().sealing.expect("it seals");
    sealing.unseal(sealed).map(SecretBytes::into_exposed).map_err(|error| error.kind)
}

#[test]
fn a_secret_comes_back_from_the_token_that_sealed_it_only() {
    let Some(bench) = Bench::new() else { return };
    bench.token("first");
    bench.token("second");
    let first = bench.provider("first");
    let second = bench.provider("second");
    for length in [1, 32, 128] {
        let secret = vec![9; length];
        let mut sealed = seal(&first, &secret);
        assert!(!sealed.windows(8.min(length)).any(|part| length >= 8 && part == &secret[..8]));
        drop(first.connect());
        assert_eq!(unseal(&first, &sealed), Ok(secret));
        assert_eq!(unseal(&second, &sealed), Err(ErrorKind::InvalidArgument), "it has no key yet");
        seal(&second, &[1]);
        assert_eq!(unseal(&second, &sealed), Err(ErrorKind::InvalidArgument));
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert_eq!(unseal(&first, &sealed), Err(ErrorKind::InvalidArgument));
        assert_eq!(unseal(&first, &sealed[..7]), Err(ErrorKind::InvalidArgument));
    }
    let listed = bench.tool("first", &["--list-objects"]);
    assert_eq!(listed.matches("Keystead: seals the storage root key").count(), 1, "{listed}");
    assert!(listed.contains("sensitive, always sensitive, never extractable, local"), "{listed}");
}

#[test]
fn a_token_that_is_lost_while_it_unseals_is_not_one_that_did_not_seal() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("lost");
    let provider = bench.provider("lost");
    let sealed = seal(&provider, &[9; 32]);
    for code in ["0x05", "0x06", "0x30"] {
        bench.fault(&format!("C_Decrypt {code}\nC_GenerateRandom 0x30"));
        let error = unseal(&provider, &sealed).expect_err("it does not decrypt");
        assert!(matches!(error, ErrorKind::HardwareFailure | ErrorKind::CommunicationFailure), "{code}: {error:?}");
    }
    bench.no_fault();
    assert_eq!(unseal(&provider, &sealed), Ok(vec![9; 32]));
    bench.fault("C_Decrypt 0x05");
    assert_eq!(unseal(&provider, &sealed), Err(ErrorKind::InvalidArgument), "SoftHSM2 says so of a wrong tag");
}
