//! Threads that another one cancels, which C programs do and Rust does not.

use keystead_e2e_tests::binary::workspace;

use crate::desk::Desk;
use crate::inside;

#[test]
fn a_thread_may_be_cancelled_inside_a_call() {
    if inside::is_inside() {
        return;
    }
    let desk = Desk::with_software();
    let source = workspace().join("e2e_tests/tests/pkcs11_module/cancellation.c").display().to_string();
    let strict = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread"];
    desk.run("cc", &[&strict[..], &["-o", "program", &source, "-ldl"]].concat());
    let said = desk.run("./program", &[&desk.module().display().to_string()]);
    assert_eq!(said.trim(), "0 not as expected");
}
