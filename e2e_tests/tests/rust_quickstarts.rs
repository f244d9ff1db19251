//! The Rust client's quickstarts: the README shows what the examples do, and that works.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use keystead_e2e_tests::binary::{rust_example, workspace};
use keystead_e2e_tests::folder::Folder;
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
        let shown: Vec<_> = shown.into_iter().filter(|line| line.starts_with("let ")).collect();
        assert_eq!(shown.len(), 3, "{shown:?}");
        assert!(program.windows(3).any(|three| three == shown), "{name} has other lines than {shown:#?}");
    }
}

/// As the README says it: a package beside the checkout, the line that adds the client, and the program.
#[test]
fn the_readmes_program_works_in_a_package_of_its_own() {
    let readme = std::fs::read_to_string(workspace().join("client-libs/rust/README.md")).expect("a README");
    let block = |language: &str| {
        let block = readme.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next());
        block.unwrap_or_else(|| panic!("the README shows no {language}")).to_owned()
    };
    let home = Folder::new();
    let package = home.path().join("program");
    symlink(workspace(), home.path().join("keystead")).expect("the name is free");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    succeed(Command::new(&cargo).args(["new", "--quiet", "--vcs", "none"]).arg(&package));
    std::fs::write(package.join("src/main.rs"), block("rust")).expect("the folder was made");
    // The versions that were tried, and none that would have to be fetched.
    std::fs::copy(workspace().join("Cargo.lock"), package.join("Cargo.lock")).expect("the folder was made");
    let add = block("sh").replacen("cargo add", &format!("{cargo} add --offline --quiet"), 1);
    succeed(Command::new("sh").arg("-ec").arg(add).current_dir(&package));

    let service = Service::plain();
    let mut program = Command::new(&cargo);
    program.args(["run", "--quiet", "--offline"]).current_dir(&package);
    program
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("quickstart"))
        .env_remove("KEYSTEAD_IDENTITY_ENDPOINT");
    program.env("KEYSTEAD_SERVICE_ENDPOINT", format!("unix:{}", service.home().socket().display()));
    assert_eq!(succeed(&mut program), "signature: 64 bytes\n");
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().expect("it is installed");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
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
