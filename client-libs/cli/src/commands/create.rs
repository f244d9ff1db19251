//! Making keys and taking them over.

use clap::Args;
use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::attributes::{KeyAttributes, KeyShape, Usage};
use serde_json::json;

use crate::failure::Failure;
use crate::input::SecretInput;
use crate::key_file;
use crate::session::Session;
use crate::words::{
    algorithm_word, key_type_word, parse_algorithm, parse_key_type, parse_usage, usage_words, usual_algorithm,
    usual_usage,
};

/// What a key may be used for. Its type alone gives it an algorithm and all usages of that.
#[derive(Args)]
pub(crate) struct Policy {
    /// The one algorithm of the key, such as ecdsa-sha256, rsa-pss-sha256, rsa-oaep-sha256, gcm, gcm-12, ctr,
    /// hmac-sha256, ecdh [default: as usual for the type]
    #[arg(long, alias = "algorithm", value_name = "ALGORITHM", value_parser = parse_algorithm)]
    alg: Option<Algorithm>,
    /// What may be done with it, separated by commas: sign, verify, encrypt, decrypt, derive, export, sign-hash and so
    /// on [default: all that the algorithm is for]
    #[arg(long, value_name = "FLAGS", value_delimiter = ',', value_parser = parse_usage)]
    usage: Vec<Usage>,
    /// Let the key itself be exported too
    #[arg(long)]
    exportable: bool,
}

/// Makes a key.
#[derive(Args)]
pub(crate) struct Generate {
    /// Name of the key
    name: String,
    /// Its type and size, such as ecc-p256, rsa-2048, aes-256, chacha20, hmac-256, x25519, secp256k1,
    /// brainpool-p256r1, camellia-128, raw-256
    #[arg(long = "type", short = 't', value_name = "TYPE", default_value = "ecc-p256", value_parser = parse_key_type)]
    shape: KeyShape,
    #[command(flatten)]
    policy: Policy,
}

/// Takes a key over.
#[derive(Args)]
pub(crate) struct Import {
    /// Name of the key
    name: String,
    #[command(flatten)]
    file: SecretInput,
    /// Its type, and size if it is to be checked [default: as the PEM says]
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = parse_key_type)]
    shape: Option<KeyShape>,
    #[command(flatten)]
    policy: Policy,
}

impl Policy {
    /// The attributes of a key of this type and size.
    pub(super) fn attributes(&self, shape: KeyShape) -> KeyAttributes {
        let algorithm = self.alg.unwrap_or_else(|| usual_algorithm(shape));
        let usage = match &self.usage[..] {
            [] => usual_usage(shape.key_type, algorithm),
            flags => flags.iter().copied().fold(Usage::NONE, Usage::and),
        };
        let usage = if self.exportable { usage.and(Usage::EXPORT) } else { usage };
        KeyAttributes::new(shape.key_type, shape.bits, usage, algorithm)
    }
}

impl Generate {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.shape.bits == 0 {
            return Err(Failure::Usage(format!("name a size too, such as {}-256", key_type_word(self.shape))));
        }
        let attributes = self.policy.attributes(self.shape);
        session.client.generate(&self.name, &attributes)?;
        say_made(session, &self.name, &attributes)
    }
}

impl Import {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let file = key_file::read(self.file.read()?).map_err(Failure::Usage)?;
        let shape = match (self.shape, file.shape) {
            (Some(named), Some(found)) if named.key_type != found.key_type => {
                let (named, found) = (key_type_word(named), key_type_word(found));
                return Err(Failure::Usage(format!("--type is {named}, but the file holds a key of type {found}")));
            }
            (Some(named), _) => named,
            (None, Some(found)) => found,
            (None, None) => return Err(Failure::Usage("the file does not tell its type: name it with --type".into())),
        };
        let attributes = self.policy.attributes(shape);
        session.client.import(&self.name, &attributes, file.data.expose())?;
        say_made(session, &self.name, &attributes)
    }
}

pub(super) fn say_made(session: &Session, name: &str, attributes: &KeyAttributes) -> Result<(), Failure> {
    let (kind, algorithm) = (key_type_word(attributes.shape()), algorithm_word(attributes.algorithm()));
    session.say(&format!("{}: {kind}, {algorithm}", name.escape_debug()), || {
        let usage = usage_words(attributes.usage());
        json!({ "name": name, "type": kind, "algorithm": algorithm, "usage": usage })
    })
}
