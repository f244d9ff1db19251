//! The Debian packages that the tests need, installed where that is allowed.

use crate::shell::{Failed, Result, command, run, succeeds};

/// A package and what the tests do with it.
struct Package {
    /// Its name in Debian 12.
    name: &'static str,
    /// What succeeds where it, or the same from elsewhere, is there.
    presence: &'static [&'static str],
    /// What for.
    reason: &'static str,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "openssl",
        presence: &["openssl", "version"],
        reason: "checks signatures, certificate requests and ciphertexts of ours",
    },
    Package {
        name: "cmake",
        presence: &["cmake", "--version"],
        reason: "builds Mbed TLS, with which the differential test compares our cryptography",
    },
    Package {
        name: "make",
        presence: &["make", "--version"],
        reason: "is what CMake builds Mbed TLS with, and installs the C library",
    },
    Package { name: "gcc", presence: &["cc", "--version"], reason: "compiles programs that use the C library" },
    Package { name: "g++", presence: &["c++", "--version"], reason: "compiles the C library's header as C++" },
    Package { name: "binutils", presence: &["nm", "--version"], reason: "lists what the C library exports" },
    Package { name: "python3", presence: &["python3", "--version"], reason: "configures Mbed TLS before it is built" },
    Package {
        name: "python3-venv",
        presence: &["python3", "-c", "import ensurepip, venv"],
        reason: "keeps SPIFFE's library for Python, which the tests run against the Workload API, apart from the system's",
    },
    Package {
        name: "libclang-dev",
        presence: &["sh", "-c", "test -n \"$LIBCLANG_PATH\" || dpkg-query --status libclang-dev"],
        reason: "reads the headers of Mbed TLS, so that Rust can call it",
    },
    Package {
        name: "openssh-client",
        presence: &["sh", "-c", "command -v ssh-keygen && command -v ssh-add"],
        reason: "signs with keys of our SSH agent, and verifies that",
    },
    Package {
        name: "softhsm2",
        presence: &["sh", "-c", "test -e /usr/lib/softhsm/libsofthsm2.so && softhsm2-util --version"],
        reason: "is the PKCS#11 module whose tokens the tests keep keys in",
    },
    Package {
        name: "opensc",
        presence: &["sh", "-c", "command -v pkcs11-tool"],
        reason: "looks into the tokens (pkcs11-tool), makes keys there for adoption, and uses our own PKCS#11 module",
    },
    Package {
        name: "gnutls-bin",
        presence: &["sh", "-c", "command -v p11tool"],
        reason: "uses our PKCS#11 module (p11tool)",
    },
    Package {
        name: "libengine-pkcs11-openssl",
        presence: &["sh", "-c", "test -e \"$(openssl version -e | cut -d'\"' -f2)/pkcs11.so\""],
        reason: "lets OpenSSL use our PKCS#11 module",
    },
    Package {
        name: "openssh-client",
        presence: &["sh", "-c", "command -v ssh && command -v ssh-keygen"],
        reason: "uses our PKCS#11 module (ssh -I)",
    },
    Package {
        name: "openssh-server",
        presence: &["test", "-x", "/usr/sbin/sshd"],
        reason: "is logged in to with a key of our PKCS#11 module",
    },
    Package {
        name: "default-jdk-headless",
        presence: &["sh", "-c", "command -v javac && javac -version"],
        reason: "uses our PKCS#11 module (SunPKCS11), and builds the Java client",
    },
    Package { name: "swtpm", presence: &["swtpm", "--version"], reason: "is the TPM 2.0 that the tests keep keys in" },
    Package {
        name: "swtpm-tools",
        presence: &["sh", "-c", "command -v swtpm_setup"],
        reason: "gives a TPM an endorsement key with its certificate",
    },
    Package {
        name: "tpm2-tools",
        presence: &["tpm2_getcap", "--version"],
        reason: "looks into the TPM, and clears its lock-out as an operator would",
    },
    Package {
        name: "runc",
        // Where Debian has it, only root looks for programs.
        presence: &["sh", "-c", "PATH=$PATH:/usr/sbin command -v runc"],
        reason: "runs the containers that get identities through its hooks",
    },
    Package {
        name: "busybox-static",
        presence: &["sh", "-c", "/bin/busybox true && ! ldd /bin/busybox"],
        reason: "is the shell in those containers, and needs no libraries",
    },
    Package {
        name: "pkg-config",
        presence: &["pkg-config", "--version"],
        reason: "finds the libraries that the TPM provider is built on, and the C library",
    },
    Package {
        name: "libtss2-dev",
        presence: &["pkg-config", "--exists", "tss2-esys", "tss2-sys", "tss2-mu", "tss2-tctildr"],
        reason: "is what the TPM provider is built on (cargo feature `tpm`)",
    },
    Package {
        name: "libtss2-tcti-swtpm0",
        presence: &["sh", "-c", "/sbin/ldconfig -p | grep -q libtss2-tcti-swtpm.so.0"],
        reason: "connects the TPM provider and tpm2-tools with swtpm",
    },
];

/// Toolchains of the client libraries. Where one is not and cannot be installed, its library's tests are left out, and say so.
const TOOLCHAINS: &[Package] = &[
    Package { name: "golang-go", presence: &["go", "version"], reason: "builds the Go client" },
    Package { name: "nodejs", presence: &["node", "--version"], reason: "runs the Node.js client" },
    Package { name: "npm", presence: &["npm", "--version"], reason: "installs what the Node.js client needs" },
    Package { name: "maven", presence: &["mvn", "--version"], reason: "builds and tests the Java client" },
];

/// Sees to it that every package is there. Fails with the list of those that are not and cannot be installed.
pub(crate) fn provide() -> Result<()> {
    let missing = |packages: &'static [Package]| packages.iter().filter(|package| !is_there(package));
    let missing_toolchains = missing(TOOLCHAINS).map(|package| package.name);
    let missing: Vec<&Package> = missing(PACKAGES).collect();
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let wanted: Vec<&str> = names.iter().copied().chain(missing_toolchains).collect();
    if !wanted.is_empty() && may_install() {
        run(&mut apt(&["update"]))?;
        return run(&mut apt(&[&["install", "--yes", "--no-install-recommends"], wanted.as_slice()].concat()));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = missing.iter().map(|p| format!("  {} ({})", p.name, p.reason)).collect();
    let names = names.join(" ");
    Err(Failed(format!(
        "these Debian packages are missing and only root can install them:\n{}\nrun: sudo apt-get install {names}",
        lines.join("\n")
    )))
}

fn is_there(package: &Package) -> bool {
    package.presence.split_first().is_some_and(|(program, arguments)| succeeds(&mut command(program, arguments)))
}

fn may_install() -> bool {
    succeeds(&mut command("sh", &["-c", "test \"$(id -u)\" = 0"])) && succeeds(&mut command("apt-get", &["--version"]))
}

fn apt(arguments: &[&str]) -> std::process::Command {
    let mut apt = command("apt-get", arguments);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}
