//! Statements of the TPM, and its maker's certificates.

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyType};
use keystead_provider::{ErrorKind, Provider, Vouching, hashing};
use keystead_provider_tpm::TpmProvider;

use crate::openssl::{Openssl, ecc_spki, ecdsa_der, rsa_spki};
use crate::swtpm::{KeptKey, Swtpm};

const PAIR: KeyType = KeyType::EccKeyPair(EccFamily::SecpR1);
const NONCE: &[u8] = b"a verifier's nonce";
/// TPM_GENERATED_VALUE, with which every statement begins (TPM 2.0 part 2, 6.2), and the tags of two kinds (6.9).
const CERTIFY: &[u8] = b"\xffTCG\x80\x17";
const QUOTE: &[u8] = b"\xffTCG\x80\x18";

fn vouching(provider: &TpmProvider) -> &dyn Vouching {
    provider.capabilities().vouching.unwrap()
}

fn ecdsa(provider: &TpmProvider, hash: SignHash) -> KeptKey {
    KeptKey::generated(provider, PAIR, 256, Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(hash)))
}

fn contains(statement: &[u8], part: &[u8]) -> bool {
    statement.windows(part.len()).any(|window| window == part)
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    hashing::hash(Hash::Sha256, bytes).unwrap()
}

#[test]
fn the_tpm_states_which_key_is_in_it() {
    let swtpm = Swtpm::start();
    for provider in [swtpm.provider(), swtpm.encrypting_provider()] {
        let openssl = Openssl::new();
        let key = ecdsa(&provider, SignHash::Any);
        let name = provider.capabilities().attestation.unwrap().prepare(key.key(), None).unwrap().name;
        for hash in [Hash::Sha256, Hash::Sha512] {
            let by = ecdsa(&provider, SignHash::Specific(hash));
            let stated = vouching(&provider).certify(key.key(), by.key(), NONCE).unwrap();
            assert!(stated.attest.starts_with(CERTIFY));
            assert!(contains(&stated.attest, NONCE) && contains(&stated.attest, &name));
            assert_eq!(stated.algorithm, AsymmetricSignature::Ecdsa(SignHash::Specific(hash)));
            let digest = hashing::hash(hash, &stated.attest).unwrap();
            let spki = ecc_spki(256, &by.public(&provider));
            assert!(openssl.verifies(&spki, &[], &digest, &ecdsa_der(&stated.signature)));
        }
        // A key can state it of itself.
        assert!(vouching(&provider).certify(key.key(), key.key(), NONCE).is_ok());
    }
}

#[test]
fn the_tpm_states_what_was_measured() {
    let swtpm = Swtpm::start();
    let openssl = Openssl::new();
    let by = {
        let provider = swtpm.provider();
        let pss = AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha256));
        let by = KeptKey::generated(&provider, KeyType::RsaKeyPair, 2048, Algorithm::AsymmetricSignature(pss));
        let stated = vouching(&provider).quote(by.key(), Hash::Sha256, &[16], NONCE).unwrap();
        assert!(stated.attest.starts_with(QUOTE));
        assert!(contains(&stated.attest, NONCE) && contains(&stated.attest, &sha256(&[0; 32])));
        let options = ["rsa_padding_mode:pss", "rsa_pss_saltlen:digest", "digest:sha256"];
        let spki = rsa_spki(&by.public(&provider));
        assert!(openssl.verifies(&spki, &options, &sha256(&stated.attest), &stated.signature));
        by
    };
    let measured = "5a".repeat(32);
    swtpm.tool("tpm2_pcrextend", &[&format!("16:sha256={measured}")]);
    let provider = swtpm.provider();
    let stated = vouching(&provider).quote(by.key(), Hash::Sha256, &[16], NONCE).unwrap();
    let register = sha256(&[[0; 32], [0x5a; 32]].concat());
    assert!(contains(&stated.attest, &sha256(&register)));
}

#[test]
fn what_cannot_be_stated_is_refused() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let by = ecdsa(&provider, SignHash::Any);
    let quoted = |bank, registers: &[u32], nonce: &[u8]| {
        vouching(&provider).quote(by.key(), bank, registers, nonce).map(drop).map_err(|error| error.kind)
    };
    assert_eq!(quoted(Hash::Sha256, &[0, 23], &[7; 64]), Ok(()));
    assert_eq!(quoted(Hash::Sha256, &[0], &[7; 65]), Err(ErrorKind::InvalidArgument));
    assert_eq!(quoted(Hash::Sha256, &[64], NONCE), Err(ErrorKind::InvalidArgument));
    assert_eq!(quoted(Hash::Md5, &[0], NONCE), Err(ErrorKind::NotSupported));
    // The TPM cannot hash with this one, and it would have to.
    let sha3 = ecdsa(&provider, SignHash::Specific(Hash::Sha3_256));
    let error = vouching(&provider).quote(sha3.key(), Hash::Sha256, &[0], NONCE).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotSupported);
}

#[test]
fn the_makers_certificates_are_read() {
    let swtpm = Swtpm::start();
    assert_eq!(vouching(&swtpm.provider()).endorsement_certificates().unwrap(), Vec::<Vec<u8>>::new());
    let openssl = Openssl::new();
    let certificate = |name: &str| {
        let subject = format!("/CN={name}");
        let made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-subj", &subject];
        openssl.run(&[&made[..], &["-outform", "DER", "-days", "2"]].concat()).unwrap()
    };
    let store = |index: &str, content: &[u8]| {
        let file = openssl.file("content", content);
        let attributes = "ownerread|ownerwrite|authread|no_da";
        let size = content.len().to_string();
        swtpm.tool("tpm2_nvdefine", &[index, "-C", "o", "-s", &size, "-a", attributes]);
        swtpm.tool("tpm2_nvwrite", &[index, "-C", "o", "-i", file.to_str().unwrap()]);
    };
    let (rsa, ecc, issuer, root) = (certificate("rsa"), certificate("ecc"), certificate("issuer"), certificate("root"));
    // Some makers fill the index up.
    store("0x01c00002", &[&rsa[..], &[0xff; 100]].concat());
    store("0x01c0000a", &ecc);
    // The second certificate of the chain goes on in the next index.
    let chain = [&issuer[..], &root].concat();
    let (first, second) = chain.split_at(issuer.len() + 100);
    store("0x01c00100", first);
    store("0x01c00101", second);
    store("0x01c00200", b"something else");
    let provider = swtpm.provider();
    for _ in 0..3 {
        let read = vouching(&provider).endorsement_certificates().unwrap();
        assert!(read == [&rsa[..], &ecc, &issuer, &root], "{} certificates", read.len());
    }
}
