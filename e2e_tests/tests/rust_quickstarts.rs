//! The Rust client's quickstarts: the README shows what the examples do, and that works.

use std::process::Command;

use keystead_e2e_tests::binary::{rust_example, workspace};
use keystead_e2e_tests::service::Service;

/// The programs, in the order in which the README shows them.
const QUICKSTARTS: [&str; 2] = ["quickstart", "quickstart_asynchronous"];

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).collect()
}

#[test]
fn the_readme_shows_the_first_lines_of_each_quickstart() {
    let folder = workspace().join("client-libs/rust");
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("a README");
    let shown: Vec<_> = readme.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(shown.len(), QUICKSTARTS.len());
    for (name, shown) in QUICKSTARTS.iter().zip(shown) {
        let program = std::fs::read_to_string(folder.join(format!("examples/{name}.rs"))).expect("an example");
        let (program, shown) = (lines(&program), lines(shown));
        assert_eq!(shown.len(), 3, "{shown:?}");
        assert!(program.windows(3).any(|three| three == shown), "{name} has other lines than {shown:#?}");
    }
}

#[test]
fn each_quickstart_works() {
    let service = Service::plain();
    let endpoint = format!("unix:{}", service.home().socket().display());
    for name in QUICKSTARTS {
        let mut program = Command::new(rust_example(name));
        program.env("KEYSTEAD_SERVICE_ENDPOINT", &endpoint).env_remove("KEYSTEAD_IDENTITY_ENDPOINT");
        let output = program.output().expect("it was just built");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(lines(&printed), ["signature: 64 bytes", "right message: true", "wrong message: false"]);
    }
}
