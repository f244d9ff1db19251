//! The subcommands, a file for each family.

mod agree;
mod ask;
mod clients;
mod create;
mod encrypt;
mod export;
mod hash;
mod keys;
mod mac;
mod random;
mod service;
mod sign;

use clap::Subcommand;
use keystead_client::interface::algorithm::Algorithm;

use crate::failure::Failure;
use crate::session::Session;

/// What shall be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Ask whether the service answers
    Ping,
    /// List the providers, the default one first
    Providers,
    /// List how callers may identify themselves
    Authenticators,
    /// List what a provider can do
    Opcodes,
    /// List your keys
    Keys(keys::Keys),
    /// Make a key
    Generate(create::Generate),
    /// Take a key over from a file or standard input
    Import(create::Import),
    /// Write a key, if its usage allows it
    Export(export::Export),
    /// Write the public half of a key, as PEM that OpenSSL takes
    PublicKey(export::PublicKey),
    /// Sign a file with a key's own algorithm
    Sign(sign::Sign),
    /// Verify a signature over a file
    Verify(sign::Verify),
    /// Encrypt a file with a key's own algorithm
    Encrypt(encrypt::Encrypt),
    /// Decrypt a file
    Decrypt(encrypt::Decrypt),
    /// Compute or verify a message authentication code
    Mac(mac::Mac),
    /// Compute or compare a hash in the service
    Hash(hash::Hash),
    /// Agree on a shared secret with the owner of a public key
    Agree(agree::Agree),
    /// Write random bytes
    Random(random::Random),
    /// Destroy keys
    Delete(keys::Delete),
    /// Ask whether the provider can do something; exit code 1 means no
    CanDo(ask::CanDo),
    /// List or delete clients (administrators)
    Clients(clients::Clients),
    /// Show how the service is doing (administrators)
    Health,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Command::Ping => service::ping(session),
            Command::Providers => service::providers(session),
            Command::Authenticators => service::authenticators(session),
            Command::Opcodes => service::opcodes(session),
            Command::Keys(keys) => keys.run(session),
            Command::Generate(generate) => generate.run(session),
            Command::Import(import) => import.run(session),
            Command::Export(export) => export.run(session),
            Command::PublicKey(public_key) => public_key.run(session),
            Command::Sign(sign) => sign.run(session),
            Command::Verify(verify) => verify.run(session),
            Command::Encrypt(encrypt) => encrypt.run(session),
            Command::Decrypt(decrypt) => decrypt.run(session),
            Command::Mac(mac) => mac.run(session),
            Command::Hash(hash) => hash.run(session),
            Command::Agree(agree) => agree.run(session),
            Command::Random(random) => random.run(session),
            Command::Delete(delete) => delete.run(session),
            Command::CanDo(can_do) => can_do.run(session),
            Command::Clients(clients) => clients.run(session),
            Command::Health => service::health(session),
        }
    }
}

/// The algorithm to use: the one that was named, else the key's own.
fn algorithm_for(session: &Session, key: &str, named: Option<Algorithm>) -> Result<Algorithm, Failure> {
    match named {
        Some(algorithm) => Ok(algorithm),
        None => Ok(session.client.key_attributes(key)?.algorithm()),
    }
}

/// The complaint about an algorithm that is not one for this subcommand.
fn wrong_algorithm(algorithm: Algorithm, purpose: &str) -> Failure {
    Failure::Usage(format!("{} is no algorithm for {purpose}", crate::words::algorithm_word(algorithm)))
}
