//! Operations in several parts that are under way. A caller's object holds a number and nothing else, so that neither copies
//! of it, nor an old one, nor one of the parent process can do harm.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::limits::MAX_OPERATIONS;
use crate::status::{BAD_STATE, INSUFFICIENT_MEMORY, Refusal, Result, refuse};

/// What an object holds: the number of an operation, 0 for none. One that the library does not have is an operation that
/// failed: all that can be done with it is to abort it.
pub(crate) type Number = u64;

/// The number of the last operation. None comes twice, not even in a child that was forked: what it inherited from its parent
/// must not be taken for something of its own.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The operations of one kind.
pub(crate) struct Operations<T> {
    active: Mutex<HashMap<Number, T>>,
}

impl<T> Default for Operations<T> {
    fn default() -> Self {
        Operations { active: Mutex::default() }
    }
}

impl<T> Operations<T> {
    /// Begins an operation.
    pub(crate) fn begin(&self, operation: T) -> Result<Number> {
        let mut active = self.active.lock();
        if active.len() >= MAX_OPERATIONS {
            return refuse(INSUFFICIENT_MEMORY);
        }
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        active.insert(number, operation);
        Ok(number)
    }

    /// Goes on with an operation. It is taken out meanwhile: a call that fails, and one that another thread makes at the same
    /// time, finds none.
    pub(crate) fn go_on<R>(&self, number: Number, step: impl FnOnce(&mut T) -> Result<R>) -> Result<R> {
        let mut operation = self.take(number)?;
        let result = step(&mut operation)?;
        self.active.lock().insert(number, operation);
        Ok(result)
    }

    /// Takes an operation out, to end it.
    pub(crate) fn take(&self, number: Number) -> Result<T> {
        self.active.lock().remove(&number).ok_or(Refusal(BAD_STATE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::INVALID_ARGUMENT;

    #[test]
    fn an_operation_that_failed_is_over() {
        let operations = Operations::default();
        let number = operations.begin(0).unwrap();
        operations
            .go_on(number, |count| {
                *count += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(operations.go_on(number, |_| refuse::<()>(INVALID_ARGUMENT)), refuse(INVALID_ARGUMENT));
        assert_eq!(operations.go_on(number, |_| Ok(())), refuse(BAD_STATE));
        assert_eq!(operations.take(number), refuse(BAD_STATE));
    }

    #[test]
    fn numbers_are_nobody_elses_and_never_0() {
        let (hashes, macs) = (Operations::default(), Operations::default());
        let numbers = [hashes.begin(()).unwrap(), macs.begin(()).unwrap(), hashes.begin(()).unwrap()];
        assert!(numbers.iter().all(|number| *number != 0));
        assert_eq!(macs.take(numbers[0]), refuse(BAD_STATE));
        assert_eq!(hashes.take(numbers[0]), Ok(()));
    }

    #[test]
    fn nobody_has_more_than_the_limit() {
        let operations = Operations::default();
        for _ in 0..MAX_OPERATIONS {
            operations.begin(()).unwrap();
        }
        assert_eq!(operations.begin(()), refuse(INSUFFICIENT_MEMORY));
    }
}
