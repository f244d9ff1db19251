//! A core kept awake: with one client both cores fall asleep between messages, and what is measured then is their
//! waking up.

use std::process::{Child, Command, ExitCode, Stdio};

/// A process that is always ready to run on the last core, and gives way to everything. It ends when dropped.
pub(crate) struct Spinner(Child);

impl Spinner {
    pub(crate) fn start() -> Spinner {
        let last = std::thread::available_parallelism().map_or(0, |cores| cores.get() - 1);
        let this = std::env::current_exe().expect("this program is a file");
        // SCHED_IDLE: whatever else becomes ready runs at once (sched(7)).
        let mut command = Command::new("taskset");
        command.args(["-c", &last.to_string(), "chrt", "--idle", "0"]).arg(this).arg("spin");
        let child = command.stdin(Stdio::null()).spawn().expect("taskset and chrt are installed (util-linux)");
        Spinner(child)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the process does.
pub(crate) fn spin() -> ExitCode {
    // If whoever started it dies, so does it, soon.
    let parent = rustix::process::getppid();
    while rustix::process::getppid() == parent {
        for number in 0..10_000_000_u64 {
            std::hint::black_box(number);
        }
    }
    ExitCode::SUCCESS
}
