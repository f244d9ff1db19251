//! The client libraries in other languages than Rust: built and tested by a script of their own, `test.sh`.

use std::io::Write;
use std::path::Path;

use crate::languages::{self, Language};
use crate::shell::{Failed, Result, command, run, shown, workspace};
use crate::tally::Tally;

/// Builds each library and runs its tests with this service, also after one has failed. A language whose toolchain is not
/// here is noted in `left_out`; in CI it is a failure.
pub(crate) fn test(service: &Path, left_out: &Path, tally: &mut Tally) -> Result<()> {
    let is_ci = std::env::var_os("CI").is_some();
    all()?.iter().try_for_each(|language| test_one(language, service, is_ci, left_out, tally))
}

fn test_one(language: &Language, service: &Path, is_ci: bool, left_out: &Path, tally: &mut Tally) -> Result<()> {
    let Some(script) = language.script(workspace()) else { return Ok(()) };
    let mut script = command(&script.to_string_lossy(), &[]);
    if language.has_toolchain() {
        return tally.run_script(script.env("KEYSTEAD_SERVICE_BINARY", service));
    }
    let missing = format!("{}: {} {} or later is not here", shown(&script), language.name, language.toolchain);
    if is_ci {
        tally.broken.push(missing);
        return Ok(());
    }
    note(left_out, &missing)
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

fn note(left_out: &Path, line: &str) -> Result<()> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(left_out);
    let written = file.and_then(|mut file| writeln!(file, "{line}"));
    written.map_err(|error| Failed(format!("{}: {error}", left_out.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_not_here_is_left_out_and_in_ci_a_failure() {
        let mut language = all().expect("the file").remove(1);
        language.toolchain_check = Some("false".into());
        let left_out = std::env::temp_dir().join(format!("keystead-left-out-{}", std::process::id()));
        let mut tally = Tally::default();
        test_one(&language, Path::new("/nowhere"), false, &left_out, &mut tally).expect("there is room for a note");
        let noted = std::fs::read_to_string(&left_out).expect("a note");
        std::fs::remove_file(&left_out).expect("it is ours");
        assert!(
            noted.ends_with(&format!("{} {} or later is not here\n", language.name, language.toolchain)),
            "{noted}"
        );
        assert_eq!(tally, Tally::default());
        test_one(&language, Path::new("/nowhere"), true, &left_out, &mut tally).expect("it is counted");
        assert_eq!((tally.broken.len(), left_out.exists()), (1, false));
    }
}
