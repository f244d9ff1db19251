//! Names the library as programs ask for it at run time: a change that old programs could not bear gets another number.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libkeystead_psa.so.0");
}
