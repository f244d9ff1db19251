//! Goal 9: what one tenant does, another does not feel.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::operations::keys::{PsaDestroyKey, PsaGenerateKey};

use crate::Effort;
use crate::figures::{meanwhile, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::spinner::Spinner;
use crate::subject::{CONFIG, Kept, frame, kept_loop, key_name, sign_with_new_key};

/// Requests that are sent without waiting for answers.
const FLOOD: usize = 1000;
const HALF_SENT: usize = 200;
/// Clients of the tenant that is disturbed.
const CLIENTS: usize = 2;
/// Longer than the service waits for the rest of a frame (`request_deadline_ms`).
const HALF_SENT_LIFE: Duration = Duration::from_millis(2500);

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let service = Service::with(CONFIG);
    let sign = sign_with_new_key(&service.caller(), "quiet");
    let noisy = service.caller().as_application("noisy");
    let noisy_sign = sign_with_new_key(&noisy, "loud");
    let _awake = Spinner::start();
    let quiet = || kept_loop(&service, CLIENTS, effort.time, &sign);

    let mut compare = |what: &str, make: &dyn Fn() -> Box<dyn FnMut() + Send>| {
        let with = || meanwhile(make(), quiet).p99;
        let pair = side_by_side(effort.rounds, || quiet().p99, with);
        let what = format!("p99 of P-256 sign beside {what}, to alone");
        report.compare("9", &what, Unit::Microseconds, &pair, Goal::AtMost(2.0));
    };
    compare("a loop of RSA-4096 generation", &|| rsa_loop(&service, &noisy));
    compare("1,000 pipelined requests, over and over", &|| flood(&service, &noisy_sign));
    compare("200 half-sent frames", &|| half_sent(&service, &noisy_sign));
}

/// Makes an RSA key and destroys it.
fn rsa_loop(service: &Service, noisy: &Caller) -> Box<dyn FnMut() + Send> {
    let sign = AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha256));
    let algorithm = Algorithm::AsymmetricSignature(sign);
    let attributes = KeyAttributes::new(KeyType::RsaKeyPair, 4096, Usage::SIGN_HASH, algorithm);
    let generate = frame(noisy, PsaGenerateKey { key_name: key_name("rsa"), attributes });
    let destroy = frame(noisy, PsaDestroyKey { key_name: key_name("rsa") });
    let mut connection = Kept::open(service);
    Box::new(move || {
        connection.exchange(&generate);
        connection.exchange(&destroy);
    })
}

/// Sends a thousand requests at once and then takes their answers.
fn flood(service: &Service, sign: &[u8]) -> Box<dyn FnMut() + Send> {
    let mut connection = Kept::open(service);
    connection.exchange(sign);
    let many = sign.repeat(FLOOD);
    Box::new(move || {
        let mut taken = 0;
        // The answers are smaller than what the sockets hold, so that nobody waits for anybody.
        connection.send(&many);
        while taken < FLOOD {
            taken += connection.receive();
        }
    })
}

/// Opens connections that begin a frame and never end it, again and again.
fn half_sent(service: &Service, sign: &[u8]) -> Box<dyn FnMut() + Send> {
    let (socket, half) = (service.home().socket(), sign[..sign.len() / 2].to_vec());
    Box::new(move || {
        let begin = |_| {
            let stream = UnixStream::connect(&socket).expect("the service listens");
            std::io::Write::write_all(&mut &stream, &half).expect("the service takes it");
            stream
        };
        let streams: Vec<_> = (0..HALF_SENT).map(begin).collect();
        // Each is answered or closed in the end: waiting for that is waiting for the service's deadline.
        for stream in &streams {
            stream.set_read_timeout(Some(HALF_SENT_LIFE)).expect("the limit is not zero");
            let _ = std::io::Read::read(&mut &*stream, &mut [0; 64]);
        }
    })
}
