//! What the library does for each operation of the scenarios.

use keystead_client::interface::algorithm::{Algorithm, KeyAgreement};
use keystead_client::interface::operations::core::CheckType;
use keystead_client::presets;

use crate::runner::{Answer, Failure, Step, hex};
use crate::{done, words};

macro_rules! family {
    ($name:ident) => {
        |algorithm| match algorithm {
            Algorithm::$name(algorithm) => Some(algorithm),
            _ => None,
        }
    };
}

/// Does an operation.
pub fn run(operation: &str, step: &Step) -> Answer {
    match operation {
        "ping" | "providers" | "authenticators" | "opcodes" | "keys" => discover(operation, step),
        "attributes" | "generate" | "import" | "export" | "export-public" | "destroy" => keys(operation, step),
        "sign-hash" | "sign-message" | "verify-hash" | "verify-message" => signatures(operation, step),
        "asymmetric-encrypt" | "asymmetric-decrypt" | "agree" => asymmetric(operation, step),
        "aead-encrypt" | "aead-decrypt" | "cipher-encrypt" | "cipher-decrypt" => symmetric(operation, step),
        "mac-compute" | "mac-verify" | "hash-compute" | "hash-compare" => digests(operation, step),
        "random" => one("data", done(step.client.random(step.number("size")?))?.expose()),
        "can-do" => can_do(step),
        "high-level" => high_level(step),
        _ => Err(Failure::Unsupported),
    }
}

/// An answer of one value.
fn one(name: &'static str, bytes: &[u8]) -> Answer {
    Ok(vec![(name, hex(bytes))])
}

fn nothing(_: ()) -> Answer {
    Ok(Vec::new())
}

fn discover(operation: &str, step: &Step) -> Answer {
    let client = &step.client;
    let joined = |words: Vec<String>| words.join(",");
    let value = match operation {
        "ping" => {
            let (major, minor) = done(client.ping())?;
            return Ok(vec![("version", format!("{major}.{minor}"))]);
        }
        "providers" => {
            let providers = done(client.list_providers())?;
            ("ids", joined(providers.iter().map(|provider| provider.id.0.to_string()).collect()))
        }
        "authenticators" => {
            let authenticators = done(client.list_authenticators())?;
            ("ids", joined(authenticators.iter().map(|one| one.id.0.to_string()).collect()))
        }
        "opcodes" => {
            ("opcodes", joined(done(client.list_opcodes(step.provider()?))?.iter().map(u32::to_string).collect()))
        }
        _ => {
            let word = |(provider, name): (u8, &str)| format!("{provider}:{}", hex(name.as_bytes()));
            let keys = done(client.list_keys())?;
            ("keys", joined(keys.iter().map(|key| word((key.provider_id.0, key.name.as_str()))).collect()))
        }
    };
    Ok(vec![value])
}

fn keys(operation: &str, step: &Step) -> Answer {
    let (client, name) = (&step.client, step.name()?);
    match operation {
        "generate" => nothing(done(client.generate(&name, &step.attributes()?)).map(drop)?),
        "import" => nothing(done(client.import(&name, &step.attributes()?, &step.bytes("data")?)).map(drop)?),
        "export" => one("data", done(client.export(&name))?.expose()),
        "export-public" => one("data", &done(client.public_key(&name))?),
        "destroy" => nothing(done(client.destroy(&name))?),
        _ => {
            let found = done(client.key_attributes(&name))?;
            Ok(vec![
                ("type", words::word_of_type(found.key_type()).ok_or(Failure::Unsupported)?),
                ("bits", found.bits().to_string()),
                ("usage", words::words_of_usage(found.usage())),
                ("algorithm", words::word_of_algorithm(found.algorithm()).ok_or(Failure::Unsupported)?),
            ])
        }
    }
}

fn signatures(operation: &str, step: &Step) -> Answer {
    let (client, name) = (&step.client, step.name()?);
    let alg = step.algorithm(family!(AsymmetricSignature))?;
    match operation {
        "sign-hash" => one("signature", &done(client.sign_hash(&name, alg, &step.bytes("hash")?))?),
        "sign-message" => one("signature", &done(client.sign_message(&name, alg, &step.bytes("message")?))?),
        "verify-hash" => {
            nothing(done(client.verify_hash(&name, alg, &step.bytes("hash")?, &step.bytes("signature")?))?)
        }
        _ => nothing(done(client.verify_message(&name, alg, &step.bytes("message")?, &step.bytes("signature")?))?),
    }
}

fn asymmetric(operation: &str, step: &Step) -> Answer {
    let (client, name) = (&step.client, step.name()?);
    if operation == "agree" {
        let raw = |algorithm| match algorithm {
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => Some(alg),
            _ => None,
        };
        let secret = done(client.raw_key_agreement(&name, step.algorithm(raw)?, &step.bytes("peer")?))?;
        return one("secret", secret.expose());
    }
    let (alg, label) = (step.algorithm(family!(AsymmetricEncryption))?, step.bytes("salt")?);
    match operation {
        "asymmetric-encrypt" => {
            one("ciphertext", &done(client.asymmetric_encrypt(&name, alg, &step.bytes("plaintext")?, &label))?)
        }
        _ => {
            let plaintext = done(client.asymmetric_decrypt(&name, alg, &step.bytes("ciphertext")?, &label))?;
            one("plaintext", plaintext.expose())
        }
    }
}

fn symmetric(operation: &str, step: &Step) -> Answer {
    let (client, name) = (&step.client, step.name()?);
    match operation {
        "cipher-encrypt" => {
            let alg = step.algorithm(family!(Cipher))?;
            one("ciphertext", &done(client.cipher_encrypt(&name, alg, &step.bytes("plaintext")?))?)
        }
        "cipher-decrypt" => {
            let alg = step.algorithm(family!(Cipher))?;
            one("plaintext", done(client.cipher_decrypt(&name, alg, &step.bytes("ciphertext")?))?.expose())
        }
        _ => {
            let alg = step.algorithm(family!(Aead))?;
            let (nonce, aad) = (step.bytes("nonce")?, step.bytes("aad")?);
            if operation == "aead-encrypt" {
                let sealed = done(client.aead_encrypt(&name, alg, &nonce, &aad, &step.bytes("plaintext")?))?;
                return one("ciphertext", &sealed);
            }
            let opened = done(client.aead_decrypt(&name, alg, &nonce, &aad, &step.bytes("ciphertext")?))?;
            one("plaintext", opened.expose())
        }
    }
}

fn digests(operation: &str, step: &Step) -> Answer {
    let (client, data) = (&step.client, step.bytes("data")?);
    match operation {
        "mac-compute" => one("mac", &done(client.mac_compute(&step.name()?, step.algorithm(family!(Mac))?, &data))?),
        "mac-verify" => {
            let alg = step.algorithm(family!(Mac))?;
            nothing(done(client.mac_verify(&step.name()?, alg, &data, &step.bytes("mac")?))?)
        }
        "hash-compute" => one("hash", &done(client.hash_compute(step.algorithm(family!(Hash))?, &data))?),
        _ => nothing(done(client.hash_compare(step.algorithm(family!(Hash))?, &data, &step.bytes("hash")?))?),
    }
}

fn can_do(step: &Step) -> Answer {
    let check = match step.word("check")? {
        "use" => CheckType::Use,
        "generate" => CheckType::Generate,
        "import" => CheckType::Import,
        "derive" => CheckType::Derive,
        other => return Err(Failure::Malformed(format!("there is no check {other}"))),
    };
    if done(step.client.can_do(check, &step.attributes()?))? { nothing(()) } else { Err(Failure::No) }
}

/// What the quickstart shows.
fn high_level(step: &Step) -> Answer {
    let key = done(step.client.generate(&step.name()?, &presets::ecdsa_p256()))?;
    let signature = done(key.sign(b"hello"))?;
    if !done(key.verify(b"hello", &signature))? {
        return Err(Failure::No);
    }
    Ok(vec![("public", hex(&done(key.public_key())?)), ("signature", hex(&signature))])
}
