//! The blocking client against a service that follows a script.

#[path = "service/scripted.rs"]
#[allow(dead_code)]
mod scripted;
#[path = "service/stories.rs"]
mod stories;

use std::time::Duration;

use keystead_client::interface::header::{Flags, HEADER_LEN};
use keystead_client::interface::operations::Opcode;
use keystead_client::interface::status::Status;
use keystead_client::{Client, Deadline};
use scripted::{Scripted, Step};

/// What a call gives.
fn done<T>(given: T) -> T {
    given
}

#[test]
fn bytes_that_no_client_sends_can_be_sent() {
    let wrong_magic = Step::refusal(Opcode::Ping, Flags(0), Status::InvalidHeader);
    let service = Scripted::start(vec![vec![wrong_magic]]);
    let client = service.client();
    let deadline = Deadline::after(Duration::from_secs(5));
    let mut connection = client.connect().unwrap();
    connection.send_raw(&[&[0xff; HEADER_LEN - 14], &[0; 14]], deadline).unwrap();
    let answer = connection.receive_raw(deadline).unwrap();
    assert_eq!((answer.header[32], answer.body.expose().len()), (17, 0));
    assert!(connection.is_closed(deadline).unwrap());
    drop(connection);
    service.finish(client);
}
