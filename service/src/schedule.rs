//! What runs where it was read, and what goes to a provider's own workers; tenants are served in turn there.

mod answers;

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use keystead_interface::names::Tenant;
use keystead_interface::status::Status;
use parking_lot::{Condvar, Mutex, MutexGuard};
use tokio::sync::oneshot;

use self::answers::{Answer, Answers};
use crate::error::Failure;
use crate::limits;

pub use self::answers::Kind;

struct Job {
    duration: Duration,
    run: Box<dyn FnOnce() -> Answer + Send>,
}

/// The threads that do a provider's slow work, and the queue before them.
///
/// Jobs of one tenant run in the order in which they came; the tenants that wait are served one job each, in turn, so
/// that a tenant with a thousand jobs delays another's by one job only.
pub struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    waiting: Condvar,
    room: Room,
    long_jobs: usize,
}

/// Who does a provider's slow work.
#[derive(Clone, Copy)]
pub struct Crew {
    /// How many threads.
    pub threads: usize,
    /// How many long jobs may be done at the same time.
    pub long_jobs: usize,
    /// What is added to their scheduling priority (nice(2)): what is slow and much gives way to what is quick.
    pub niceness: i32,
}

impl Crew {
    /// So many threads, one of which is left to short jobs if there are several.
    pub fn of(threads: usize, niceness: i32) -> Crew {
        Crew { threads, long_jobs: threads.saturating_sub(1).max(1), niceness }
    }
}

/// How many jobs may wait.
#[derive(Clone, Copy)]
pub struct Room {
    /// Of all tenants.
    pub jobs: usize,
    /// Of one tenant: a burst is served, a flood is not.
    pub jobs_per_tenant: usize,
}

#[derive(Default)]
struct Queue {
    jobs: HashMap<Option<Tenant>, VecDeque<Job>>,
    /// Tenants that have jobs, in the order in which they are served.
    turns: VecDeque<Option<Tenant>>,
    length: usize,
    /// Long jobs that are being done.
    long_running: usize,
    closed: bool,
}

/// How long a job takes, as far as it matters to those that wait behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duration {
    /// Milliseconds.
    Short,
    /// The same, and no longer than others of the kind.
    Like(Kind),
    /// Up to seconds, as RSA key generation does.
    Long,
}

impl Workers {
    /// Starts threads that are called `name`.
    pub fn start(name: &str, crew: Crew, room: Room) -> std::io::Result<Workers> {
        let shared = Shared { queue: Mutex::default(), waiting: Condvar::new(), room, long_jobs: crew.long_jobs };
        let workers = Workers { shared: Arc::new(shared) };
        for _ in 0..crew.threads {
            let shared = Arc::clone(&workers.shared);
            std::thread::Builder::new().name(name.to_owned()).spawn(move || {
                // On Linux a thread has a priority of its own. A refusal costs fairness only.
                let _ = rustix::process::nice(crew.niceness);
                work(&shared);
            })?;
        }
        Ok(workers)
    }

    /// Queues work of a tenant and waits for its result, [`limits::OPERATION_LIMIT`] at most; then the work goes on,
    /// and may still take effect. Errors: Busy when too much waits already, DeadlineExceeded, and
    /// PsaErrorGenericError when the work panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        tenant: Option<&Tenant>,
        duration: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.run_or(tenant, duration, work, |_| ()).await
    }

    /// The same; what comes of the work when nobody waits for it any more is given to `when_nobody_waits`, on the thread
    /// that did it.
    pub async fn run_or<T: Send + 'static>(
        &self,
        tenant: Option<&Tenant>,
        duration: Duration,
        work: impl FnOnce() -> T + Send + 'static,
        when_nobody_waits: impl FnOnce(T) + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, receiver) = oneshot::channel();
        self.push(
            tenant.cloned(),
            duration,
            Box::new(move || {
                let done = work();
                Box::new(move || {
                    if let Err(unwanted) = sender.send(done) {
                        when_nobody_waits(unwanted);
                    }
                })
            }),
        )?;
        match tokio::time::timeout(limits::OPERATION_LIMIT, receiver).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(Failure::new(Status::PsaErrorGenericError, "the operation panicked")),
            Err(_) => Err(Failure::new(Status::DeadlineExceeded, "the operation is not finished in time")),
        }
    }

    fn push(
        &self,
        tenant: Option<Tenant>,
        duration: Duration,
        run: Box<dyn FnOnce() -> Answer + Send>,
    ) -> Result<(), Failure> {
        let mut locked = self.shared.queue.lock();
        let queue = &mut *locked;
        if queue.length >= self.shared.room.jobs {
            return Err(Failure::new(Status::Busy, "too many operations wait for this provider"));
        }
        let jobs = queue.jobs.entry(tenant.clone()).or_default();
        if jobs.len() >= self.shared.room.jobs_per_tenant {
            return Err(Failure::new(Status::Busy, "too many operations of this client wait for this provider"));
        }
        if jobs.is_empty() {
            queue.turns.push_back(tenant);
        }
        jobs.push_back(Job { duration, run });
        queue.length += 1;
        // Whoever is woken finds the queue unlocked.
        drop(locked);
        self.shared.waiting.notify_one();
        Ok(())
    }
}

impl Drop for Workers {
    /// The threads finish what is queued and end. Nobody waits for them: whoever drops this may serve others.
    fn drop(&mut self) {
        self.shared.queue.lock().closed = true;
        self.shared.waiting.notify_all();
    }
}

impl Queue {
    /// The next job of the tenant whose turn it is, and the tenant. A tenant whose next job is long waits while `long_jobs`
    /// of them are being done.
    fn next(&mut self, long_jobs: usize) -> Option<(Option<Tenant>, Job)> {
        let long_may_run = self.long_running < long_jobs;
        let may_run = |tenant: &Option<Tenant>| {
            let next = self.jobs.get(tenant).and_then(VecDeque::front);
            next.is_some_and(|job| long_may_run || job.duration != Duration::Long)
        };
        let turn = self.turns.iter().position(may_run)?;
        let tenant = self.turns.remove(turn)?;
        let jobs = self.jobs.get_mut(&tenant)?;
        let job = jobs.pop_front()?;
        self.length -= 1;
        if jobs.is_empty() {
            self.jobs.remove(&tenant);
        } else {
            self.turns.push_back(tenant.clone());
        }
        if job.duration == Duration::Long {
            self.long_running += 1;
        }
        Some((tenant, job))
    }
}

fn work(shared: &Shared) {
    let mut answers = Answers::default();
    while let Some((tenant, Job { duration, run })) = shared.next(&mut answers) {
        let begun = Instant::now();
        // A panic is answered PsaErrorGenericError, since the job's sender is dropped, and the worker goes on. The
        // panic hook has counted and logged it.
        if let Ok(answer) = catch_unwind(AssertUnwindSafe(run)) {
            answers.add(answer, tenant, duration.kind(), begun.elapsed());
        }
        if duration == Duration::Long {
            shared.queue.lock().long_running -= 1;
            // One that was passed over may run now.
            shared.waiting.notify_all();
        }
    }
}

impl Duration {
    fn kind(self) -> Option<Kind> {
        match self {
            Duration::Like(kind) => Some(kind),
            Duration::Short | Duration::Long => None,
        }
    }
}

impl Shared {
    /// The next job, and whose it is. Answers that may not wait for it are told before. None if there are no more.
    fn next(&self, answers: &mut Answers) -> Option<(Option<Tenant>, Job)> {
        let mut queue = self.queue.lock();
        loop {
            if let Some((tenant, job)) = queue.next(self.long_jobs) {
                drop(queue);
                if !answers.may_wait_for(&tenant, job.duration.kind()) {
                    answers.tell();
                }
                return Some((tenant, job));
            }
            if !answers.is_empty() {
                MutexGuard::unlocked(&mut queue, || answers.tell());
                continue;
            }
            if queue.closed && queue.length == 0 {
                return None;
            }
            self.waiting.wait(&mut queue);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::answers::kind;
    use super::*;
    use keystead_interface::codes::AuthKind;
    use std::sync::mpsc;

    const ROOM: Room = Room { jobs: 10, jobs_per_tenant: 5 };

    fn job(work: impl FnOnce() + Send + 'static) -> Box<dyn FnOnce() -> Answer + Send> {
        Box::new(move || {
            work();
            Box::new(|| ())
        })
    }

    fn tenant(name: &str) -> Option<Tenant> {
        Tenant::new(AuthKind::DIRECT, name).ok()
    }

    #[test]
    fn tenants_are_served_in_turn_whatever_one_of_them_queued_before() {
        let workers = Workers::start("test", Crew::of(1, 0), ROOM).expect("a thread");
        let (go, gate) = mpsc::channel::<()>();
        let (done, order) = mpsc::channel();
        workers.push(tenant("gate"), Duration::Short, job(move || gate.recv().expect("the signal"))).expect("room");
        for (name, count) in [("flood", 5), ("other", 2)] {
            for _ in 0..count {
                let done = done.clone();
                workers
                    .push(tenant(name), Duration::Short, job(move || done.send(name).expect("a listener")))
                    .expect("room");
            }
        }
        go.send(()).expect("a worker");
        let order: Vec<_> = order.iter().take(7).collect();
        assert_eq!(order, ["flood", "other", "flood", "other", "flood", "flood", "flood"]);
    }

    #[test]
    fn a_flood_is_told_to_come_back_later_and_leaves_room_for_others() {
        let workers = Workers::start("test", Crew::of(0, 0), ROOM).expect("no thread");
        let push = |name| workers.push(tenant(name), Duration::Short, job(|| ())).map_err(|failure| failure.status);
        for _ in 0..5 {
            assert_eq!(push("flood"), Ok(()));
        }
        assert_eq!(push("flood"), Err(Status::Busy));
        assert_eq!(push("other"), Ok(()));
    }

    #[test]
    fn long_jobs_leave_a_thread_to_short_ones() {
        let workers = Workers::start("test", Crew::of(2, 0), ROOM).expect("threads");
        let (go, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        for _ in 0..3 {
            let gate = Arc::clone(&gate);
            let long = move || gate.lock().recv().expect("the signal");
            workers.push(tenant("generates"), Duration::Long, job(long)).expect("room");
        }
        let (done, signed) = mpsc::channel();
        let short = move || done.send(()).expect("a listener");
        workers.push(tenant("signs"), Duration::Short, job(short)).expect("room");
        signed.recv().expect("it is done while the long ones wait");
        (0..3).for_each(|_| go.send(()).expect("a worker"));
    }

    #[test]
    fn no_answer_waits_for_another_tenants_job() {
        let workers = Workers::start("test", Crew::of(1, 0), ROOM).expect("a thread");
        let (go, gate) = mpsc::channel::<()>();
        let wait = job(move || gate.recv().expect("the signal"));
        workers.push(tenant("gate"), Duration::Short, wait).expect("room");
        let (done, events) = mpsc::channel();
        for (name, count) in [("one", 4), ("other", 2)] {
            for _ in 0..count {
                let (begun, told) = (done.clone(), done.clone());
                let quick = move || -> Answer {
                    begun.send((name, "begun")).expect("a listener");
                    Box::new(move || told.send((name, "told")).expect("a listener"))
                };
                workers.push(tenant(name), Duration::Like(kind(7)), Box::new(quick)).expect("room");
            }
        }
        go.send(()).expect("a worker");
        let events: Vec<_> = events.iter().take(12).collect();
        for (at, (name, _)) in events.iter().enumerate().filter(|(_, (_, event))| *event == "begun") {
            let of_others = |event| events[..at].iter().filter(|before| before.0 != *name && before.1 == event).count();
            assert_eq!(of_others("begun"), of_others("told"), "{events:?}");
        }
    }

    #[test]
    fn a_panic_ends_its_own_job_only() {
        let workers = Workers::start("test", Crew::of(1, 0), ROOM).expect("a thread");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let panicked = runtime.block_on(workers.run(None, Duration::Short, || panic!("a fault of the test's")));
        assert_eq!(panicked.expect_err("a failure").status, Status::PsaErrorGenericError);
        assert_eq!(runtime.block_on(workers.run(None, Duration::Short, || 7)).expect("the next job"), 7);
    }
}
