//! The repository's habits: who may import whom, how long files are, how they begin, and what may not stay in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use keystead_e2e_tests::binary::workspace;

/// Lines that a file may have before its tests.
const MAX_LINES: usize = 400;
/// Lines of a function, from its name to its last brace.
const MAX_FUNCTION_LINES: usize = 70;
/// Words that say nothing about a thing.
const VAGUE: &[&str] = &["manager", "handler", "util", "common", "helper"];
/// Other people's crates that the contract may build on.
const MAX_DEPENDENCIES_OF_INTERFACE: usize = 5;

/// Which of our packages each of them may use. A package that is not here may use none.
const LAYERS: &[(&str, &[&str])] = &[
    ("keystead-interface", &[]),
    ("keystead-trust", &["keystead-interface"]),
    ("keystead-daemon", &["keystead-interface", "keystead-trust"]),
    (
        "keystead-identity-provider",
        &["keystead-interface", "keystead-trust", "keystead-daemon", "keystead-client", "keystead-workload-api"],
    ),
    ("keystead-orchestrator", &["keystead-interface", "keystead-trust", "keystead-daemon", "keystead-client"]),
    // Somebody else's contract: it knows nothing of ours.
    ("keystead-workload-api", &[]),
    ("keystead-provider", &["keystead-interface"]),
    ("keystead-provider-software", &["keystead-provider", "keystead-interface"]),
    ("keystead-provider-pkcs11", &["keystead-provider", "keystead-interface"]),
    ("keystead-provider-tpm", &["keystead-provider", "keystead-interface"]),
    ("keystead-provider-isolated", &["keystead-provider", "keystead-interface"]),
    ("keystead-keystore", &["keystead-interface", "keystead-provider"]),
    (
        "keystead-service",
        &[
            "keystead-interface",
            "keystead-trust",
            "keystead-daemon",
            "keystead-workload-api",
            "keystead-provider",
            "keystead-keystore",
            "keystead-provider-software",
            "keystead-provider-isolated",
            "keystead-provider-pkcs11",
            "keystead-provider-tpm",
        ],
    ),
    ("keystead-client", &["keystead-interface"]),
    // What a format of bytes is, whatever they mean.
    ("keystead-der", &[]),
    ("keystead-cli", &["keystead-interface", "keystead-client", "keystead-der"]),
    // What two C interfaces share: it knows nothing of keys or services.
    ("keystead-c-abi", &[]),
    ("keystead-pkcs11", &["keystead-client", "keystead-der", "keystead-c-abi"]),
    ("keystead-psa", &["keystead-client", "keystead-der", "keystead-c-abi"]),
    // Tests vouch for applications as an identity provider does, and forge what one would never sign.
    ("keystead-e2e-tests", &["keystead-interface", "keystead-client", "keystead-trust"]),
    // The bench times how such tokens are refused.
    ("keystead-bench", &["keystead-interface", "keystead-client", "keystead-trust", "keystead-e2e-tests"]),
];

/// What no file may hold, and why. Written in two halves, so that this file does not hold it either.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("TO", "DO", "what is not done is an issue"),
    ("FIX", "ME", "what is broken is an issue"),
    ("dbg", "!(", "it prints secrets"),
    ("todo", "!(", "it panics"),
    ("unimplemented", "!(", "it panics"),
    ("#[ign", "ore", "a test that does not run shows nothing"),
];

#[test]
fn packages_use_only_the_layers_below_them() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("metadata has packages");
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().expect("a package has a name");
        let allowed = LAYERS.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, allowed)| allowed);
        for used in dependencies(package, true) {
            let is_allowed = allowed.contains(&used.as_str()) || !ours.contains(used.as_str());
            assert!(is_allowed, "{name} must not use {used}");
        }
    }
    let interface = packages.iter().find(|package| package["name"] == "keystead-interface").expect("it is a member");
    let direct = dependencies(interface, false);
    assert!(direct.len() <= MAX_DEPENDENCIES_OF_INTERFACE, "keystead-interface uses {direct:?}");
}

#[test]
fn only_assembly_names_a_concrete_provider() {
    for file in sources().iter().filter(|file| file.starts_with(root().join("service/src"))) {
        let is_assembly = file.ends_with("assembly.rs") || file.parent().is_some_and(|dir| dir.ends_with("assembly"));
        for concrete in ["software", "pkcs11", "tpm", "isolated"].map(|kind| format!("keystead_provider_{kind}")) {
            assert!(is_assembly || !read(file).contains(&concrete), "{} names {concrete}", file.display());
        }
    }
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let silent: Vec<_> = sources().into_iter().filter(|file| !read(file).starts_with("//! ")).collect();
    assert!(silent.is_empty(), "these do not begin with a line of `//!`: {silent:#?}");
}

#[test]
fn files_fit_in_a_head() {
    let too_long: Vec<_> = sources()
        .into_iter()
        .map(|file| (lines_without_tests(&read(&file)), file))
        .filter(|(lines, file)| *lines > MAX_LINES && !is_test(file))
        .collect();
    assert!(too_long.is_empty(), "over {MAX_LINES} lines without tests: {too_long:#?}");
}

#[test]
fn functions_fit_on_a_screen() {
    for file in sources() {
        for (name, lines) in functions(&read(&file)) {
            assert!(lines <= MAX_FUNCTION_LINES, "{}: {name} has {lines} lines", file.display());
        }
    }
}

#[test]
fn types_are_named_after_what_they_are() {
    for file in sources() {
        for line in read(&file).lines() {
            let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
            let Some("struct" | "enum" | "trait" | "mod") = words.next() else { continue };
            let name = words.next().unwrap_or_default().to_lowercase();
            let vague = VAGUE.iter().find(|vague| name.contains(*vague));
            assert_eq!(vague, None, "{}: {line}", file.display());
        }
    }
}

#[test]
fn a_panic_is_never_left_to_chance() {
    for file in sources().iter().filter(|file| !is_test(file)) {
        let text = read(file);
        let before_tests = lines_without_tests(&text);
        let unwrapped =
            code(&text).take_while(|(at, _)| *at < before_tests).find(|(_, line)| line.contains(".unwrap()"));
        assert_eq!(unwrapped, None, "{}: `expect` says why it cannot happen", file.display());
    }
}

#[test]
fn a_dependency_stands_under_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest");
    let (_, after) = manifest.split_once("[workspace.dependencies]\n").expect("dependencies are shared");
    let section = after.split("\n[").next().unwrap_or_default();
    for group in section.split("\n\n") {
        assert!(group.trim().is_empty() || group.trim_start().starts_with("# "), "no reason is given for:\n{group}");
    }
}

#[test]
fn modules_are_named_after_themselves() {
    let unnamed: Vec<_> = sources().into_iter().filter(|file| file.ends_with("mod.rs")).collect();
    assert!(unnamed.is_empty(), "foo.rs beside foo/, and not foo/mod.rs: {unnamed:#?}");
}

#[test]
fn nothing_is_left_lying_about() {
    for file in sources() {
        let text = read(&file);
        for (begin, end, why) in FORBIDDEN {
            assert!(!text.contains(&format!("{begin}{end}")), "{} holds {begin}{end}: {why}", file.display());
        }
    }
}

#[test]
fn unsafe_code_is_fenced_and_explained() {
    for file in sources() {
        let text = read(&file);
        let blocks = code(&text).filter(|(_, line)| is_unsafe(line)).collect::<Vec<_>>();
        if blocks.is_empty() {
            continue;
        }
        let name = file.display();
        assert!(fence(&file), "{name} has unsafe code, and no `#![allow(unsafe_code)]` with a reason stands above it");
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in blocks {
            // The second is the heading of public documentation.
            let is_reason = |above: &&str| above.contains("SAFETY") || above.contains("# Safety");
            let explained = lines[at.saturating_sub(8)..at].iter().any(is_reason);
            assert!(explained || line.contains("unsafe extern"), "{name}:{}: no SAFETY reason", at + 1);
        }
    }
}

/// Functions with their lengths, told by the indentation that rustfmt gives them.
fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, usize, String)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if line.trim() == "}" && open.last().is_some_and(|(_, of, _)| *of == indent) {
            let (began, _, name) = open.pop().expect("there was a last one");
            found.push((name, at - began + 1));
        }
        let before_name = line.split_once("fn ").map(|(before, _)| before.trim());
        let is_function = before_name.is_some_and(|before| {
            before.split_whitespace().all(|word| word.starts_with("pub") || ["const", "async"].contains(&word))
        });
        if is_function && !line.trim_end().ends_with([';', '}', ',']) {
            let name = line.split_once("fn ").map_or("", |(_, name)| name);
            open.push((at, indent, name.split(['(', '<']).next().unwrap_or_default().to_owned()));
        }
    }
    found
}

/// Whether the file, or a module that it belongs to, allows unsafe code and says why.
fn fence(file: &Path) -> bool {
    let modules = file.ancestors().skip(1).map(|folder| folder.with_extension("rs")).filter(|module| module.is_file());
    std::iter::once(file.to_path_buf()).chain(modules).any(|module| {
        let text = read(&module);
        let lines: Vec<&str> = text.lines().collect();
        let Some(at) = lines.iter().position(|line| line.contains("allow(unsafe_code")) else { return false };
        let above = at.checked_sub(1).is_some_and(|above| lines[above].trim_start().starts_with("//"));
        above || lines[at].contains("reason =") || lines[at].contains("//")
    })
}

/// Lines that are not comments, with their index.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Whether unsafe code begins here; a type such as that of a C function is none.
fn is_unsafe(line: &str) -> bool {
    let word = concat!("unsa", "fe");
    [" {", " fn ", " impl "].iter().any(|after| line.contains(&format!("{word}{after}")))
        || line.trim_start().starts_with(&format!("{word} extern"))
}

/// Whether the whole file is tests: it lies among a package's tests, or is the test half of the module beside it.
fn is_test(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.components().any(|part| part.as_os_str() == "tests")
        || stem == "tests"
        || stem.ends_with("_tests")
        || stem == "test_vectors"
}

fn lines_without_tests(text: &str) -> usize {
    text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every Rust file that is ours.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root(), &mut found);
    assert!(found.len() > 50, "the search for sources found only {}", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository can be read") {
        let path = entry.expect("a folder of the repository can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            let is_ours = !name.starts_with('.') && name != "target" && name != "corpus" && name != "node_modules";
            if is_ours {
                collect(&path, found);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

/// Names of what a package depends on: `all`, or only what the built package needs.
fn dependencies(package: &serde_json::Value, all: bool) -> Vec<String> {
    let list = package["dependencies"].as_array().expect("a package has a list of dependencies");
    let is_wanted = |dependency: &&serde_json::Value| all || dependency["kind"].is_null();
    list.iter().filter(is_wanted).filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
}

/// What cargo says of the workspace's own packages.
fn metadata() -> serde_json::Value {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--format-version=1"]).current_dir(workspace());
    let output = cargo.output().expect("cargo runs this test, so it can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

fn root() -> PathBuf {
    workspace().canonicalize().expect("the workspace exists")
}
