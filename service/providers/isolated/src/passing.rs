//! Handing sockets to another process, over a socket.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};

/// Sends these sockets, each with a byte that says how many follow; at most 256.
pub(crate) fn send(over: &UnixStream, sockets: &[UnixStream]) -> io::Result<()> {
    for (place, socket) in sockets.iter().enumerate() {
        let following = u8::try_from(sockets.len() - place - 1).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let passed = [socket.as_fd()];
        control.push(SendAncillaryMessage::ScmRights(&passed));
        sendmsg(over, &[IoSlice::new(&[following])], &mut control, SendFlags::NOSIGNAL)?;
    }
    Ok(())
}

/// Receives what [`send`] sent, and nothing of what follows.
pub(crate) fn receive(over: &UnixStream) -> io::Result<Vec<UnixStream>> {
    let mut sockets = Vec::new();
    loop {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut following = [0];
        let received = recvmsg(over, &mut [IoSliceMut::new(&mut following)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let passed: Option<OwnedFd> = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut passed) => passed.next(),
            _ => None,
        });
        match passed {
            Some(socket) if received.bytes == 1 => sockets.push(UnixStream::from(socket)),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        if following == [0] {
            return Ok(sockets);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn sockets_arrive_in_their_order_and_what_follows_is_left() {
        let (here, mut there) = UnixStream::pair().expect("sockets");
        let (ours, theirs): (Vec<_>, Vec<_>) = (0..3).map(|_| UnixStream::pair().expect("sockets")).unzip();
        send(&here, &theirs).expect("sent");
        drop(theirs);
        (&here).write_all(b"more").expect("sent");
        let mut received = receive(&there).expect("received");
        assert_eq!(received.len(), 3);
        for (place, (mut ours, theirs)) in ours.into_iter().zip(&mut received).enumerate() {
            theirs.write_all(&[place as u8]).expect("sent");
            let mut byte = [9];
            ours.read_exact(&mut byte).expect("received");
            assert_eq!(byte, [place as u8]);
        }
        let mut more = [0; 4];
        there.read_exact(&mut more).expect("received");
        assert_eq!(&more, b"more");
    }
}
