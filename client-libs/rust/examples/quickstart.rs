//! A signing key: made, used, checked and destroyed. The first three lines are those of the README.

fn main() -> keystead_client::Result<()> {
    let client = keystead_client::Client::new()?;
    let key = client.generate("signing-key", &keystead_client::presets::ecdsa_p256())?;
    let signature = key.sign(b"a message")?;

    println!("signature: {} bytes", signature.len());
    println!("right message: {}", key.verify(b"a message", &signature)?);
    println!("wrong message: {}", key.verify(b"another message", &signature)?);

    key.destroy()
}
