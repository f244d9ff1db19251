//! Compiles `proto/workload.proto` into Rust, with protox, so that a build needs no protoc; of client and server only what
//! the crate's features ask for.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto");
    let has = |feature: &str| std::env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    let descriptors = protox::compile(["proto/workload.proto"], ["proto"])?;
    tonic_prost_build::configure()
        .build_client(has("CLIENT"))
        .build_server(has("SERVER"))
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
