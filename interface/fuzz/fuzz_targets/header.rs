//! Any 36 bytes: a header or a refusal; what was read is written again as it was.
#![no_main]

use keystead_interface::header::{HEADER_LEN, Header, judge_prefix};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let judged = judge_prefix(data);
    let Some((head, _)) = data.split_first_chunk::<HEADER_LEN>() else { return };
    match Header::decode(head) {
        Err(error) => assert_eq!(judged, Err(error)),
        Ok((header, reserved_is_zero)) => {
            assert_eq!(judged, Ok(()));
            let written = header.encode();
            assert_eq!(written[..HEADER_LEN - 2], head[..HEADER_LEN - 2]);
            assert_eq!(reserved_is_zero, written == *head);
            // The answer to it is one that can be read.
            let answer = header.answer();
            assert_eq!(Header::decode(&answer.encode()), Ok((answer, true)));
        }
    }
});
