//! The subcommands, a file for each family.

mod adopt;
mod agree;
mod ask;
mod attest;
mod clients;
mod create;
mod csr;
mod encrypt;
mod export;
mod hash;
mod keys;
mod mac;
mod providers;
mod random;
mod service;
mod sign;
mod ssh_agent;
mod store;
mod tls_test;
mod token;

use std::process::ExitCode;

use clap::Subcommand;
use keystead_client::interface::algorithm::Algorithm;

use crate::failure::Failure;
use crate::session::Session;

/// What shall be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Ask whether the service answers
    Ping,
    /// List the providers, the default one first, or accept another token (administrators)
    Providers(providers::Providers),
    /// List how callers may identify themselves
    Authenticators,
    /// List what a provider can do
    Opcodes,
    /// Ask the identity provider who this process is
    ///
    /// Prints the subject of a token, for whom it is, and until when, in seconds since 1970.
    Token(token::Token),
    /// List your keys, or adopt one that is in a token already (administrators)
    ///
    /// Provider, type, algorithm, usage and name of each; the name is last because it may hold anything.
    Keys(keys::Keys),
    /// Make a key
    ///
    /// The type alone gives it its usual algorithm and all usages of that.
    Generate(create::Generate),
    /// Take a key over from a file or standard input
    ///
    /// The file is PEM (public: PKCS#1, SubjectPublicKeyInfo; private: PKCS#1, PKCS#8, SEC 1), or holds the bytes in the
    /// service's own format: a big-endian scalar, PKCS#1 DER, the key itself. Key material is never taken from the
    /// command line.
    Import(create::Import),
    /// Write a key, if its usage allows it
    ///
    /// In the service's own format: a big-endian scalar, PKCS#1 DER, or the bytes themselves.
    Export(export::Export),
    /// Write the public half of a key, as PEM that OpenSSL takes
    ///
    /// With --format it is in the service's own format: an uncompressed point, PKCS#1 DER.
    PublicKey(export::PublicKey),
    /// Sign a file with a key's own algorithm
    ///
    /// The file is hashed here and may be of any length. ECDSA signatures are r ‖ s unless --der is given.
    Sign(sign::Sign),
    /// Verify a signature over a file
    ///
    /// Exit code 1 means that it is wrong.
    Verify(sign::Verify),
    /// Encrypt a file with a key's own algorithm
    ///
    /// Authenticated encryption gives nonce ‖ ciphertext ‖ tag, and ciphertext ‖ tag if the nonce is given. The plaintext
    /// is never taken from the command line.
    Encrypt(encrypt::Encrypt),
    /// Decrypt a file
    Decrypt(encrypt::Decrypt),
    /// Compute or verify a message authentication code
    Mac(mac::Mac),
    /// Compute or compare a hash in the service
    ///
    /// In hexadecimal, if no form is named.
    Hash(hash::Hash),
    /// Agree on a shared secret with the owner of a public key
    ///
    /// The public key is PEM (SubjectPublicKeyInfo), an uncompressed point, or 32 or 56 little-endian bytes. The secret is
    /// not uniformly random: derive keys from it.
    Agree(agree::Agree),
    /// Write random bytes
    Random(random::Random),
    /// Prove that a key lives in a TPM, or have the TPM state what it measured
    ///
    /// The verifier makes a challenge that only this TPM can answer, with tpm2-tools and without a TPM of its own:
    ///
    ///   keystead attest prepare KEY --ek ek.pem > name
    ///   tpm2_makecredential -T none -G rsa -u ek.pem -n $(cat name) -s secret -o challenge
    ///   keystead attest answer KEY challenge -o answer
    ///
    /// The key is in the TPM that owns ek.pem if `answer` is what the verifier had in `secret` (32 bytes at most).
    /// Whose ek.pem is, the verifier learns from its certificate.
    #[command(verbatim_doc_comment)]
    Attest(attest::Attest),
    /// Write a request for a certificate, signed by a key with its own algorithm
    ///
    /// As PEM, or with --format as PKCS#10 DER. `openssl req -verify` reads it.
    Csr(csr::Csr),
    /// Serve ssh, git and the like with your keys, which never leave the service
    ///
    /// Keys on P-256, P-384 and P-521, with the hash of that length, and RSA keys for rsa-pkcs1v15. For RSA,
    /// --alg rsa-pkcs1v15-any-hash is best: ssh asks for SHA-512 where it can.
    SshAgent(ssh_agent::SshAgent),
    /// Serve TLS with a key and its certificate, as a trial: a line is answered
    TlsTest(tls_test::TlsTest),
    /// Destroy keys
    Delete(keys::Delete),
    /// Ask whether the provider can do something; exit code 1 means no
    CanDo(ask::CanDo),
    /// List, delete or release clients (administrators)
    Clients(clients::Clients),
    /// Give the store another root key (administrators)
    Store(store::Store),
    /// Show how the service is doing (administrators)
    Health,
}

impl Command {
    /// Whether --provider may be the name that a provider has in the service's configuration.
    pub(crate) fn takes_provider_name(&self) -> bool {
        matches!(self, Command::Keys(keys) if keys.takes_provider_name())
    }

    /// Does it, and gives the exit code.
    pub(crate) fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        let done = match self {
            Command::SshAgent(agent) => return agent.run(session),
            Command::Ping => service::ping(session),
            Command::Providers(providers) => providers.run(session),
            Command::Authenticators => service::authenticators(session),
            Command::Opcodes => service::opcodes(session),
            Command::Token(token) => token.run(session),
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
            Command::Attest(attest) => attest.run(session),
            Command::Csr(csr) => csr.run(session),
            Command::TlsTest(server) => server.run(session),
            Command::Delete(delete) => delete.run(session),
            Command::CanDo(can_do) => can_do.run(session),
            Command::Clients(clients) => clients.run(session),
            Command::Store(store) => store.run(session),
            Command::Health => service::health(session),
        };
        done.map(|()| ExitCode::SUCCESS)
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
