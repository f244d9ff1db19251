//! The quickstart in a task: a signing key, made, used, checked and destroyed. The first three lines are those of the
//! README.

use tokio::runtime::Builder;

async fn quickstart() -> keystead_client::Result<()> {
    let client = keystead_client::asynchronous::Client::new()?;
    let key = client.generate("signing-key", &keystead_client::presets::ecdsa_p256()).await?;
    let signature = key.sign(b"a message").await?;

    println!("signature: {} bytes", signature.len());
    println!("right message: {}", key.verify(b"a message", &signature).await?);
    println!("wrong message: {}", key.verify(b"another message", &signature).await?);

    key.destroy().await
}

/// What `#[tokio::main]` does, for whose macro a program needs Tokio's feature `macros`.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(quickstart())?)
}
