//! The one thread that writes. Changes that arrive while it waits for the disk share the next commit, so that many
//! callers pay for one fsync.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::Pending;
use crate::error::StoreError;
use crate::limits::{MAX_CHANGES_PER_COMMIT, MAX_WAITING_CHANGES};

/// Takes changes, and answers each when it is durable.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Change>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It owns the connection and closes it when the writer is dropped.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::sync_channel(MAX_WAITING_CHANGES);
        let thread = thread::Builder::new().name("keystore".into()).spawn(move || run(&connection, &waiting))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread) })
    }

    /// Submits a change. It must leave everything as it was if it fails with an error of its own making; what it wrote
    /// before the error is undone for it.
    pub(super) fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<T> {
        let (answer, answered) = oneshot::channel();
        // The caller may have gone away; the change is made all the same.
        let submitted = self.submit(work, move |outcome| drop(answer.send(outcome)));
        Box::pin(async move {
            submitted?;
            answered.await.unwrap_or_else(|_| Err(stopped()))
        })
    }

    /// Submits a change and blocks the thread until it is durable.
    pub(super) fn change_now<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.submit(work, move |outcome| drop(answer.send(outcome)))?;
        answered.recv().unwrap_or_else(|_| Err(stopped()))
    }

    /// Submits a change that shares its transaction with no other, and blocks the thread until it is durable. Then, in
    /// the writing thread and before any other change is begun, `afterwards` is told whether it was made. What was there
    /// before is by then neither in the write-ahead log nor in the database, unless a reader stayed in the way.
    pub(super) fn change_alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        afterwards: impl FnOnce(bool) + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let answer = move |outcome: Result<T, StoreError>| {
            afterwards(outcome.is_ok());
            drop(answer.send(outcome));
        };
        self.send(Box::new(Waiting { work: Some(work), outcome: None, answer, is_alone: true }))?;
        answered.recv().unwrap_or_else(|_| Err(stopped()))
    }

    fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        answer: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) -> Result<(), StoreError> {
        self.send(Box::new(Waiting { work: Some(work), outcome: None, answer, is_alone: false }))
    }

    fn send(&self, change: Box<dyn Change>) -> Result<(), StoreError> {
        match self.queue.as_ref().map(|queue| queue.try_send(change)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_))) => Err(StoreError::Busy),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(stopped()),
        }
    }
}

impl Drop for Writer {
    /// Waits until what was submitted is durable.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // Had it panicked, every waiting caller would have been told by the drop of its answer.
            let _ = thread.join();
        }
    }
}

/// A change in the queue.
trait Change: Send {
    /// Makes it, inside a savepoint. False if it is to be undone.
    fn apply(&mut self, connection: &Connection) -> bool;
    /// Whether it shares its transaction with no other.
    fn is_alone(&self) -> bool;
    /// Tells the caller. `commit` is how the transaction ended that it was part of.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Waiting<T, W, A> {
    work: Option<W>,
    outcome: Option<Result<T, StoreError>>,
    answer: A,
    is_alone: bool,
}

impl<T, W, A> Change for Waiting<T, W, A>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<T, StoreError> + Send,
    A: FnOnce(Result<T, StoreError>) + Send,
{
    fn apply(&mut self, connection: &Connection) -> bool {
        // A panic is a defect of this one change; the thread must live for the others.
        let run = |work: W| std::panic::catch_unwind(AssertUnwindSafe(|| work(connection)));
        let panicked = |_| Err(StoreError::Storage("a change panicked".into()));
        self.outcome = self.work.take().map(|work| run(work).unwrap_or_else(panicked));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn is_alone(&self) -> bool {
        self.is_alone
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let outcome = match (self.outcome, commit) {
            // Its own error says more than that of the whole transaction.
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(stopped()),
        };
        (self.answer)(outcome);
    }
}

fn run(connection: &Connection, waiting: &Receiver<Box<dyn Change>>) {
    let mut group = Vec::new();
    let mut alone = None;
    while let Some(first) = alone.take().or_else(|| waiting.recv().ok()) {
        let is_alone = first.is_alone();
        group.push(first);
        while !is_alone
            && group.len() < MAX_CHANGES_PER_COMMIT
            && let Ok(next) = waiting.try_recv()
        {
            if next.is_alone() {
                alone = Some(next);
                break;
            }
            group.push(next);
        }
        let commit = make_durable(connection, &mut group);
        if let Err(error) = &commit {
            log::error!("{} changes of the store were not made: {error}", group.len());
            // Some failures have ended the transaction already, others leave it open.
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                log::error!("the store cannot undo a transaction: {error}");
            }
        }
        if is_alone && let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            log::warn!("the write-ahead log was not put away: {error}");
        }
        for change in group.drain(..) {
            change.answer(commit.clone());
        }
    }
}

fn make_durable(connection: &Connection, group: &mut [Box<dyn Change>]) -> Result<(), StoreError> {
    let run = |sql| connection.prepare_cached(sql)?.execute([]);
    run("BEGIN IMMEDIATE")?;
    for change in group {
        run("SAVEPOINT change")?;
        let is_made = change.apply(connection);
        if connection.is_autocommit() {
            return Err(StoreError::Storage("SQLite gave the whole transaction up".into()));
        }
        if !is_made {
            run("ROLLBACK TO change")?;
        }
        run("RELEASE change")?;
    }
    run("COMMIT")?;
    Ok(())
}

fn stopped() -> StoreError {
    StoreError::Storage("the store's writing thread has stopped".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "PRAGMA foreign_keys = ON;
                 CREATE TABLE numbers (n INTEGER UNIQUE);
                 CREATE TABLE promises (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED);",
            )
            .unwrap();
        connection
    }

    fn insert(sql: &'static str, number: i64) -> impl FnOnce(&Connection) -> Result<(), StoreError> + Send {
        move |db| Ok(db.execute(sql, [number]).map(drop)?)
    }

    fn count(writer: &Writer) -> i64 {
        writer.change_now(|db| Ok(db.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0))?)).unwrap()
    }

    type Work = Box<dyn FnOnce(&Connection) -> Result<(), StoreError> + Send>;

    /// Submits changes so that all of them are in one transaction, and gives back what each was answered.
    fn in_one_transaction(writer: &Writer, changes: Vec<Work>) -> Vec<Result<(), StoreError>> {
        let (started, has_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        // While the writer is busy with this one, the others gather.
        let mut busy = writer.change(move |_| {
            started.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        });
        has_started.recv().unwrap();
        let (answers, answered) = mpsc::channel();
        for (index, change) in changes.into_iter().enumerate() {
            let answers = answers.clone();
            writer.submit(change, move |outcome| answers.send((index, outcome)).unwrap()).unwrap();
        }
        drop((answers, release.send(())));
        let mut outcomes: Vec<_> = answered.iter().collect();
        outcomes.sort_by_key(|(index, _)| *index);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(matches!(busy.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(()))));
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }

    #[test]
    fn a_change_that_fails_undoes_itself_and_nothing_else() {
        let writer = Writer::start(database()).unwrap();
        let outcomes = in_one_transaction(
            &writer,
            vec![
                Box::new(insert("INSERT INTO numbers VALUES (?1)", 1)),
                Box::new(|db| {
                    db.execute("INSERT INTO numbers VALUES (100)", [])?;
                    Err(StoreError::AlreadyExists)
                }),
                Box::new(insert("INSERT INTO numbers VALUES (?1)", 1)),
                Box::new(insert("INSERT INTO numbers VALUES (?1)", 2)),
            ],
        );
        assert_eq!(outcomes[0], Ok(()));
        assert_eq!(outcomes[1], Err(StoreError::AlreadyExists));
        assert!(matches!(outcomes[2], Err(StoreError::Storage(_))));
        assert_eq!(outcomes[3], Ok(()));
        assert_eq!(count(&writer), 2);
    }

    #[test]
    fn when_a_commit_fails_nobody_is_told_that_it_worked_and_the_next_one_does() {
        let writer = Writer::start(database()).unwrap();
        let outcomes = in_one_transaction(
            &writer,
            vec![
                Box::new(insert("INSERT INTO numbers VALUES (?1)", 1)),
                // A promise that nobody keeps is noticed by COMMIT.
                Box::new(insert("INSERT INTO promises VALUES (?1)", 9)),
                Box::new(insert("INSERT INTO numbers VALUES (?1)", 2)),
            ],
        );
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::Storage(_)))), "{outcomes:?}");
        assert_eq!(count(&writer), 0);
        writer.change_now(insert("INSERT INTO numbers VALUES (?1)", 3)).unwrap();
        assert_eq!(count(&writer), 1);
    }

    #[test]
    fn what_was_submitted_is_done_even_if_the_caller_does_not_wait() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("database");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("CREATE TABLE numbers (n INTEGER UNIQUE)").unwrap();
        let writer = Writer::start(connection).unwrap();
        for number in 0..100 {
            drop(writer.change(insert("INSERT INTO numbers VALUES (?1)", number)));
        }
        drop(writer);
        let connection = Connection::open(&path).unwrap();
        let kept: i64 = connection.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 100);
    }

    #[test]
    fn a_queue_that_is_full_says_busy_and_drains() {
        let writer = Writer::start(database()).unwrap();
        let (release, released) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        drop(writer.change(move |_| {
            started.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        }));
        has_started.recv().unwrap();
        let submit = |number| writer.submit(insert("INSERT INTO numbers VALUES (?1)", number), drop);
        for number in 0..MAX_WAITING_CHANGES {
            submit(number as i64).unwrap();
        }
        assert_eq!(submit(-1), Err(StoreError::Busy));
        release.send(()).unwrap();
        while let Err(error) = writer.change_now(|_| Ok(())) {
            assert_eq!(error, StoreError::Busy);
            std::thread::yield_now();
        }
        assert_eq!(count(&writer), MAX_WAITING_CHANGES as i64);
    }
}
