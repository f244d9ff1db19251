//! What the time of PKCS#1 v1.5 decryption tells. That a padding is bad is no secret: the answer says it. What is bad about
//! it is one, because whoever can tell that decrypts messages (Bleichenbacher 1998), so the kinds of bad padding are compared
//! with each other. With implicit rejection nothing may tell good from bad either.

mod ciphertexts;

use std::time::Instant;

use keystead_e2e_tests::effort::Chance;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::operations::asymmetric_encryption::PsaAsymmetricDecrypt;
use keystead_interface::operations::keys::{PsaExportPublicKey, PsaGenerateKey};
use keystead_interface::status::Status;

use self::ciphertexts::{Kind, RSA_BITS, Sealer};
use crate::Effort;
use crate::report::{Goal, Report, Unit};
use crate::spinner::AwakeCore;
use crate::subject::{CONFIG, Kept, frame, key_name};
use crate::timing::{DIFFERENT, t};

/// Ciphertexts of each kind, so that none is judged by what is special about one.
const CIPHERTEXTS: usize = 32;
/// Samples with swtpm are fewer by this: each takes milliseconds.
const SLOWER: usize = 8;
const KEY: &str = "padding";
const ALGORITHM: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let places = [
        ("software", Some(Place::Software), effort.samples),
        ("SoftHSM2", Place::softhsm("timing of padding in SoftHSM2"), effort.samples / 2),
        ("swtpm", Place::swtpm("timing of padding in swtpm"), effort.samples / SLOWER),
    ];
    for (name, place, samples) in places {
        match place {
            Some(place) => {
                compare(name, &place, samples, Answer::Refusal, report);
                compare(name, &place, samples, Answer::Text, report);
            }
            None => report.left_out("padding", name, "it is not installed"),
        }
    }
}

/// What is answered to bad padding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// InvalidPadding.
    Refusal,
    /// A text, by implicit rejection.
    Text,
}

impl Answer {
    /// The provider's line for it.
    const fn line(self) -> &'static str {
        match self {
            Answer::Refusal => "",
            Answer::Text => "implicit_rejection = true\n",
        }
    }
}

/// Decrypts ciphertexts of all kinds in random order, and reports which of them can be told apart.
fn compare(name: &str, place: &Place, samples: usize, answer: Answer, report: &mut Report) {
    // The software is in the configuration already.
    let provider = if matches!(place, Place::Software) { String::new() } else { place.provider() };
    let service = match Service::try_in(place.home(&format!("{CONFIG}{provider}{}", answer.line())), None) {
        Ok(service) => service,
        Err((_, refused)) => return report.left_out("padding", name, refused.log.lines().last().unwrap_or_default()),
    };
    let Some(requests) = requests(&service, place) else {
        return report.left_out("padding", name, "there is no openssl command, which makes the ciphertexts");
    };
    let times = sample(&service, &requests, samples, answer);
    let rejected = if answer == Answer::Text { ", rejected implicitly" } else { "" };
    let what =
        |of: &str| format!("Welch's t of PKCS#1 v1.5 decryption times, {name}, {of}{rejected}, {samples} samples each");
    let bad = &times[1..];
    let pairs = (0..bad.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    let worst = pairs.map(|(one, other)| t(&bad[one], &bad[other])).fold(0.0, f64::max);
    report.judge("padding", &what("the worst two kinds of bad padding"), Unit::T, worst, Goal::AtMost(DIFFERENT));
    let good = t(&times[0], &bad.concat());
    let (pair, goal) = match answer {
        Answer::Refusal => ("good and bad, which the status tells too", Goal::None),
        Answer::Text => ("good and bad", Goal::AtMost(DIFFERENT)),
    };
    report.judge("padding", &what(pair), Unit::T, good, goal);
}

/// Requests of each kind, by their place in [`Kind::ALL`].
fn requests(service: &Service, place: &Place) -> Option<Vec<Vec<Vec<u8>>>> {
    let caller = service.caller().at(place.number());
    let usage = Usage::ENCRYPT.and(Usage::DECRYPT);
    let policy = Algorithm::AsymmetricEncryption(ALGORITHM);
    let attributes = KeyAttributes::new(KeyType::RsaKeyPair, RSA_BITS, usage, policy);
    caller.ask(PsaGenerateKey { key_name: key_name(KEY), attributes }).expect("every provider makes such keys");
    let public = caller.ask(PsaExportPublicKey { key_name: key_name(KEY) }).expect("the key is there").data;
    let sealer = Sealer::new(service.home().path(), &public)?;
    let mut chance = Chance::new(0);
    let mut request = |kind| {
        let ciphertext = sealer.seal(kind, &mut chance);
        let salt = Vec::new();
        frame(&caller, PsaAsymmetricDecrypt { key_name: key_name(KEY), alg: ALGORITHM, ciphertext, salt })
    };
    Some(Kind::ALL.map(|kind| (0..CIPHERTEXTS).map(|_| request(kind)).collect()).to_vec())
}

/// Times in microseconds of each kind, taken by turns in an order that nobody could foresee.
fn sample(service: &Service, requests: &[Vec<Vec<u8>>], samples: usize, answer: Answer) -> Vec<Vec<f64>> {
    let mut chance = Chance::new(1);
    let mut connection = Kept::open(service);
    let _awake = AwakeCore::share(&[service.pid()]);
    let mut times = vec![Vec::with_capacity(samples); requests.len()];
    let mut order: Vec<usize> = (0..requests.len()).collect();
    for _ in 0..samples {
        for last in (1..order.len()).rev() {
            order.swap(last, chance.below(last as u64 + 1) as usize);
        }
        for kind in &order {
            let request = chance.pick(&requests[*kind]);
            let begun = Instant::now();
            let status = connection.try_exchange(request);
            times[*kind].push(begun.elapsed().as_secs_f64() * 1e6);
            let is_text = *kind == 0 || answer == Answer::Text;
            let expected = if is_text { Status::Success } else { Status::PsaErrorInvalidPadding };
            assert_eq!(status as u32, expected.number(), "{:?}", Kind::ALL[*kind]);
        }
    }
    times
}
