//! The real parts that other tests stand on behave as those tests take for granted: tokens that go and come back, a TPM
//! that is killed and remembers.

use keystead_e2e_tests::softhsm::{LABEL, PIN, SoftHsm};
use keystead_e2e_tests::swtpm::Swtpm;

#[test]
fn a_token_keeps_its_objects_while_it_is_away() {
    if !SoftHsm::is_here("a_token_keeps_its_objects_while_it_is_away") {
        return;
    }
    let softhsm = SoftHsm::new();
    softhsm.add_token("second", PIN.as_ref());
    softhsm.tool(LABEL, &["--keypairgen", "--key-type", "EC:prime256v1", "--id", "0a0b", "--label", "a key"]);
    let objects = softhsm.objects(LABEL);
    assert_eq!(objects.len(), 2, "{objects:?}");
    assert!(objects.iter().all(|object| object.id == "0a0b" && object.label == "a key"), "{objects:?}");
    assert!(objects.iter().any(|object| object.class.starts_with("Private") && object.is("never extractable")));
    assert_eq!(softhsm.ids("second"), [""; 0]);

    softhsm.back_up();
    softhsm.take_away(true);
    softhsm.put_back();
    assert_eq!(softhsm.ids(LABEL), ["0a0b"]);
    softhsm.empty();
    assert_eq!(softhsm.ids(LABEL), [""; 0]);
    softhsm.restore();
    assert_eq!(softhsm.objects(LABEL), objects);
}

#[test]
fn a_tpm_remembers_over_a_kill() {
    if !Swtpm::is_here("a_tpm_remembers_over_a_kill") {
        return;
    }
    let mut swtpm = Swtpm::new();
    assert_eq!(swtpm.handles(), [""; 0], "a new one");
    swtpm.tool("tpm2_createprimary", &["-Q", "-C", "o", "-G", "ecc", "-c", "primary.ctx"]);
    assert!(!swtpm.handles().is_empty(), "the tool leaves its object in the TPM");
    swtpm.tool("tpm2_evictcontrol", &["-Q", "-C", "o", "-c", "primary.ctx", "0x81000001"]);
    swtpm.kill();
    swtpm.start();
    assert_eq!(swtpm.handles(), ["- 0x81000001"], "what is persistent is still there, and nothing else");
    swtpm.swap();
    assert_eq!(swtpm.handles(), [""; 0], "another TPM");
    swtpm.swap();
    assert_eq!(swtpm.handles(), ["- 0x81000001"], "the first again");
}
