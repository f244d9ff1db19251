//! Tokens of a test's own, and keys in them held as the service would hold them.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{
    Created, ErrorKind, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError, TokenIdentity,
};
use keystead_provider_pkcs11::{Libraries, Library, Pkcs11Provider, Settings, TokenChoice};
use parking_lot::{Mutex, MutexGuard};

/// Where Debian has the module.
pub(crate) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

pub(crate) const PIN: &[u8] = b"123456";

/// Debian's module that writes down the calls of another one.
pub(crate) const SPY: &str = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";

/// SoftHSM2 finds its tokens by a variable of the process, so tests come one after another.
static TURN: Mutex<()> = Mutex::new(());

/// A folder of tokens, and the module that sees them. The module stops when the bench is dropped, after the providers.
pub(crate) struct Bench {
    libraries: Libraries,
    folder: tempfile::TempDir,
    module: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Bench {
    /// None where SoftHSM2 is not installed.
    pub(crate) fn new() -> Option<Bench> {
        Self::of(MODULE)
    }

    /// A bench whose calls are written down in the file [`Bench::calls`].
    pub(crate) fn spied() -> Option<Bench> {
        Self::of(SPY)
    }

    /// A bench whose module fails as [`Bench::fault`] says.
    pub(crate) fn faulty() -> Option<Bench> {
        Self::of(faulty_module().to_str().expect("a path in UTF-8"))
    }

    fn of(module: &str) -> Option<Bench> {
        if [MODULE, module].iter().any(|path| !Path::new(path).exists()) {
            eprintln!("left out: {module} is not installed");
            return None;
        }
        let turn = TURN.lock();
        let folder = tempfile::tempdir().expect("a folder");
        let bench = Bench { libraries: Libraries::new(), folder, module: module.into(), _turn: turn };
        fs::create_dir(bench.tokens()).expect("a folder");
        let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", bench.tokens().display());
        fs::write(bench.configuration(), text).expect("a file");
        #[allow(unsafe_code, reason = "SoftHSM2 is told where its tokens are by a variable of the process")]
        // SAFETY: all tests that read the environment wait for their turn.
        unsafe {
            std::env::set_var("SOFTHSM2_CONF", bench.configuration());
            std::env::set_var("KEYSTEAD_TEST_MODULE", MODULE);
            std::env::set_var("KEYSTEAD_TEST_FAULT", bench.folder.path().join("fault"));
            std::env::set_var("PKCS11SPY", MODULE);
            std::env::set_var("PKCS11SPY_OUTPUT", bench.calls());
        }
        Some(bench)
    }

    pub(crate) fn tokens(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    /// What the module does wrong from now on: see `tests/module/faults.c`.
    pub(crate) fn fault(&self, fault: &str) {
        // At once, because the module may read it at any time.
        fs::write(self.folder.path().join("new"), fault).expect("a file");
        rename(self.folder.path().join("new"), self.folder.path().join("fault"));
    }

    pub(crate) fn no_fault(&self) {
        let _ = fs::remove_file(self.folder.path().join("fault"));
    }

    pub(crate) fn calls(&self) -> PathBuf {
        self.folder.path().join("calls")
    }

    /// A place beside the tokens.
    pub(crate) fn aside(&self) -> PathBuf {
        self.folder.path().join("aside")
    }

    fn configuration(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }

    pub(crate) fn library(&self) -> Arc<Library> {
        self.libraries.library(&self.module, true)
    }

    /// Makes a token.
    pub(crate) fn token(&self, label: &str) {
        self.token_with_pin(label, PIN);
    }

    pub(crate) fn token_with_pin(&self, label: &str, pin: &[u8]) {
        let mut command = Command::new("softhsm2-util");
        command.args(["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin"]);
        command.arg(OsString::from_vec(pin.to_vec()));
        succeed(command.env("SOFTHSM2_CONF", self.configuration()).output().expect("softhsm2-util runs"));
    }

    /// Makes a token anew in its place: all its objects are gone, its serial number stays.
    pub(crate) fn empty(&self, label: &str, identity: &TokenIdentity) {
        let serial = identity.0.rsplit('/').next().expect("a serial number");
        // This is how SoftHSM2 numbers its slots.
        let slot = u64::from_str_radix(&serial[8..], 16).expect("hexadecimal") & 0x7FFF_FFFF;
        let mut command = Command::new("softhsm2-util");
        command.args(["--init-token", "--slot", &slot.to_string(), "--label", label]);
        command.args(["--so-pin", "12345678", "--pin", "123456"]);
        succeed(command.env("SOFTHSM2_CONF", self.configuration()).output().expect("softhsm2-util runs"));
    }

    /// What OpenSC's tool says about a token.
    pub(crate) fn tool(&self, label: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("pkcs11-tool");
        command.args(["--module", MODULE, "--token-label", label, "--login", "--pin", "123456"]).args(arguments);
        succeed(command.env("SOFTHSM2_CONF", self.configuration()).output().expect("pkcs11-tool runs"))
    }

    pub(crate) fn settings(&self, label: &str) -> Settings {
        Settings {
            library: self.library(),
            token: TokenChoice::Label(label.to_owned()),
            user_pin: Some(SecretBytes::new(PIN.to_vec())),
            description: "tests".to_owned(),
            sessions: 4,
            allow_export: true,
            token_unpadding: false,
            implicit_rejection: false,
        }
    }

    /// A provider for a token, connected.
    pub(crate) fn provider(&self, label: &str) -> Pkcs11Provider {
        let provider = Pkcs11Provider::new(self.settings(label));
        provider.connect().expect("the token is there");
        provider
    }
}

/// The module that fails on command, compiled once.
fn faulty_module() -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder").keep();
        let module = folder.join("faults.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/module/faults.c");
        let mut command = Command::new("cc");
        command.args(["-shared", "-fPIC", "-o"]).arg(&module).args([source, "-ldl"]);
        succeed(command.output().expect("a C compiler, which the build needs too"));
        module
    };
    MADE.get_or_init(make).clone()
}

/// What a command wrote, which must have succeeded.
fn succeed(output: Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// How many of the calls that were written down are of this function.
pub(crate) fn count(calls: &Path, function: &str) -> usize {
    let text = fs::read_to_string(calls).unwrap_or_default();
    text.lines().filter(|line| line.split_once(": ").is_some_and(|(_, called)| called == function)).count()
}

/// How many calls were written down at all.
pub(crate) fn count_all(calls: &Path) -> usize {
    let text = fs::read_to_string(calls).unwrap_or_default();
    text.lines().filter(|line| line.split_once(": ").is_some_and(|(_, called)| called.starts_with("C_"))).count()
}

/// Moves a folder.
pub(crate) fn rename(from: impl AsRef<OsStr>, to: impl AsRef<OsStr>) {
    fs::rename(from.as_ref(), to.as_ref()).expect("it moves");
}

/// An open key.
pub(crate) struct Held {
    pub(crate) tag: KeyTag,
    pub(crate) attributes: KeyAttributes,
    pub(crate) handle: KeyHandle,
    prepared: Prepared,
}

/// A tag that no other key of the process has.
pub(crate) fn tag() -> KeyTag {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut tag = [0xAB; 16];
    tag[8..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    KeyTag(tag)
}

pub(crate) const LABEL: &str = "keystead: tests/a key";

impl Held {
    fn new(tag: KeyTag, attributes: KeyAttributes, created: Created) -> Held {
        let attributes = attributes.with_bits(created.bits);
        Held { tag, attributes, handle: created.handle, prepared: Prepared::default() }
    }

    pub(crate) fn generate(provider: &Pkcs11Provider, attributes: KeyAttributes) -> Result<Held, ProviderError> {
        let tag = tag();
        let created = provider.vault().generate(NewKey { tag, label: LABEL, attributes: &attributes })?;
        Ok(Held::new(tag, attributes, created))
    }

    pub(crate) fn import(
        provider: &Pkcs11Provider,
        attributes: KeyAttributes,
        material: &[u8],
    ) -> Result<Held, ErrorKind> {
        let tag = tag();
        let material = SecretBytes::new(material.to_vec());
        let created = provider.vault().import(NewKey { tag, label: LABEL, attributes: &attributes }, &material);
        created.map(|created| Held::new(tag, attributes, created)).map_err(|error| error.kind)
    }

    pub(crate) fn adopt(provider: &Pkcs11Provider, attributes: KeyAttributes, id: &[u8]) -> Result<Held, ErrorKind> {
        let tag = tag();
        let adopting = provider.capabilities().adoption.expect("it adopts");
        let created = adopting.adopt(NewKey { tag, label: LABEL, attributes: &attributes }, id);
        created.map(|created| Held::new(tag, attributes, created)).map_err(|error| error.kind)
    }

    /// As the service holds it after it was closed and opened again.
    pub(crate) fn reopened(self) -> Held {
        Held { prepared: Prepared::default(), ..self }
    }

    pub(crate) fn key(&self) -> Key<'_> {
        Key { tag: self.tag, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }

    /// Signs a hash with an EC pair.
    pub(crate) fn sign(&self, provider: &Pkcs11Provider) -> Result<Vec<u8>, ErrorKind> {
        let signing = provider.capabilities().signing.expect("it signs");
        signing.sign_hash(self.key(), ECDSA, &[7; 32]).map_err(|error| error.kind)
    }

    pub(crate) fn destroy(&self, provider: &Pkcs11Provider) -> Result<(), ErrorKind> {
        provider.vault().destroy(self.tag, Some(&self.handle)).map_err(|error| error.kind)
    }
}

pub(crate) const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

pub(crate) const SIGNS: Usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);

/// A pair on P-256 that signs.
pub(crate) fn p256() -> KeyAttributes {
    let key_type = KeyType::EccKeyPair(EccFamily::SecpR1);
    KeyAttributes::new(key_type, 256, SIGNS, Algorithm::AsymmetricSignature(ECDSA))
}
