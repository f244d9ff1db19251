//! One token for all tests of the process, and keys in it, held as the service would hold them.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Capabilities, ErrorKind, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError};
use keystead_provider_pkcs11::{Libraries, Pkcs11Provider, Settings, TokenChoice};

/// Where Debian has the module.
const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// The variable that names another module, whose token "operations" somebody has made by hand, with the PIN below. That
/// nothing assumes SoftHSM2 can only be shown by another module.
const OTHER_MODULE: &str = "KEYSTEAD_TEST_PKCS11_MODULE";

const PIN: &str = "123456";

/// Whether the token is one of SoftHSM2, of which it is known what it lacks.
pub(crate) fn is_softhsm() -> bool {
    std::env::var_os(OTHER_MODULE).is_none()
}

fn module() -> PathBuf {
    std::env::var_os(OTHER_MODULE).unwrap_or_else(|| SOFTHSM.into()).into()
}

/// The token, connected. `None` where SoftHSM2 is not installed.
pub(crate) fn token() -> Option<&'static Pkcs11Provider> {
    static TOKEN: OnceLock<Option<Pkcs11Provider>> = OnceLock::new();
    TOKEN.get_or_init(connect).as_ref()
}

fn connect() -> Option<Pkcs11Provider> {
    if !make_token() {
        return None;
    }
    let provider = Pkcs11Provider::new(Settings {
        library: Libraries::new().library(&module(), true),
        token: TokenChoice::Label("operations".to_owned()),
        user_pin: Some(SecretBytes::new(PIN.as_bytes().to_vec())),
        description: "tests".to_owned(),
        sessions: 4,
        allow_export: false,
        token_unpadding: false,
        implicit_rejection: false,
    });
    provider.connect().expect("the token is there");
    Some(provider)
}

/// SoftHSM2 finds its tokens by a variable of the process, so that there is one set of them for all tests here.
fn make_token() -> bool {
    if !is_softhsm() {
        return true;
    }
    if !module().exists() {
        eprintln!("left out: softhsm2 is not installed");
        return false;
    }
    // It stays behind in the build's own folder: nothing tells when the last test ends.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder").keep();
    let configuration = folder.join("softhsm2.conf");
    fs::create_dir(folder.join("tokens")).expect("a folder");
    let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", folder.join("tokens").display());
    fs::write(&configuration, text).expect("a file");
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "operations", "--so-pin", PIN, "--pin", PIN])
        .env("SOFTHSM2_CONF", &configuration)
        .stdout(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "softhsm2-util makes a token");
    #[allow(unsafe_code, reason = "SoftHSM2 is told where its tokens are by a variable of the process")]
    // SAFETY: every test that reads the environment waits for this function first.
    unsafe {
        std::env::set_var("SOFTHSM2_CONF", &configuration);
    }
    true
}

/// Everything but export.
const ALL_USES: Usage = Usage::SIGN_HASH
    .and(Usage::VERIFY_HASH)
    .and(Usage::SIGN_MESSAGE)
    .and(Usage::VERIFY_MESSAGE)
    .and(Usage::ENCRYPT)
    .and(Usage::DECRYPT);

/// An open key.
pub(crate) struct Held {
    provider: &'static Pkcs11Provider,
    tag: KeyTag,
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

impl Held {
    pub(crate) fn generate(key_type: KeyType, bits: u32, algorithm: Algorithm) -> Option<Held> {
        let provider = token()?;
        let usage = if matches!(algorithm, Algorithm::KeyAgreement(_)) { Usage::DERIVE } else { ALL_USES };
        let attributes = KeyAttributes::new(key_type, bits, usage, algorithm);
        if !provider.vault().generates(attributes.shape()) {
            assert!(!is_softhsm(), "SoftHSM2 makes such keys");
            return None;
        }
        let tag = next_tag();
        let created = provider.vault().generate(NewKey { tag, label: "test", attributes: &attributes });
        let created = created.expect("a key is generated");
        Some(Held { provider, tag, attributes, handle: created.handle, prepared: Prepared::default() })
    }

    pub(crate) fn import(key_type: KeyType, algorithm: Algorithm, material: &[u8]) -> Option<Held> {
        Held::import_to(token()?, key_type, algorithm, material)
    }

    pub(crate) fn import_to(
        provider: &'static Pkcs11Provider,
        key_type: KeyType,
        algorithm: Algorithm,
        material: &[u8],
    ) -> Option<Held> {
        let usage = match algorithm {
            Algorithm::KeyAgreement(_) => Usage::DERIVE,
            _ if key_type.is_public() => Usage::VERIFY_HASH.and(Usage::ENCRYPT),
            _ => ALL_USES,
        };
        let attributes = KeyAttributes::new(key_type, 0, usage, algorithm);
        let tag = next_tag();
        let material = SecretBytes::new(material.to_vec());
        let created = provider.vault().import(NewKey { tag, label: "test", attributes: &attributes }, &material);
        let created = created.expect("a key is taken over");
        let attributes = attributes.with_bits(created.bits);
        Some(Held { provider, tag, attributes, handle: created.handle, prepared: Prepared::default() })
    }

    /// The key as the service gives it to its provider.
    pub(crate) fn key(&self) -> Key<'_> {
        Key { tag: self.tag, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }

    /// What the provider can do.
    pub(crate) fn can(&self) -> Capabilities<'_> {
        self.provider.capabilities()
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        self.provider.vault().public_key(self.key()).expect("a public key")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A test that fails must not fail twice.
        let _ = self.provider.vault().destroy(self.tag, Some(&self.handle));
    }
}

fn next_tag() -> KeyTag {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut tag = [0; 16];
    tag[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    KeyTag(tag)
}

/// What kind of error it was.
pub(crate) fn kind<T>(result: Result<T, ProviderError>) -> Result<T, ErrorKind> {
    result.map_err(|error| error.kind)
}

/// A secret as bytes that can be compared.
pub(crate) fn open(result: Result<SecretBytes, ProviderError>) -> Result<Vec<u8>, ErrorKind> {
    kind(result).map(SecretBytes::into_exposed)
}

pub(crate) fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::new(bytes.to_vec())
}

/// Bytes from hexadecimal digits; white space is skipped.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    let value = |digit: u8| u8::try_from(char::from(digit).to_digit(16).expect("a digit")).expect("below 16");
    digits.chunks(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect()
}
