//! How many operations were compared.

use std::collections::BTreeMap;

/// The comparisons of one family, for each algorithm.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<String, usize>);

impl Tally {
    /// One more operation that both engines did alike.
    pub(crate) fn count(&mut self, algorithm: impl std::fmt::Debug) {
        *self.0.entry(format!("{algorithm:?}")).or_default() += 1;
    }

    /// Prints the counts. Fails if there are not as many algorithms as both engines had when this was written: a family
    /// that one of them lost would pass unseen.
    pub(crate) fn finish(self, family: &str, algorithms: usize) {
        for (algorithm, count) in &self.0 {
            println!("{family}: {count:6} {algorithm}");
        }
        println!("{family}: {:6} in all", self.0.values().sum::<usize>());
        assert_eq!(self.0.len(), algorithms, "algorithms of {family} that both engines have");
    }
}
