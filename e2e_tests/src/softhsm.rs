//! SoftHSM2, a PKCS#11 module whose tokens are folders: made, shown, taken away and put back as an operator would.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::effort::left_out;
use crate::folder::Folder;

/// Where Debian has the module.
pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// The user's PIN of tokens whose test does not choose one.
pub const PIN: &str = "123456";
/// The label of tokens whose test does not choose one.
pub const LABEL: &str = "keystead";
/// The security officer's PIN of all tokens.
const OFFICERS_PIN: &str = "12345678";

/// A set of tokens in a directory of their own, which no other test sees.
pub struct SoftHsm {
    folder: Folder,
}

/// An object in a token, as `pkcs11-tool --list-objects` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The first line: "Private Key Object; EC", for example.
    pub class: String,
    /// CKA_LABEL.
    pub label: String,
    /// CKA_ID in hexadecimal digits.
    pub id: String,
    /// What may be done with it: "sensitive", "never extractable" and the like.
    pub access: Vec<String>,
}

impl SoftHsm {
    /// A token called [`LABEL`] with the PIN [`PIN`], and nothing in it.
    pub fn new() -> SoftHsm {
        let softhsm = SoftHsm::without_tokens();
        softhsm.add_token(LABEL, PIN.as_ref());
        softhsm
    }

    /// No token.
    pub fn without_tokens() -> SoftHsm {
        let softhsm = SoftHsm { folder: Folder::new() };
        fs::create_dir(softhsm.tokens()).expect("the directory is ours");
        let tokens = softhsm.tokens();
        let text =
            format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
        fs::write(softhsm.configuration(), text).expect("the directory is ours");
        softhsm
    }

    /// Whether SoftHSM2 and the tools to look into it are installed; counted as left out if they are not.
    pub fn is_here(what: &str) -> bool {
        let is_here = Path::new(MODULE).exists() && runs("softhsm2-util", "--version") && runs("pkcs11-tool", "--help");
        if !is_here {
            left_out(what, "softhsm2 or opensc is not installed");
        }
        is_here
    }

    /// Initialises a further token.
    pub fn add_token(&self, label: &str, pin: &OsStr) {
        let mut util = Command::new("softhsm2-util");
        util.args(["--init-token", "--free", "--label", label, "--so-pin", OFFICERS_PIN, "--pin"]).arg(pin);
        self.run(util);
    }

    /// The file that `SOFTHSM2_CONF` names for whoever is to see these tokens.
    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }

    /// The lines of a provider for the token with this label, without its name and its PIN.
    pub fn provider(label: &str) -> String {
        format!("\n[[provider]]\nkind = \"pkcs11\"\nlibrary_path = \"{MODULE}\"\ntoken_label = \"{label}\"\n")
    }

    /// Takes all tokens away, and leaves their directory empty or not there at all.
    pub fn take_away(&self, leave_empty: bool) {
        fs::rename(self.tokens(), self.away()).expect("the tokens are there");
        if leave_empty {
            fs::create_dir(self.tokens()).expect("the place is free now");
        }
    }

    /// Puts back what was taken away; what lies in its place is gone.
    pub fn put_back(&self) {
        let _ = fs::remove_dir_all(self.tokens());
        fs::rename(self.away(), self.tokens()).expect("the tokens were taken away");
    }

    /// Deletes every object of the token, and keeps the token.
    pub fn empty(&self) {
        for object in self.objects(LABEL) {
            let kind = match object.class.split(' ').next() {
                Some("Private") => "privkey",
                Some("Public") => "pubkey",
                Some("Secret") => "secrkey",
                _ => "data",
            };
            self.tool(LABEL, &["--delete-object", "--type", kind, "--id", &object.id]);
        }
    }

    /// Copies all tokens as they are, for [`SoftHsm::restore`].
    pub fn back_up(&self) {
        let _ = fs::remove_dir_all(self.copy());
        copy_folder(&self.tokens(), &self.copy());
    }

    /// Replaces all tokens by the copy.
    pub fn restore(&self) {
        fs::remove_dir_all(self.tokens()).expect("the tokens are there");
        copy_folder(&self.copy(), &self.tokens());
    }

    /// What is in the token with this label, whose PIN is [`PIN`].
    pub fn objects(&self, label: &str) -> Vec<Object> {
        let mut objects = Vec::new();
        for line in self.tool(label, &["--list-objects"]).lines() {
            if !line.starts_with(' ') {
                let class = line.trim().to_owned();
                objects.push(Object { class, label: String::new(), id: String::new(), access: Vec::new() });
                continue;
            }
            let (Some(object), Some((word, value))) = (objects.last_mut(), line.trim().split_once(':')) else {
                continue;
            };
            match word {
                "label" => object.label = value.trim().to_owned(),
                "ID" => object.id = value.trim().to_owned(),
                "Access" => object.access = value.split(',').map(|word| word.trim().to_owned()).collect(),
                _ => {}
            }
        }
        objects
    }

    /// The different CKA_IDs in the token with this label: one for each key.
    pub fn ids(&self, label: &str) -> Vec<String> {
        let mut ids: Vec<_> = self.objects(label).into_iter().map(|object| object.id).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Runs `pkcs11-tool`, logged in to the token with this label, and gives what it printed.
    pub fn tool(&self, label: &str, arguments: &[&str]) -> String {
        let mut tool = Command::new("pkcs11-tool");
        tool.args(["--module", MODULE, "--token-label", label, "--login", "--pin", PIN]).args(arguments);
        self.run(tool)
    }

    fn run(&self, mut command: Command) -> String {
        let words: Vec<OsString> = command.get_args().map(OsStr::to_owned).collect();
        let output = command.env("SOFTHSM2_CONF", self.configuration()).stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {complaint}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn tokens(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    fn away(&self) -> PathBuf {
        self.folder.path().join("away")
    }

    fn copy(&self) -> PathBuf {
        self.folder.path().join("copy")
    }
}

impl Default for SoftHsm {
    fn default() -> SoftHsm {
        SoftHsm::new()
    }
}

impl Object {
    /// Whether the tool shows this property.
    pub fn is(&self, property: &str) -> bool {
        self.access.iter().any(|one| one == property)
    }
}

/// Whether a program can be run here.
pub(crate) fn runs(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("the place is free");
    for entry in fs::read_dir(from).expect("the folder is ours") {
        let entry = entry.expect("the folder is ours");
        let copy = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &copy),
            false => drop(fs::copy(entry.path(), copy).expect("the file is ours")),
        }
    }
}
