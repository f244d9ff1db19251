//! `cargo xtask advisories`: the dependencies against the database of security advisories, where that can be had.

use crate::shell::{Failed, Result, cargo, run as run_shown, succeeds};

/// Lock files that are checked: ours, and not those of old clients, which only tests run.
const MANIFESTS: &[&str] = &["Cargo.toml", "interface/fuzz/Cargo.toml", "trust/fuzz/Cargo.toml"];

/// Fails if a dependency has a known weakness, and also if that could not be found out.
pub(crate) fn run() -> Result<()> {
    if !succeeds(&mut cargo(&["deny", "--version"])) {
        return Err(Failed("this needs cargo-deny; run: cargo install --locked cargo-deny".into()));
    }
    if !succeeds(&mut cargo(&["deny", "fetch", "db"])) {
        return Err(Failed(
            "the database of advisories cannot be had from here, so nothing was checked; \
             run this again where github.com can be reached"
                .into(),
        ));
    }
    for manifest in MANIFESTS {
        let arguments = ["deny", "--manifest-path", manifest, "check", "--disable-fetch", "advisories"];
        run_shown(&mut cargo(&arguments))?;
    }
    println!("no dependency has a known weakness");
    Ok(())
}
