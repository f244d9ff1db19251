//! A call from C: whatever happens in it, it comes back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::cancellation::Uncancelled;

/// Does what a function is called for from C, and gives its result. Every function that C calls does all of its work in
/// here: no panic leaves it, and no other thread ends this one inside it.
///
/// A panic is a defect, which must not end the caller's process: then this gives `defect`.
pub fn call<T>(what: impl FnOnce() -> T, defect: T) -> T {
    let _uncancelled = Uncancelled::begin();
    catch_unwind(AssertUnwindSafe(what)).unwrap_or(defect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_result() {
        assert_eq!(call(|| 1, 2), 1);
        assert_eq!(call(|| panic!("a defect"), 2), 2);
    }
}
