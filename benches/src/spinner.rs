//! A core kept awake: with one client both cores fall asleep between messages, and what is measured then is their
//! waking up.

use std::process::{Child, Command, ExitCode, Stdio};

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// A process that is always ready to run on the last core, and gives way to everything. It ends when dropped.
pub(crate) struct Spinner(Child);

impl Spinner {
    pub(crate) fn start() -> Spinner {
        let this = std::env::current_exe().expect("this program is a file");
        // SCHED_IDLE: whatever else becomes ready runs at once (sched(7)).
        let mut command = Command::new("taskset");
        command.args(["-c", &last_core().to_string(), "chrt", "--idle", "0"]).arg(this).arg("spin");
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

/// The core that is kept awake, for this thread and some processes alone until it is dropped. Elsewhere the kernel
/// puts client and server on one core or on two as it likes, and to wake another core takes longer than a request.
pub(crate) struct AwakeCore {
    _spinner: Spinner,
    threads: Vec<Pid>,
    before: CpuSet,
}

impl AwakeCore {
    /// Moves every thread that these processes have now, and this one.
    pub(crate) fn share(processes: &[u32]) -> AwakeCore {
        let before = sched_getaffinity(None).expect("the kernel tells it");
        let mut core = CpuSet::new();
        core.set(last_core());
        let threads: Vec<Pid> = processes.iter().flat_map(|process| threads_of(*process)).collect();
        move_threads(&threads, &core);
        AwakeCore { _spinner: Spinner::start(), threads, before }
    }
}

impl Drop for AwakeCore {
    fn drop(&mut self) {
        move_threads(&self.threads, &self.before);
    }
}

fn move_threads(threads: &[Pid], to: &CpuSet) {
    sched_setaffinity(None, to).expect("the core is there");
    for thread in threads {
        // One that has ended meanwhile disturbs nobody.
        let _ = sched_setaffinity(Some(*thread), to);
    }
}

fn threads_of(process: u32) -> Vec<Pid> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("the process runs");
    let number = |task: std::fs::DirEntry| task.file_name().to_str()?.parse().ok().and_then(Pid::from_raw);
    tasks.flatten().filter_map(number).collect()
}

fn last_core() -> usize {
    let allowed = sched_getaffinity(None).expect("the kernel tells it");
    (0..CpuSet::MAX_CPU).rev().find(|core| allowed.is_set(*core)).expect("this thread runs on a core")
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
