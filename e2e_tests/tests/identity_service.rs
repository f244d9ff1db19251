//! The service and whoever vouches for applications: its sockets, the trust that it holds, and tokens.

use std::fs;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::header::{Flags, HEADER_LEN, Header};
use keystead_interface::names::{InstanceId, KeyName};
use keystead_interface::operations::admin::{Health, ListClients, MoveClient};
use keystead_interface::operations::core::{ListAuthenticators, ListKeys, ListOpcodes};
use keystead_interface::operations::identity::{GetInstance, ShareTrustBundle};
use keystead_interface::operations::keys::{PsaDestroyKey, PsaExportPublicKey, PsaGenerateKey};
use keystead_interface::operations::{Opcode, Request};
use keystead_interface::status::Status;
use keystead_trust::attacks::{Refusal, attacks};
use keystead_trust::binding::{Binding, BindingKind, PeerFacts};
use keystead_trust::jwks;
use keystead_trust::jws::SigningKey;
use keystead_trust::moment::Moment;
use keystead_trust::peer::Peer;
use keystead_trust::slot::trustor::{DEFAULT_CADENCE, Trustor};
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::{Claims, fresh_id, issue};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};

/// A service with an admin socket in a folder of its own.
const WITH_ADMIN_SOCKET: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
admin_socket_path = "admin/service-admin.sock"

[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]

[[provider]]
kind = "software"
"#;

/// Operations of the contract that the service has on no socket.
const OF_THE_IDENTITY_PROVIDER: [Opcode; 5] =
    [Opcode::AddClient, Opcode::ProveClient, Opcode::RemoveClient, Opcode::ListClientDefinitions, Opcode::GetToken];

fn admin(service: &Service) -> Caller {
    Caller::new(service.home().path().join("admin/service-admin.sock"))
}

/// How an operation without a body ends.
fn status_of(caller: &Caller, opcode: Opcode) -> Status {
    let draft = Draft::new(opcode, 0).flags(Flags::EXTENDED);
    caller.connect().exchange(&draft.bytes()).status()
}

#[test]
fn operations_of_trust_exist_where_they_belong() {
    let service = Service::with(WITH_ADMIN_SOCKET);
    let (application, admin) = (service.caller(), admin(&service));
    assert_eq!(status_of(&application, Opcode::ShareTrustBundle), Status::OpcodeDoesNotExist);
    for opcode in OF_THE_IDENTITY_PROVIDER {
        assert_eq!(status_of(&application, opcode), Status::OpcodeDoesNotExist, "{opcode:?}");
        assert_eq!(status_of(&admin, opcode), Status::OpcodeDoesNotExist, "{opcode:?}");
    }
    let listed =
        |caller: &Caller| caller.ask(ListOpcodes { provider_id: ProviderNumber::CORE }).expect("a list").opcodes;
    let shares = Opcode::ShareTrustBundle.number();
    assert!(!listed(&application).contains(&shares) && listed(&admin).contains(&shares));
    for caller in [&application, &admin] {
        assert!(listed(caller).contains(&GetInstance::OPCODE.number()));
        assert!(OF_THE_IDENTITY_PROVIDER.iter().all(|opcode| !listed(caller).contains(&opcode.number())));
        caller.ask(Health {}).expect("administrators are served on every socket");
        caller.ask(ListClients {}).expect("administrators are served on every socket");
    }
}

#[test]
fn a_service_is_known_by_an_id_that_lasts_until_its_end() {
    let service = Service::with(WITH_ADMIN_SOCKET);
    let instance = |service: &Service| {
        let seen = [service.caller(), admin(service)].map(|caller| caller.ask(GetInstance {}).expect("an instance"));
        assert_eq!(seen[0].instance_id, seen[1].instance_id);
        assert!(seen[0].senders.is_empty() && !seen[0].version.is_empty());
        seen[0].instance_id
    };
    let first = instance(&service);
    service.reload();
    assert_eq!(instance(&service), first, "a reload is no new start");
    let service = Service::in_home(service.kill());
    assert_ne!(instance(&service), first);
    let legacy = service.caller().legacy();
    let answer = legacy.connect().exchange(&legacy.draft(GetInstance {}).bytes());
    assert_eq!(answer.status(), Status::OpcodeDoesNotExist);
}

#[test]
fn the_admin_socket_is_closed_to_strangers() {
    let service = Service::with(WITH_ADMIN_SOCKET);
    let folder = service.home().path().join("admin");
    let mode = |path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(folder.clone()), mode(folder.join("service-admin.sock"))), (0o750, 0o660));
    assert_eq!(mode(service.home().socket()), 0o666);
}

/// [`WITH_ADMIN_SOCKET`] with an identity provider of the service's own user.
fn with_tokens() -> String {
    format!(
        "{WITH_ADMIN_SOCKET}\n[[authenticator]]\nkind = \"jwt\"\ntrust_domain = \"example.org\"\n\
         identity_provider_user = \"self\"\nadmins = [\"spiffe://example.org/operator\"]\n"
    )
}

fn now() -> Moment {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is later than 1970");
    Moment { unix: since_1970.as_secs(), uptime: Duration::from_secs(since_1970.as_secs()) }
}

/// What an identity provider does towards a service, in this process.
struct Voucher {
    trustor: Trustor,
    admin: Caller,
}

impl Voucher {
    fn new(admin: Caller) -> Voucher {
        let instance = fresh_id().expect("random bytes");
        let instance: [u8; 16] = std::array::from_fn(|at| instance.as_bytes()[at]);
        Voucher { trustor: Trustor::new(InstanceId::new(instance), DEFAULT_CADENCE).expect("a root"), admin }
    }

    fn share_root(&mut self) -> Result<u64, Status> {
        let share = self.trustor.root();
        self.send(share)
    }

    fn share_intermediate(&mut self) -> Result<u64, Status> {
        let generation = self.trustor.prepare(now(), 128).expect("an intermediate");
        let share = self.trustor.announce(&generation);
        let epoch = self.send(share)?;
        self.trustor.adopt(generation);
        Ok(epoch)
    }

    /// Root and intermediate, so that tokens are believed.
    fn serving(service: &Service) -> Voucher {
        let mut voucher = Voucher::new(admin(service));
        voucher.share_root().expect("the slot is empty");
        voucher.share_intermediate().expect("the root is ours");
        voucher
    }

    fn send(&self, share: ShareTrustBundle) -> Result<u64, Status> {
        self.admin.ask(share).map(|shared| shared.trust_epoch)
    }

    fn token(&self, path: &str, binding: Binding) -> String {
        issue(self.trustor.signer().expect("an intermediate was shared"), &claims(path, binding)).expect("a token")
    }
}

fn claims(path: &str, binding: Binding) -> Claims {
    let now = now().unix;
    Claims {
        subject: SpiffeId::parse(&format!("spiffe://example.org/{path}")).expect("an ID"),
        audience: vec!["spiffe://example.org/keystead-service".to_owned()],
        issued_at: now,
        not_before: None,
        expires_at: now + 300,
        id: fresh_id().expect("random bytes"),
        binding,
    }
}

/// What the kernel says of this process.
fn own_facts() -> PeerFacts {
    let (ours, _theirs) = UnixStream::pair().expect("a socket pair");
    let peer = Peer::of(&ours).expect("credentials");
    peer.pinned(&ours).and_then(|process| process.facts()).expect("we live")
}

fn signer() -> KeyAttributes {
    let signature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    KeyAttributes::new(
        KeyType::EccKeyPair(EccFamily::SecpR1),
        256,
        Usage::SIGN_HASH,
        Algorithm::AsymmetricSignature(signature),
    )
}

fn key_name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

fn generate(caller: &Caller, name: &str) -> Result<(), Status> {
    caller.ask(PsaGenerateKey { key_name: key_name(name), attributes: signer() }).map(drop)
}

fn keys(caller: &Caller) -> Result<Vec<String>, Status> {
    let listed = caller.ask(ListKeys::default())?;
    Ok(listed.keys.into_iter().map(|key| key.name.into_string()).collect())
}

#[test]
fn applications_of_one_uid_have_keys_of_their_own_by_their_tokens() {
    let service = Service::with(&with_tokens());
    let described = service.caller().ask(ListAuthenticators {}).expect("anybody may ask").authenticators;
    let kinds: Vec<_> = described.iter().map(|one| one.id).collect();
    assert_eq!(kinds, [AuthKind::UNIX_PEER_CREDENTIALS, AuthKind::JWT]);

    let early = Voucher::new(admin(&service));
    assert_eq!(keys(&service.caller().as_bearer("no token")), Err(Status::AuthenticationError));
    drop(early);
    let voucher = Voucher::serving(&service);
    let one = service.caller().as_bearer(voucher.token("one", Binding::None));
    let other = service.caller().as_bearer(voucher.token("other", Binding::None));
    generate(&one, "signing").expect("a key");
    generate(&other, "signing").expect("another key");
    generate(&other, "second").expect("another key");
    assert_eq!(keys(&one), Ok(vec!["signing".to_owned()]));
    assert_eq!(keys(&other).map(|keys| keys.len()), Ok(2));
    assert_eq!(keys(&service.caller()), Ok(Vec::new()), "the uid is somebody else");

    assert_eq!(one.ask(Health {}).err(), Some(Status::AdminOperation));
    let operator = service.caller().as_bearer(voucher.token("operator", Binding::None));
    let clients = operator.ask(ListClients {}).expect("an administrator").clients;
    assert_eq!(clients, ["spiffe://example.org/one", "spiffe://example.org/other"]);
}

#[test]
fn the_next_intermediate_ends_the_tokens_of_the_one_before() {
    let service = Service::with(&with_tokens());
    let mut voucher = Voucher::serving(&service);
    let caller = service.caller().as_bearer(voucher.token("app", Binding::None));
    let mut kept = caller.connect();
    for _ in 0..3 {
        caller.ask_on(&mut kept, ListKeys::default()).expect("a good token");
    }
    let before = caller.ask(GetInstance {}).expect("anybody may ask");
    voucher.share_intermediate().expect("the root is ours");
    assert_eq!(
        caller.ask_on(&mut kept, ListKeys::default()).err(),
        Some(Status::AuthStale),
        "also on a kept connection"
    );
    assert_eq!(keys(&caller), Err(Status::AuthStale));
    let legacy = service.caller().legacy().as_bearer(voucher.token("app", Binding::None));
    assert_eq!(keys(&legacy), Ok(Vec::new()));
    let after = caller.ask(GetInstance {}).map(|told| (told.trust_epoch, told.senders[0].sequence));
    assert_eq!(after, Err(Status::AuthStale), "who shows a token is judged by it");
    let after = service.connect().exchange(&Draft::new(Opcode::GetInstance, 0).flags(Flags::EXTENDED).bytes());
    assert_eq!(after.status(), Status::Success);
    let told = admin(&service).ask(GetInstance {}).expect("anybody may ask");
    assert_eq!((told.trust_epoch, told.senders[0].sequence), (before.trust_epoch + 1, 3));
}

#[test]
fn a_token_is_its_own_process_s() {
    let service = Service::with(&with_tokens());
    let voucher = Voucher::serving(&service);
    for kind in [BindingKind::Process, BindingKind::Uid, BindingKind::Cgroup] {
        let Ok(binding) = own_facts().binding(kind) else { continue };
        let token = voucher.token("app", binding);
        let own = service.caller().as_bearer(token.clone());
        let mut kept = own.connect();
        for _ in 0..2 {
            own.ask_on(&mut kept, ListKeys::default()).expect("it is ours");
        }
        let stolen = in_a_child("use_a_stolen_token", &service.home().socket(), &token);
        let expected = if kind == BindingKind::Process { "AuthenticationError (11)" } else { "Success (0)" };
        assert_eq!(stolen.said, expected, "{kind:?}");
        if may_be_others("tokens_of_another_uid") && kind != BindingKind::None {
            let other = service.caller().as_uid(4_300).as_bearer(token.clone());
            assert_eq!(keys(&other), Err(Status::AuthenticationError), "{kind:?}");
        }
    }
}

#[test]
fn a_connection_that_outlives_its_process_is_nobody_s() {
    let service = Service::with(&with_tokens());
    let voucher = Voucher::serving(&service);
    let lender = in_a_child("lend_a_connection", &service.home().socket(), "");
    let mut lent = UnixStream::from(lender.lent().expect("a connection"));
    let caller = service.caller().as_bearer(voucher.token("app", Binding::None));
    let mut ask = || {
        let request = caller.draft(ListKeys::default()).flags(Flags(Flags::EXTENDED.0 | Flags::KEEP_ALIVE.0)).bytes();
        lent.write_all(&request).expect("the service reads");
        let mut head = [0; HEADER_LEN];
        lent.read_exact(&mut head).expect("every request is answered");
        let (header, _) = Header::decode(&head).expect("a header");
        assert_eq!(header.body_len, 0, "there are no keys");
        Status::from_number(header.status.into()).expect("a status")
    };
    assert_eq!(ask(), Status::Success);
    assert_eq!(ask(), Status::Success);
    lender.kill();
    assert_eq!(ask(), Status::AuthenticationError);
}

#[test]
fn volatile_keys_are_of_a_process_as_the_application_that_it_is() {
    let service = Service::with(&with_tokens());
    let voucher = Voucher::serving(&service);
    let app = service.caller().as_bearer(voucher.token("app", Binding::None));
    let other = service.caller().as_bearer(voucher.token("other", Binding::None));
    let mut kept = app.connect();
    for _ in 0..2 {
        app.ask_on(&mut kept, ListKeys::default()).expect("a good token");
    }
    let make = || PsaGenerateKey { key_name: key_name("k"), attributes: signer().volatile() };
    let public_half = || PsaExportPublicKey { key_name: key_name("k") };
    app.ask_on(&mut kept, make()).expect("made");
    let own = app.ask_on(&mut kept, public_half()).expect("it is there").data;
    assert_eq!(app.ask(public_half()).expect("on another connection too").data, own);
    assert_eq!(other.ask(public_half()).err(), Some(Status::PsaErrorDoesNotExist));
    other.ask(make()).expect("made");
    assert_ne!(other.ask(public_half()).expect("it is there").data, own);

    let lender = in_a_child("lend_a_connection", &service.home().socket(), "");
    let mut lent = Wire::over(UnixStream::from(lender.lent().expect("a connection")));
    assert_eq!(app.ask_on(&mut lent, public_half()).err(), Some(Status::PsaErrorDoesNotExist), "another process");
    app.ask_on(&mut lent, make()).expect("made");
    app.ask_on(&mut lent, public_half()).expect("it is there");
    lender.kill();
    assert_eq!(app.ask_on(&mut lent, public_half()).err(), Some(Status::AuthenticationError), "nor is the token good");
    assert_eq!(app.ask_on(&mut kept, public_half()).expect("it is there").data, own);
    assert_eq!(keys(&app), Ok(Vec::new()));
}

#[test]
fn a_root_is_its_process_s_for_life() {
    let service = Service::with(&with_tokens());
    let first = in_a_child("vouch", &admin_path(&service), "app");
    let caller = service.caller().as_bearer(first.said.clone());
    let mut kept = caller.connect();
    caller.ask_on(&mut kept, ListKeys::default()).expect("it was vouched for");

    let mut second = Voucher::new(admin(&service));
    assert_eq!(second.share_root(), Err(Status::PsaErrorAlreadyExists), "the first lives");
    assert_eq!(second.share_intermediate(), Err(Status::PsaErrorNotPermitted));
    caller.ask_on(&mut kept, ListKeys::default()).expect("nothing changed");

    first.kill();
    assert_eq!(caller.ask_on(&mut kept, ListKeys::default()).err(), Some(Status::AuthStale));
    assert_eq!(keys(&caller), Err(Status::AuthStale));
    assert!(admin(&service).ask(GetInstance {}).expect("anybody may ask").senders.is_empty());
    assert_eq!(second.share_intermediate(), Err(Status::AuthStale), "no root is held");
    second.share_root().expect("the slot is empty");
    second.share_intermediate().expect("the root is ours");
    assert_eq!(keys(&caller), Err(Status::AuthStale), "the first's tokens are not the second's");
    assert_eq!(keys(&service.caller().as_bearer(second.token("app", Binding::None))), Ok(Vec::new()));
}

#[test]
fn only_the_identity_provider_shares() {
    let service =
        Service::with(&with_tokens().replace("identity_provider_user = \"self\"", "identity_provider_user = \"4301\""));
    let mut stranger = Voucher::new(admin(&service));
    assert_eq!(stranger.share_root(), Err(Status::AdminOperation));
    let empty = Draft::new(Opcode::ShareTrustBundle, 0).flags(Flags::EXTENDED);
    let answer = admin(&service).connect().exchange(&empty.bytes());
    assert_eq!(answer.status(), Status::AdminOperation, "nothing of a stranger's is read");
    assert!(service.log().contains("trust was not taken"), "{}", service.log());
    let nobody = Service::with(WITH_ADMIN_SOCKET);
    assert_eq!(Voucher::new(admin(&nobody)).share_root(), Err(Status::AdminOperation));
    let service = Service::with(&format!("{}identity_provider_unit = \"no-such.service\"\n", with_tokens()));
    assert_eq!(Voucher::new(admin(&service)).share_root(), Err(Status::AdminOperation));
}

#[test]
fn shares_that_are_not_quite_right_change_nothing() {
    let service = Service::with(&with_tokens());
    let mut voucher = Voucher::serving(&service);
    let good = service.caller().as_bearer(voucher.token("app", Binding::None));
    let mut share = || voucher.trustor.newest().expect("one was adopted");
    let other = Voucher::new(admin(&service)).trustor.root();
    for (wrong, why) in [
        (ShareTrustBundle { sequence: 1, ..share() }, Status::PsaErrorInvalidArgument),
        (ShareTrustBundle { sender_instance: InstanceId::new([9; 16]), ..share() }, Status::PsaErrorInvalidArgument),
        (ShareTrustBundle { certificate: other.certificate, ..share() }, Status::PsaErrorInvalidArgument),
        (ShareTrustBundle { certificate: Vec::new(), ..share() }, Status::PsaErrorInvalidArgument),
        (ShareTrustBundle { certificate: vec![0x30; 2_000], ..share() }, Status::PsaErrorInvalidArgument),
    ] {
        assert_eq!(admin(&service).ask(wrong).err(), Some(why));
        assert_eq!(keys(&good), Ok(Vec::new()), "what was believed before still is");
    }
}

#[test]
fn every_forged_token_is_refused_through_the_socket() {
    let service = Service::with(&with_tokens());
    let voucher = Voucher::serving(&service);
    let process = own_facts().binding(BindingKind::Process).expect("we live");
    let good = Claims { not_before: Some(now().unix), ..claims("ns/web", process) };
    let key = voucher.trustor.signer().expect("an intermediate was shared");
    let forged = attacks(key, &good).expect("a good token to begin with");
    assert!(forged.len() >= 500, "only {}", forged.len());
    let mut sent = 0;
    for attack in forged {
        // A longer one cannot even be written into a request.
        if attack.token.len() > usize::from(u16::MAX) {
            continue;
        }
        sent += 1;
        let expected = match attack.refusal {
            Refusal::Stale => Status::AuthStale,
            Refusal::Invalid => Status::AuthenticationError,
        };
        let caller = service.caller().as_bearer(attack.token);
        assert_eq!(generate(&caller, "forged"), Err(expected), "{}", attack.name);
    }
    assert!(sent >= 490, "only {sent}");
    let health = service.caller().ask(Health {}).expect("we are the administrator");
    assert_eq!((health.keys, health.panics), (0, 0), "nothing was done for any of them");
    assert_eq!(keys(&service.caller().as_bearer(issue(key, &good).expect("a token"))), Ok(Vec::new()));
}

/// From the test's own user to an application that has tokens.
fn move_to_app(service: &Service, dry_run: bool) -> Result<(u64, Vec<String>), Status> {
    let asked = MoveClient {
        old_auth_type: AuthKind::UNIX_PEER_CREDENTIALS,
        old_client: rustix::process::geteuid().as_raw().to_string(),
        new_auth_type: AuthKind::JWT,
        new_client: "spiffe://example.org/app".to_owned(),
        dry_run,
    };
    service.caller().ask(asked).map(|moved| (moved.keys, moved.collisions))
}

#[test]
fn an_application_goes_from_its_uid_to_tokens_with_its_keys() {
    let service = Service::with(&with_tokens());
    let voucher = Voucher::serving(&service);
    let (before, after) = (service.caller(), service.caller().as_bearer(voucher.token("app", Binding::None)));
    assert_eq!(move_to_app(&service, false), Err(Status::PsaErrorDoesNotExist), "there is nothing to move");
    for name in ["a", "b"] {
        generate(&before, name).expect("a key");
    }
    generate(&after, "b").expect("a key");
    assert_eq!(move_to_app(&service, true), Ok((2, vec!["b".to_owned()])));
    assert_eq!(move_to_app(&service, false), Err(Status::PsaErrorAlreadyExists));
    assert_eq!(keys(&before).map(|keys| keys.len()), Ok(2), "all or nothing");
    after.ask(PsaDestroyKey { key_name: KeyName::new("b").expect("a short name") }).expect("it was there");

    let exported = |caller: &Caller, name| {
        let key_name = KeyName::new(name).expect("a short name");
        caller.ask(PsaExportPublicKey { key_name }).map(|exported| exported.data)
    };
    let public = exported(&before, "a").expect("it is there");
    assert_eq!(move_to_app(&service, false), Ok((2, Vec::new())));
    assert_eq!(exported(&before, "a").err(), Some(Status::PsaErrorDoesNotExist), "also if it was in use");
    assert_eq!((keys(&before), keys(&after)), (Ok(Vec::new()), Ok(vec!["a".to_owned(), "b".to_owned()])));
    assert_eq!(exported(&after, "a"), Ok(public.clone()), "it is the same key");
    let service = Service::in_home(service.kill());
    let voucher = Voucher::serving(&service);
    let after = service.caller().as_bearer(voucher.token("app", Binding::None));
    assert_eq!(exported(&after, "a"), Ok(public), "and it stays");

    let asked = |old_client: &str, new_client: &str| MoveClient {
        old_auth_type: AuthKind::JWT,
        old_client: old_client.to_owned(),
        new_auth_type: AuthKind::JWT,
        new_client: new_client.to_owned(),
        dry_run: false,
    };
    let app = "spiffe://example.org/app";
    assert_eq!(after.ask(asked(app, "spiffe://example.org/b")).err(), Some(Status::AdminOperation));
    for (old, new) in [(app, app), (app, "app"), ("", app), (app, "spiffe://example.org/b/")] {
        assert_eq!(service.caller().ask(asked(old, new)).err(), Some(Status::PsaErrorInvalidArgument), "{new}");
    }
}

/// A JWT-SVID as SPIRE writes it.
fn svid(issuer: &SigningKey, audience: &str) -> String {
    let header = format!(r#"{{"alg":"ES256","kid":"{}","typ":"JWT"}}"#, issuer.key_id());
    let (from, until) = (now().unix, now().unix + 300);
    let claims =
        format!(r#"{{"sub":"spiffe://spire.test/web","aud":["other","{audience}"],"iat":{from},"exp":{until}}}"#);
    issuer.sign(header.as_bytes(), claims.as_bytes()).expect("a signature")
}

#[test]
fn tokens_of_another_issuer_are_believed_while_its_key_is_in_the_bundle() {
    let config = format!(
        "{WITH_ADMIN_SOCKET}\n[[authenticator]]\nkind = \"jwt-svid\"\ntrust_domain = \"spire.test\"\n\
         bundle_path = \"bundle.json\"\n"
    );
    let home = Home::new(&config);
    let bundle = home.path().join("bundle.json");
    let (issuer, next) = (SigningKey::generate().expect("a key"), SigningKey::generate().expect("a key"));
    fs::write(&bundle, jwks::of_key(&issuer)).expect("the directory is ours");
    let service = Service::in_home(home);
    let caller = |token: String| service.caller().as_svid(token);
    let good = caller(svid(&issuer, "parsec"));
    generate(&good, "k").expect("a key");
    assert_eq!(keys(&good), Ok(vec!["k".to_owned()]));
    assert_eq!(keys(&caller(svid(&issuer, "somebody"))), Err(Status::AuthenticationError));
    assert_eq!(keys(&caller(svid(&next, "parsec"))), Err(Status::AuthStale));
    let header = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, issuer.key_id());
    let forged = next.sign(header.as_bytes(), b"{}").expect("a signature");
    assert_eq!(keys(&caller(forged)), Err(Status::AuthenticationError), "signed by another key than it says");

    fs::write(&bundle, jwks::of_key(&next)).expect("the directory is ours");
    let mut kept = good.connect();
    good.ask_on(&mut kept, ListKeys::default()).expect("nobody has read the new bundle yet");
    service.reload();
    assert_eq!(good.ask_on(&mut kept, ListKeys::default()).err(), Some(Status::AuthStale));
    assert_eq!(keys(&caller(svid(&next, "parsec"))), Ok(vec!["k".to_owned()]));
    fs::write(&bundle, "no bundle").expect("the directory is ours");
    service.reload();
    assert_eq!(keys(&caller(svid(&next, "parsec"))), Ok(vec!["k".to_owned()]), "what cannot be read changes nothing");
}

fn admin_path(service: &Service) -> PathBuf {
    service.home().path().join("admin/service-admin.sock")
}

/// Another process, and the line that it said.
struct Other {
    child: Child,
    said: String,
    line: UnixStream,
}

impl Other {
    /// The descriptor that it sends after its line.
    fn lent(&self) -> Option<OwnedFd> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        let flags = RecvFlags::CMSG_CLOEXEC;
        recvmsg(&self.line, &mut [IoSliceMut::new(&mut byte)], &mut control, flags).expect("it lives");
        control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut given) => given.next(),
            _ => None,
        })
    }

    fn kill(mut self) {
        self.child.kill().expect("the child is ours");
        self.child.wait().expect("the child is ours");
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one of the tests below in a process of its own, with a socket and a word. It says one line, and lives on.
fn in_a_child(test: &str, socket: &Path, word: &str) -> Other {
    let folder = keystead_e2e_tests::folder::Folder::new();
    let ears = folder.path().join("ears");
    let listener = UnixListener::bind(&ears).expect("the directory is ours");
    let child = Command::new(std::env::current_exe().expect("a test has a file"))
        .args(["--exact", test, "--nocapture"])
        .env("KEYSTEAD_TEST_EARS", &ears)
        .env("KEYSTEAD_TEST_SOCKET", socket)
        .env("KEYSTEAD_TEST_WORD", word)
        .stdout(Stdio::null())
        .spawn()
        .expect("a test can be run");
    let (stream, _) = listener.accept().expect("the child speaks");
    // Byte by byte: what follows the line may carry a descriptor.
    let (mut said, mut byte) = (Vec::new(), [0]);
    loop {
        (&stream).read_exact(&mut byte).expect("the child speaks");
        if byte == *b"\n" {
            break;
        }
        said.extend(byte);
    }
    let said = String::from_utf8(said).expect("the child writes text");
    Other { child, said, line: stream }
}

/// In such a child: says a line, and waits to be ended.
fn say(act: impl FnOnce(PathBuf, String) -> String) {
    let (Some(ears), Some(socket), Ok(word)) = (
        std::env::var_os("KEYSTEAD_TEST_EARS"),
        std::env::var_os("KEYSTEAD_TEST_SOCKET"),
        std::env::var("KEYSTEAD_TEST_WORD"),
    ) else {
        return;
    };
    let said = act(socket.into(), word);
    let mut line = UnixStream::connect(ears).expect("the parent listens");
    writeln!(line, "{said}").expect("the parent listens");
    // Until the parent closes its end, or ends us.
    let _ = line.read(&mut [0]);
}

/// Only in a child: an identity provider that shares, and gives a token for the application that the word names.
#[test]
fn vouch() {
    say(|admin_socket, application| {
        let mut voucher = Voucher::new(Caller::new(admin_socket));
        voucher.share_root().expect("the slot is empty");
        voucher.share_intermediate().expect("the root is ours");
        voucher.token(&application, Binding::None)
    });
}

/// Only in a child: somebody who lends its connection to the service to its parent.
#[test]
fn lend_a_connection() {
    let (Some(ears), Some(socket)) = (std::env::var_os("KEYSTEAD_TEST_EARS"), std::env::var_os("KEYSTEAD_TEST_SOCKET"))
    else {
        return;
    };
    let connection = UnixStream::connect(socket).expect("the service listens");
    let mut line = UnixStream::connect(ears).expect("the parent listens");
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let lent = [connection.as_fd()];
    assert!(control.push(SendAncillaryMessage::ScmRights(&lent)), "there is room for one");
    writeln!(line, "here").expect("the parent listens");
    sendmsg(&line, &[IoSlice::new(b"!")], &mut control, SendFlags::empty()).expect("the parent listens");
    let _ = line.read(&mut [0]);
}

/// Only in a child: somebody who shows the token that the word is.
#[test]
fn use_a_stolen_token() {
    say(|socket, token| {
        let status = keys(&Caller::new(socket).as_bearer(token)).err().unwrap_or(Status::Success);
        status.to_string()
    });
}
