//! Any stream: requests one after another until it ends in the middle of one or cannot be read on; no two ways to
//! cut it into pieces give different requests.
#![no_main]

use keystead_interface::frame::{Progress, read};
use keystead_interface::header::HEADER_LEN;
use keystead_interface::request::Request;
use libfuzzer_sys::fuzz_target;

/// Small, so that the fuzzer reaches both sides of it.
const MAX_BODY: usize = 256;

fuzz_target!(|data: &[u8]| {
    let mut rest = data;
    loop {
        match read(rest, MAX_BODY) {
            Ok(Progress::Whole(frame)) => {
                assert!(frame.len() >= HEADER_LEN && !frame.is_empty());
                assert!(frame.body.bytes().len() <= MAX_BODY);
                // A byte less is not yet a request, and the reader knows that exactly one is missing.
                let short = read(&rest[..frame.len() - 1], MAX_BODY);
                assert!(matches!(short, Ok(Progress::Partial { missing: 1, .. })));
                let _ = Request::parse(&frame).map_err(|status| status.for_client(false));
                rest = &rest[frame.len()..];
            }
            Ok(Progress::Partial { missing, .. }) => {
                assert!(missing > 0);
                return;
            }
            Err(error) => {
                assert_ne!(error.status().number(), 0);
                let _ = error.answer().encode();
                return;
            }
        }
    }
});
