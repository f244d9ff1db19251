//! Answers of a worker that leave together: whoever waits for one is woken, which costs as much as a quick job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::KeyShape;
use keystead_interface::names::Tenant;
use keystead_provider::{Half, Work};

use crate::limits::{MAX_ANSWERS_TOGETHER, QUICK_JOB};

/// What makes jobs take as long as each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    key: KeyShape,
    algorithm: Algorithm,
    half: Half,
    bytes: usize,
}

/// Tells whoever waits for a job what came of it.
pub(super) type Answer = Box<dyn FnOnce() + Send>;

/// Answers that nobody has heard of yet, all to one tenant and from jobs of one kind.
///
/// They wait for the tenant's next job if that is of their kind and their own was quick. So an answer waits for nothing that
/// would not have delayed it in the queue, and never for other tenants.
#[derive(Default)]
pub(super) struct Answers {
    waiting: Vec<Answer>,
    of: Option<(Option<Tenant>, Kind)>,
}

impl Kind {
    /// The kind of what is done with a key; None of other work.
    pub fn of(work: Work<'_>) -> Option<Kind> {
        match work {
            Work::Use { key, algorithm, half, bytes } => Some(Kind { key: key.shape(), algorithm, half, bytes }),
            _ => None,
        }
    }
}

impl Answers {
    /// Whether they may wait for such a job.
    pub(super) fn may_wait_for(&self, tenant: &Option<Tenant>, kind: Option<Kind>) -> bool {
        let is_alike = |(of_tenant, of_kind): &(Option<Tenant>, Kind)| of_tenant == tenant && Some(*of_kind) == kind;
        let is_room = self.waiting.len() < MAX_ANSWERS_TOGETHER;
        self.waiting.is_empty() || (is_room && self.of.as_ref().is_some_and(is_alike))
    }

    /// Adds that of a job, which took so long. The others waited for it.
    pub(super) fn add(&mut self, answer: Answer, tenant: Option<Tenant>, kind: Option<Kind>, took: Duration) {
        self.waiting.push(answer);
        self.of = kind.filter(|_| took < QUICK_JOB).map(|kind| (tenant, kind));
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Tells everybody. What panics meanwhile is what is done with a result that nobody wants any more.
    pub(super) fn tell(&mut self) {
        for answer in self.waiting.drain(..) {
            let _ = catch_unwind(AssertUnwindSafe(answer));
        }
    }
}

/// A kind, for tests: that of a P-256 signature of so many bytes.
#[cfg(test)]
pub(super) fn kind(bytes: usize) -> Kind {
    use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
    use keystead_interface::attributes::{EccFamily, KeyType};

    let key = KeyShape { key_type: KeyType::EccKeyPair(EccFamily::SecpR1), bits: 256 };
    let algorithm = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256)));
    Kind { key, algorithm, half: Half::Private, bytes }
}

#[cfg(test)]
mod tests {
    use keystead_interface::codes::AuthKind;

    use super::*;

    fn tenant(name: &str) -> Option<Tenant> {
        Tenant::new(AuthKind::DIRECT, name).ok()
    }

    fn after(took: Duration, of: Option<Kind>) -> Answers {
        let mut answers = Answers::default();
        answers.add(Box::new(|| ()), tenant("one"), of, took);
        answers
    }

    #[test]
    fn quick_answers_wait_for_the_tenants_next_job_of_their_kind_alone() {
        let quick = QUICK_JOB / 2;
        assert!(Answers::default().may_wait_for(&tenant("one"), None), "there are none");
        let answers = after(quick, Some(kind(32)));
        assert!(answers.may_wait_for(&tenant("one"), Some(kind(32))));
        assert!(!answers.may_wait_for(&tenant("other"), Some(kind(32))));
        assert!(!answers.may_wait_for(&tenant("one"), Some(kind(64))));
        assert!(!answers.may_wait_for(&tenant("one"), None));
        assert!(!after(QUICK_JOB, Some(kind(32))).may_wait_for(&tenant("one"), Some(kind(32))), "it was slow");
        assert!(!after(quick, None).may_wait_for(&tenant("one"), None), "nobody knows how long the next takes");
    }

    #[test]
    fn a_few_answers_wait_and_then_all_are_told() {
        let (sender, told) = std::sync::mpsc::channel();
        let mut answers = Answers::default();
        for number in 0..MAX_ANSWERS_TOGETHER {
            assert!(answers.may_wait_for(&tenant("one"), Some(kind(32))), "{number} wait");
            let sender = sender.clone();
            let answer = move || sender.send(number).expect("a listener");
            answers.add(Box::new(answer), tenant("one"), Some(kind(32)), Duration::ZERO);
        }
        assert!(!answers.may_wait_for(&tenant("one"), Some(kind(32))));
        assert!(told.try_recv().is_err());
        answers.tell();
        assert!(told.try_iter().eq(0..MAX_ANSWERS_TOGETHER) && answers.is_empty());
    }
}
