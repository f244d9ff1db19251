//! A process that vouches, in a test's own: an orchestrator towards an identity provider, or an identity provider towards a
//! service. What it signs can be bent before it is signed.

use std::path::Path;
use std::time::{Duration, SystemTime};

use keystead_e2e_tests::caller::Caller;
use keystead_interface::names::{ClientRef, InstanceId};
use keystead_interface::operations::Request;
use keystead_interface::operations::identity::{AddClient, ClientState, GetInstance, ProveClient, ShareTrustBundle};
use keystead_interface::status::Status;
use keystead_trust::binding::BindingKind;
use keystead_trust::jws::SigningKey;
use keystead_trust::moment::Moment;
use keystead_trust::payload::definition::{Definition, PinnedProcess, Selectors};
use keystead_trust::payload::evidence::{Evidence, Runtime};
use keystead_trust::payload::proof::Proof;
use keystead_trust::payload::{self, Content, Envelope};
use keystead_trust::slot::trustor::{DEFAULT_CADENCE, Trustor};
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::fresh_id;

/// How long what it signs is good, in seconds.
const LIFETIME: u64 = 60;

/// Whom a daemon believes, or shall not.
pub struct Voucher {
    admin: Caller,
    receiver: InstanceId,
    pub trustor: Trustor,
}

impl Voucher {
    /// One of whom the daemon at this socket knows nothing.
    pub fn unknown(admin_socket: &Path) -> Voucher {
        // Everything here is asked without an identity: the kernel says who we are.
        let admin = Caller::new(admin_socket.to_owned()).as_nobody();
        let receiver = admin.ask(GetInstance {}).expect("anybody may ask").instance_id;
        Voucher { admin, receiver, trustor: Trustor::new(fresh_instance(), DEFAULT_CADENCE).expect("a root") }
    }

    /// One that the daemon believes.
    pub fn believed(admin_socket: &Path) -> Voucher {
        let mut voucher = Voucher::unknown(admin_socket);
        let root = voucher.trustor.root();
        voucher.ask(root).expect("the slot is empty");
        voucher.rotate();
        voucher
    }

    pub fn ask<R: Request>(&self, request: R) -> Result<R::Result, Status> {
        self.admin.ask(request)
    }

    /// Shares the next intermediate.
    pub fn rotate(&mut self) {
        let next = self.trustor.prepare(now(), 128).expect("an intermediate");
        let share: ShareTrustBundle = self.trustor.announce(&next);
        self.ask(share).expect("the root is ours");
        self.trustor.adopt(next);
    }

    /// The number of the last message of ours that the daemon took.
    pub fn last_taken(&self) -> u64 {
        let senders = self.ask(GetInstance {}).expect("anybody may ask").senders;
        let ours = senders.iter().find(|sender| sender.sender_instance == self.trustor.instance());
        ours.map_or(0, |sender| sender.sequence)
    }

    /// The key that signs now.
    pub fn key(&self) -> &SigningKey {
        self.trustor.signer().expect("an intermediate was shared")
    }

    /// From us to the daemon, now, with the next number.
    pub fn envelope(&mut self) -> Envelope {
        let issued_at = now().unix;
        Envelope {
            sender: self.trustor.instance(),
            receiver: self.receiver,
            issued_at,
            expires_at: issued_at + LIFETIME,
            sequence: self.trustor.next_sequence(),
        }
    }

    pub fn sign<C: Content>(&mut self, content: &C) -> String {
        let envelope = self.envelope();
        payload::sign(self.key(), &envelope, content).expect("a signature")
    }

    /// Tells of a client; gives its definition and the nonce for its proof.
    pub fn define(&mut self, definition: &Definition) -> Result<(String, [u8; 16]), Status> {
        let definition = self.sign(definition);
        let nonce = self.ask(AddClient { definition: definition.clone() })?.nonce;
        Ok((definition, nonce.try_into().expect("16 bytes")))
    }

    /// Tells of a client and proves it, with this process as the evidence.
    pub fn vouch(&mut self, definition: &Definition) -> Result<String, Status> {
        let (text, nonce) = self.define(definition)?;
        let proof = self.sign(&proof(&definition.client_ref, &text, nonce));
        self.ask(ProveClient { proof }).map(|proven| proven.identity)
    }
}

/// What is said of the client of this name.
pub fn definition(name: &str, selectors: Selectors, binding: Option<BindingKind>) -> Definition {
    let identity = SpiffeId::parse(&format!("spiffe://localhost/{name}")).expect("an ID");
    let client_ref = ClientRef::new(name).expect("a short name");
    Definition { client_ref, state: ClientState::Running, identity, selectors, binding }
}

/// What proves a definition, by which this process is the client's.
pub fn proof(client: &ClientRef, definition: &str, nonce: [u8; 16]) -> Proof {
    let process = own_process();
    let runtime = Runtime { process, cgroup: None, netns: None, mntns: None, pidns: None };
    Proof {
        client_ref: client.clone(),
        definition_sha256: payload::sha256(definition),
        nonce,
        evidence: vec![Evidence::Runtime(runtime)],
    }
}

/// This process.
pub fn own_process() -> PinnedProcess {
    let own = rustix::process::pidfd_open(rustix::process::getpid(), rustix::process::PidfdFlags::empty());
    let pidfd_inode = rustix::fs::fstat(own.expect("we live")).expect("a descriptor").st_ino;
    PinnedProcess { pid: std::process::id(), pidfd_inode }
}

/// Every process of this user.
pub fn of_uid(uid: u32) -> Selectors {
    Selectors { uid: Some(uid), ..Selectors::default() }
}

/// By the clock that everybody shares.
pub fn now() -> Moment {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is later than 1970");
    Moment { unix: since_1970.as_secs(), uptime: Duration::from_secs(since_1970.as_secs()) }
}

/// An instance that nobody else is.
pub fn fresh_instance() -> InstanceId {
    let random = fresh_id().expect("random bytes");
    InstanceId::new(std::array::from_fn(|at| random.as_bytes()[at]))
}
