//! PIDFD_GET_INFO (Linux 6.13, `include/uapi/linux/pidfd.h`): what the kernel says of a pinned process in one call.
// The ioctl is unknown to the safe wrappers; its argument is a plain structure that we own.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::AsFd;

use rustix::ioctl::{Updater, ioctl, opcode};

/// What was asked and answered; the rest of the kernel's structure is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PidfdInfo {
    /// As our pid namespace numbers it.
    pub pid: u32,
    /// Real uid now.
    pub ruid: u32,
    /// Effective uid now.
    pub euid: u32,
    /// Id of its cgroup in the unified hierarchy, where the kernel has one.
    pub cgroup_id: Option<u64>,
}

/// Asks; none on kernels before 6.13.
pub(super) fn read(pidfd: impl AsFd) -> io::Result<Option<PidfdInfo>> {
    let mut raw = Raw { mask: CREDENTIALS | CGROUP_ID, ..Raw::default() };
    // SAFETY: the opcode is PIDFD_GET_INFO of this very structure's size, which is the kernel's first
    // (PIDFD_INFO_SIZE_VER0), and the kernel writes no more than the size that the opcode carries. Every bit pattern
    // is a value of its fields.
    let asked = unsafe { ioctl(pidfd, Updater::<GET_INFO, Raw>::new(&mut raw)) };
    match asked {
        Ok(()) if raw.mask & CREDENTIALS != 0 => {
            let cgroup_id = (raw.mask & CGROUP_ID != 0).then_some(raw.cgroup_id);
            Ok(Some(PidfdInfo { pid: raw.tgid, ruid: raw.ruid, euid: raw.euid, cgroup_id }))
        }
        Ok(()) => Err(io::ErrorKind::InvalidData.into()),
        Err(rustix::io::Errno::NOTTY | rustix::io::Errno::INVAL) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

const GET_INFO: rustix::ioctl::Opcode = opcode::read_write::<Raw>(0xff, 11);
/// PIDFD_INFO_CREDS
const CREDENTIALS: u64 = 1 << 1;
/// PIDFD_INFO_CGROUPID
const CGROUP_ID: u64 = 1 << 2;

/// `struct pidfd_info` as of Linux 6.13.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Raw {
    mask: u64,
    cgroup_id: u64,
    pid: u32,
    tgid: u32,
    ppid: u32,
    ruid: u32,
    rgid: u32,
    euid: u32,
    egid: u32,
    suid: u32,
    sgid: u32,
    fsuid: u32,
    fsgid: u32,
    spare: u32,
}

const _: () = assert!(size_of::<Raw>() == 64);
