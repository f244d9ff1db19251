//! A signing key: made, used, checked and destroyed.

use keystead_client::{Client, presets};

fn main() -> keystead_client::Result<()> {
    let client = Client::new()?;
    let name = format!("quickstart-{}", std::process::id());
    let key = client.generate(&name, &presets::ecdsa_p256())?;

    let signature = key.sign(b"a message")?;
    println!("signature: {} bytes", signature.len());
    println!("right message: {}", key.verify(b"a message", &signature)?);
    println!("wrong message: {}", key.verify(b"another message", &signature)?);

    key.destroy()
}
