//! The client libraries in other languages than Rust: built and tested by a script of their own, `test.sh`.

use std::io::Write;
use std::path::Path;

use crate::languages::{self, Language};
use crate::shell::{Failed, Result, command, run, shown, workspace};
use crate::tally::Tally;

/// Builds each library and runs its tests with this service, also after one has failed. A language whose toolchain is not
/// here is noted in `left_out`; in CI it is a failure.
pub(crate) fn test(service: &Path, left_out: &Path, tally: &mut Tally) -> Result<()> {
    for language in all()? {
        let Some(script) = language.script(workspace()) else { continue };
        let script = &mut command(&script.to_string_lossy(), &[]);
        if language.has_toolchain() {
            tally.run_script(script.env("KEYSTEAD_SERVICE_BINARY", service))?;
        } else if std::env::var_os("CI").is_some() {
            tally.broken.push(format!("{}: {}", shown(script), missing(&language)));
        } else {
            note(left_out, &format!("{}: {}", shown(script), missing(&language)))?;
        }
    }
    Ok(())
}

/// Builds what measures each library. Languages whose toolchain is not here are not built.
pub(crate) fn build() -> Result<()> {
    for language in all()?.iter().filter(|language| language.has_toolchain()) {
        if let Some(script) = language.script(workspace()) {
            run(&mut command(&script.to_string_lossy(), &["build"]))?;
        }
    }
    Ok(())
}

fn all() -> Result<Vec<Language>> {
    languages::read(workspace()).map_err(Failed)
}

fn missing(language: &Language) -> String {
    format!("{} {} or later is not here", language.name, language.toolchain)
}

fn note(left_out: &Path, line: &str) -> Result<()> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(left_out);
    let written = file.and_then(|mut file| writeln!(file, "{line}"));
    written.map_err(|error| Failed(format!("{}: {error}", left_out.display())))
}
