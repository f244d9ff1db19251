//! An application that has an identity and lives on while everything around it is restarted.
//!
//! At its first start it makes the key "signing". Then, at each line of its input, it signs with it, and answers with its
//! keys, its public key and its token. The last two are shown by their ends, which is enough to tell them from others.
//! Where service and identity provider are is said by `KEYSTEAD_SERVICE_ENDPOINT` and `KEYSTEAD_IDENTITY_ENDPOINT`.

use std::time::Duration;

use keystead_client::limits::DEFAULT_TIMEOUT;
use keystead_client::{Client, Credential, Deadline, Endpoint, Result, TokenSource, presets};

/// How long this process may have to wait for what is being restarted.
const PATIENCE: Duration = DEFAULT_TIMEOUT;

fn main() -> Result<()> {
    let Some(identity) = Endpoint::of_identity_from_environment()? else {
        eprintln!("KEYSTEAD_IDENTITY_ENDPOINT names no identity provider");
        std::process::exit(2);
    };
    let tokens = TokenSource::at(identity);
    let client = Client::at(Endpoint::from_environment()?, Credential::Token(tokens.clone())).with_timeout(PATIENCE);
    if names(&client)?.is_empty() {
        client.generate("signing", &presets::ecdsa_p256())?;
    }
    for _line in std::io::stdin().lines() {
        let key = client.key("signing")?;
        let signature = key.sign(b"a message")?;
        assert!(key.verify(b"a message", &signature)?, "what was just signed is verified");
        let token = tokens.token(Deadline::after(PATIENCE))?;
        let token = String::from_utf8_lossy(token.bytes()).into_owned();
        println!("{} {} {}", names(&client)?.join(","), end_of(&hex(&key.public_key()?)), end_of(&token));
    }
    Ok(())
}

fn names(client: &Client) -> Result<Vec<String>> {
    Ok(client.list_keys()?.into_iter().map(|key| key.name.into_string()).collect())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last twelve characters.
fn end_of(text: &str) -> &str {
    text.get(text.len().saturating_sub(12)..).unwrap_or(text)
}
