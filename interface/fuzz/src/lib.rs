//! What every family of operations is held to: bytes that can be read are written in one way, and that can be read.

pub use libfuzzer_sys::fuzz_target;

use keystead_interface::error::DecodeError;
use keystead_interface::operations::Message;

/// Reads, writes, reads and writes again. Messages may hold secrets and so cannot be compared; their bytes can.
pub fn round_trip<M: Message>(bytes: &[u8]) {
    let message = match M::decode(bytes) {
        Ok(message) => message,
        Err(error) => return assert_is_told(&error),
    };
    let once = written(message);
    let again = M::decode(&once).expect("what was written can be read");
    assert_eq!(once, written(again));
}

fn written(message: impl Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

/// Every refusal has a reason for people, and a status that old clients know.
fn assert_is_told(error: &DecodeError) {
    assert!(!error.to_string().is_empty());
    let status = error.status();
    assert!(status.number() != 0 && status == status.for_client(false));
}

/// A target for a family. The first byte picks one of its messages; the rest is the body.
#[macro_export]
macro_rules! family {
    ($($message:ty),+ $(,)?) => {
        $crate::fuzz_target!(|data: &[u8]| {
            let Some((pick, body)) = data.split_first() else { return };
            let trips: &[fn(&[u8])] = &[$($crate::round_trip::<$message>),+];
            trips[usize::from(*pick) % trips.len()](body);
        });
    };
}
