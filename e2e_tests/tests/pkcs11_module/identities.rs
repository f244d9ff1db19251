//! Two users: each has tokens of its own.

use keystead_e2e_tests::effort::may_be_others;

use crate::desk::{Desk, is_here, said};

/// Users that are nobody's.
const USERS: [&str; 2] = ["54321", "54322"];

#[test]
fn users_see_different_tokens_and_only_their_own_objects() {
    const WHAT: &str = "users_see_different_tokens_and_only_their_own_objects";
    if !is_here("pkcs11-tool", "opensc", WHAT) || !may_be_others(WHAT) {
        return;
    }
    let desk = Desk::with_software();
    desk.openssl("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=x -days 2");
    desk.openssl("x509 -in cert.pem -outform DER -out cert.der");
    let tool = |user: &str, arguments: &str| {
        let mut command = desk.command("setpriv");
        command.args(["--reuid", user, "--regid", user, "--clear-groups", "pkcs11-tool", "--module"]);
        command.arg(desk.module()).args(["--slot", "1"]).args(arguments.split(' '));
        let output = command.output().expect("timeout is part of every Debian");
        said(&output).unwrap_or_else(|said| panic!("{user}: {arguments}:\n{said}"))
    };
    let [alice, bob] = USERS;
    let serial = |user| {
        let slots = tool(user, "-L");
        slots.lines().find(|line| line.contains("serial num")).expect("a token has one").to_owned()
    };
    assert_ne!(serial(alice), serial(bob));
    assert_eq!(serial(alice), serial(alice), "it is the same every time");
    tool(alice, "--keypairgen --key-type EC:secp256r1 --label mine --id 01");
    tool(alice, "--write-object cert.der --type cert --label card --id 01");
    let objects = tool(alice, "-O");
    assert!(objects.contains("mine") && objects.contains("card"), "{objects}");
    let objects = tool(bob, "-O");
    assert!(!objects.contains("mine") && !objects.contains("card"), "{objects}");
    // The same name is another key.
    tool(bob, "--keypairgen --key-type EC:secp256r1 --label mine --id 01");
    let point = |user| {
        let objects = tool(user, "-O --type pubkey");
        objects.lines().find(|line| line.contains("EC_POINT:")).expect("a point").to_owned()
    };
    assert_ne!(point(alice), point(bob));
}
