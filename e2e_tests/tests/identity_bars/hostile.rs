//! Messages that nobody should send, to every socket of an identity provider and to the administrative ones of services: each
//! is refused, none is a panic, and honest ones in between are served as if nothing had happened.
//!
//! The test is the orchestrator that the identity provider believes, and the identity provider that one of the two services
//! believes: what it bends comes from the right process and, where that is not what is bent, under a good signature.

#[path = "hostile/frames.rs"]
mod frames;
#[path = "hostile/jws.rs"]
mod jws;
#[path = "hostile/payloads.rs"]
mod payloads;
#[path = "hostile/shares.rs"]
mod shares;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use keystead_client::{Deadline, Endpoint, TokenSource};
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::{Chance, rounds};
use keystead_e2e_tests::parties::{self, Daemon};
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::header::Flags;
use keystead_interface::names::InstanceId;
use keystead_interface::operations::admin::Health;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::identity::{GetInstance, ListClientDefinitions};
use keystead_interface::operations::{Opcode, Request};
use keystead_interface::status::Status;
use keystead_trust::binding::Binding;
use keystead_trust::payload;
use keystead_trust::slot::trustor::{DEFAULT_CADENCE, Trustor};
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::{Claims, fresh_id, issue};

use super::voucher::{Voucher, definition, fresh_instance, now, of_uid};

/// Hostile messages between two honest ones of each kind.
const BETWEEN: u64 = 100;
/// The honest client.
const HONEST: &str = "honest";

/// Where hostile messages go, and what they are made of.
pub struct Ground {
    identity_socket: PathBuf,
    identity_admin: PathBuf,
    /// Of the service that believes the identity provider, and of the one that believes the test.
    service_admins: [PathBuf; 2],
    /// The orchestrator that the identity provider believes.
    orchestrator: Voucher,
    /// The identity provider that the second service believes.
    voucher: Voucher,
    /// Somebody whom nobody believes.
    stranger: Trustor,
    /// Messages that were taken once.
    taken: Vec<Shot>,
    /// Definitions under the key of an intermediate that was succeeded; their numbers are yet to come.
    superseded: Vec<String>,
    chance: Chance,
}

/// A message for a socket.
#[derive(Clone)]
pub struct Shot {
    socket: PathBuf,
    bytes: Vec<u8>,
}

/// A kind of hostile message, of which each is made anew.
type Kind = (&'static str, fn(&mut Ground) -> Shot);

impl Shot {
    fn of<R: Request>(socket: &Path, request: R) -> Shot {
        let mut body = Vec::new();
        request.encode(&mut body);
        Shot::raw(socket, Draft::new(R::OPCODE, 0).body(body))
    }

    fn raw(socket: &Path, draft: Draft) -> Shot {
        Shot { socket: socket.to_owned(), bytes: draft.flags(Flags::EXTENDED).bytes() }
    }

    /// Sends it, and nothing after it; gives how it was refused, or none if the connection ended without a word.
    fn fire(&self) -> Option<Status> {
        let mut wire = Wire::connect(&self.socket);
        // A daemon need not read on what it has refused.
        let _ = wire.try_send(&self.bytes);
        let _ = wire.stream().shutdown(std::net::Shutdown::Write);
        wire.try_answer().ok().map(|answer| answer.status())
    }
}

#[test]
fn hostile_messages_are_refused_and_honest_ones_served_between_them() {
    let service = Service::with(parties::SERVICE);
    let believing = Service::with(parties::SERVICE);
    let provider = Daemon::identity_provider(service.home(), 600);
    let mut ground = Ground::new(&service, &believing);
    let instances = ground.instances();
    let kinds: Vec<Kind> = [frames::KINDS, payloads::KINDS, shares::KINDS].concat();
    let count = rounds("hostile messages", 4_000, 10_000);
    let begun = Instant::now();
    let mut refusals: BTreeMap<String, u64> = BTreeMap::new();
    for number in 0..count {
        if number % BETWEEN == 0 {
            ground.be_honest(&service, &believing);
        }
        let (name, forge) = kinds[(number as usize) % kinds.len()];
        let shot = forge(&mut ground);
        let refused = shot.fire();
        assert_ne!(refused, Some(Status::Success), "{name} was taken: {:?}", String::from_utf8_lossy(&shot.bytes));
        *refusals.entry(refused.map_or("hung up".to_owned(), |status| status.to_string())).or_default() += 1;
    }
    ground.be_honest(&service, &believing);
    println!("{} kinds in {:.1?}: {refusals:?}", kinds.len(), begun.elapsed());
    assert_eq!(ground.instances(), instances, "a daemon was started again");
    for service in [&service, &believing] {
        let health = service.caller().ask(Health {}).expect("we are the administrator");
        assert_eq!((health.keys, health.panics), (0, 0), "nothing was done for any of them");
    }
    assert!(!provider.log().contains("panicked"), "{}", provider.log());
}

impl Ground {
    fn new(service: &Service, believing: &Service) -> Ground {
        let admin_of = |service: &Service| service.home().path().join("admin/service-admin.sock");
        let identity_admin = parties::identity_admin_socket(service.home());
        let mut orchestrator = Voucher::believed(&identity_admin);
        let mut superseded = Vec::new();
        for ahead in 0..50 {
            let mut envelope = orchestrator.envelope();
            envelope.sequence += 1_000_000 + ahead;
            let content = definition(HONEST, of_uid(parties::own_uid()), None);
            superseded.push(payload::sign(orchestrator.key(), &envelope, &content).expect("a signature"));
        }
        orchestrator.rotate();
        Ground {
            identity_socket: parties::identity_socket(service.home()),
            service_admins: [admin_of(service), admin_of(believing)],
            voucher: Voucher::believed(&admin_of(believing)),
            stranger: Trustor::new(fresh_instance(), DEFAULT_CADENCE).expect("a root"),
            taken: Vec::new(),
            chance: Chance::new(10_000),
            identity_admin,
            orchestrator,
            superseded,
        }
    }

    /// Everything that is asked of the daemons when nobody disturbs them.
    fn be_honest(&mut self, service: &Service, believing: &Service) {
        let content = definition(HONEST, of_uid(parties::own_uid()), None);
        assert_eq!(self.orchestrator.vouch(&content), Ok(parties::identity(HONEST)));
        let known = self.orchestrator.ask(ListClientDefinitions {}).expect("we are the orchestrator").definitions;
        assert_eq!(known.len(), 1, "a hostile definition was stored");

        let source = TokenSource::at(Endpoint::at(&self.identity_socket));
        let token = source.token(Deadline::after(PATIENCE)).expect("it is proven");
        let listed = service.caller().as_bearer(token.bytes()).ask(ListKeys::default()).map(|listed| listed.keys.len());
        assert_eq!(listed, Ok(0), "the service believes the identity provider");

        let epoch = |caller: Caller| caller.ask(GetInstance {}).expect("anybody may ask").trust_epoch;
        let before = epoch(believing.caller());
        let old = self.token();
        self.voucher.rotate();
        assert_eq!(epoch(believing.caller()), before + 1, "this share was the next");
        let show = |token: String| {
            believing.caller().as_bearer(token).ask(ListKeys::default()).map(|listed| listed.keys.len())
        };
        assert_eq!((show(old), show(self.token())), (Err(Status::AuthStale), Ok(0)));
    }

    /// A token under the newest intermediate of the test.
    fn token(&self) -> String {
        let issued_at = now().unix;
        let claims = Claims {
            subject: SpiffeId::parse(&parties::identity(HONEST)).expect("an ID"),
            audience: vec![parties::identity("keystead-service")],
            issued_at,
            not_before: None,
            expires_at: issued_at + 300,
            id: fresh_id().expect("random bytes"),
            binding: Binding::None,
        };
        issue(self.voucher.key(), &claims).expect("a token")
    }

    /// Who all the daemons are.
    fn instances(&self) -> Vec<InstanceId> {
        let sockets = [&self.identity_admin, &self.identity_socket, &self.service_admins[0], &self.service_admins[1]];
        let ask = |socket: &PathBuf| Caller::new(socket.clone()).as_nobody().ask(GetInstance {});
        sockets.into_iter().map(|socket| ask(socket).expect("anybody may ask").instance_id).collect()
    }

    fn service_admin(&mut self) -> PathBuf {
        self.chance.pick(&self.service_admins).clone()
    }

    fn any_socket(&mut self) -> PathBuf {
        let sockets = [&self.identity_socket, &self.identity_admin, &self.service_admins[0], &self.service_admins[1]];
        (*self.chance.pick(&sockets)).clone()
    }
}

/// The request of an operation, whatever its body is.
fn request(opcode: Opcode, body: Vec<u8>) -> Draft {
    Draft::new(opcode, 0).body(body)
}
