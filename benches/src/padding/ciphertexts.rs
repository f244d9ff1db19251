//! Ciphertexts whose padding is good, or bad in one of the ways that RFC 8017 (7.2.2) lists.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystead_e2e_tests::effort::Chance;

/// Of the key.
pub(super) const RSA_BITS: u32 = 2048;
const BLOCK_BYTES: usize = RSA_BITS as usize / 8;
const MESSAGE_BYTES: usize = 32;
/// Where the fill begins, which has 8 bytes at least, none of them zero.
const FILL: usize = 2;
const LEAST_FILL: u64 = 8;

/// What is in the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Good,
    /// The first byte is not 0.
    FirstByte,
    /// The second byte is not 2.
    SecondByte,
    /// The fill ends too soon.
    ZeroInFill,
    /// The fill does not end.
    NoZero,
}

impl Kind {
    /// All of them, the good one first.
    pub(super) const ALL: [Kind; 5] = [Kind::Good, Kind::FirstByte, Kind::SecondByte, Kind::ZeroInFill, Kind::NoZero];

    fn block(self, chance: &mut Chance) -> Vec<u8> {
        let mut block: Vec<u8> = (0..BLOCK_BYTES).map(|_| 1 + chance.below(255) as u8).collect();
        (block[0], block[1]) = (0, 2);
        let end_of_fill = BLOCK_BYTES - MESSAGE_BYTES - 1;
        block[end_of_fill] = 0;
        match self {
            Kind::Good => {}
            // Less than the modulus still, whose first bit is 1.
            Kind::FirstByte => block[0] = 1,
            Kind::SecondByte => block[1] = 1,
            Kind::ZeroInFill => block[FILL + chance.below(LEAST_FILL) as usize] = 0,
            Kind::NoZero => block[end_of_fill] = 1,
        }
        block
    }
}

/// RSA without padding, to a public key: OpenSSL's.
pub(super) struct Sealer {
    folder: PathBuf,
}

impl Sealer {
    /// For this RSAPublicKey (RFC 8017, A.1.1); files go to `folder`. None where there is no `openssl`.
    pub(super) fn new(folder: &Path, public: &[u8]) -> Option<Sealer> {
        let sealer = Sealer { folder: folder.to_owned() };
        Command::new("openssl").arg("version").stdout(Stdio::null()).status().ok()?;
        std::fs::write(folder.join("public.der"), public).expect("the directory is ours");
        sealer.openssl(&["rsa", "-RSAPublicKey_in", "-inform", "DER", "-in", "public.der", "-out", "public.pem"]);
        Some(sealer)
    }

    /// A ciphertext of this kind.
    pub(super) fn seal(&self, kind: Kind, chance: &mut Chance) -> Vec<u8> {
        std::fs::write(self.folder.join("block"), kind.block(chance)).expect("the directory is ours");
        let options = ["-in", "block", "-out", "sealed", "-pkeyopt", "rsa_padding_mode:none"];
        self.openssl(&[&["pkeyutl", "-encrypt", "-pubin", "-inkey", "public.pem"], options.as_slice()].concat());
        std::fs::read(self.folder.join("sealed")).expect("openssl wrote it")
    }

    fn openssl(&self, arguments: &[&str]) {
        let mut command = Command::new("openssl");
        command.current_dir(&self.folder).args(arguments).stdin(Stdio::null());
        let output = command.output().expect("openssl was found");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
