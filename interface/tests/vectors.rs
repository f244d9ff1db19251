//! The golden bytes of `vectors/`: each is read, means what its README says, and is written again bit for bit.

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::error::DecodeError;
use keystead_interface::frame::{Progress, read};
use keystead_interface::header::{Flags, HEADER_LEN, Header};
use keystead_interface::names::{ClientRef, InstanceId, KeyName};
use keystead_interface::operations::admin::{
    AcceptToken, AcceptTokenResult, AdoptKey, AdoptKeyResult, DeleteClient, ListClientsResult, MoveClient,
    MoveClientResult, RekeyStore, RekeyStoreResult, ReleaseClient, ReleaseClientResult,
};
use keystead_interface::operations::attestation::{
    TpmCertify, TpmCertifyResult, TpmEndorsementCertificatesResult, TpmQuote, TpmQuoteResult,
};
use keystead_interface::operations::core::{KeyInfo, ListKeysResult, ListOpcodes, ListOpcodesResult, Ping, PingResult};
use keystead_interface::operations::identity::*;
use keystead_interface::operations::keys::PsaGenerateKey;
use keystead_interface::operations::{Message, Opcode};
use keystead_interface::status::Status;

/// Bytes of the file `vectors/name.hex`.
fn vector(name: &str) -> Vec<u8> {
    let path = format!("{}/vectors/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let digits: String = text.lines().filter(|line| !line.starts_with('#')).collect();
    let digits: Vec<u32> =
        digits.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).expect("a digit")).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

fn header_of(bytes: &[u8]) -> Header {
    let (head, _) = bytes.split_first_chunk::<HEADER_LEN>().expect("a whole header");
    let (header, reserved_is_zero) = Header::decode(head).expect("a good header");
    assert!(reserved_is_zero);
    header
}

/// Reads a request, and checks that its header is written again as it was.
fn request(name: &str) -> (Header, Vec<u8>, Vec<u8>) {
    let bytes = vector(name);
    let Ok(Progress::Whole(frame)) = read(&bytes, 1 << 20) else { panic!("{name} is a whole request") };
    assert_eq!(frame.len(), bytes.len(), "{name} is one request and nothing more");
    assert_eq!(frame.header.encode(), bytes[..HEADER_LEN], "{name}");
    (frame.header, frame.body.bytes().to_vec(), frame.auth.bytes().to_vec())
}

/// The answer as this crate writes it.
fn answer(header: Header, status: Status, body: Vec<u8>) -> Vec<u8> {
    let body_len = body.len() as u32;
    let status = status.number() as u16;
    [&Header { body_len, status, ..header }.encode()[..], &body].concat()
}

fn encoded(message: impl Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

fn body_of(bytes: &[u8]) -> &[u8] {
    &bytes[HEADER_LEN..]
}

fn k1() -> KeyAttributes {
    KeyAttributes::new(
        KeyType::EccKeyPair(EccFamily::SecpR1),
        256,
        Usage::SIGN_HASH.and(Usage::VERIFY_HASH),
        Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256))),
    )
}

/// The lifetime follows what Parsec knows, so that it skips it.
#[test]
fn a_volatile_key_is_a_persistent_one_and_a_field_more() {
    let bytes = [k1().to_bytes(), vec![0xa0, 0x06, 0x01]].concat();
    assert_eq!(k1().volatile().to_bytes(), bytes);
    let read = KeyAttributes::from_bytes(&bytes).expect("attributes");
    assert_eq!((read, read.persistent(), read.is_volatile()), (k1().volatile(), k1(), true));
}

#[test]
fn ping_and_its_answer() {
    let (header, body, auth) = request("V1");
    assert_eq!(header, Header::request(Opcode::Ping, ProviderNumber::CORE, AuthKind::NONE, Flags(0)));
    assert!(auth.is_empty() && Ping::decode(&body).is_ok());
    assert!(encoded(Ping {}).is_empty());

    let result = PingResult { wire_protocol_version_maj: 1, wire_protocol_version_min: 0 };
    assert_eq!(answer(header.answer(), Status::Success, encoded(result)), vector("V1r"));
    let read = PingResult::decode(body_of(&vector("V1r"))).expect("V1r");
    assert_eq!((read.wire_protocol_version_maj, read.wire_protocol_version_min), (1, 0));
}

#[test]
fn list_opcodes_and_its_answer() {
    let (header, body, auth) = request("V2");
    assert_eq!((header.auth_type, auth.as_slice()), (AuthKind::DIRECT, &b"jimbob"[..]));
    assert_eq!(ListOpcodes::decode(&body).expect("V2").provider_id, ProviderNumber::SOFTWARE);
    assert_eq!(encoded(ListOpcodes { provider_id: ProviderNumber::SOFTWARE }), body);

    let opcodes = vec![1, 3, 2, 6];
    assert_eq!(ListOpcodesResult::decode(body_of(&vector("V2r"))).expect("V2r").opcodes, opcodes);
    assert_eq!(answer(header.answer(), Status::Success, encoded(ListOpcodesResult { opcodes })), vector("V2r"));
}

#[test]
fn administration() {
    let (header, body, auth) = request("V3");
    assert_eq!((header.auth_type, auth.as_slice()), (AuthKind::DIRECT, &b"admin_priv"[..]));
    assert_eq!(DeleteClient::decode(&body).expect("V3").client, "existing client");
    assert_eq!(encoded(DeleteClient { client: "existing client".into() }), body);
    assert_eq!(answer(header.answer(), Status::AdminOperation, Vec::new()), vector("V3e"));

    let clients = vec!["jim".to_owned(), "bob".to_owned()];
    assert_eq!(ListClientsResult::decode(body_of(&vector("V4r"))).expect("V4r").clients, clients);
    let header = Header::request(Opcode::ListClients, ProviderNumber::CORE, AuthKind::NONE, Flags(0));
    assert_eq!(answer(header, Status::Success, encoded(ListClientsResult { clients })), vector("V4r"));
}

#[test]
fn a_quarantine_ends() {
    let (header, body, auth) = request("V10");
    assert_eq!((header.flags, header.auth_type, auth), (Flags::EXTENDED, AuthKind::UNIX_PEER_CREDENTIALS, vec![0; 4]));
    assert_eq!(header.opcode, Opcode::ReleaseClient.number());
    assert_eq!(ReleaseClient::decode(&body).expect("V10").client, "1000");
    assert_eq!(encoded(ReleaseClient { client: "1000".into() }), body);
    assert!(ReleaseClientResult::decode(body_of(&vector("V10r"))).expect("V10r").released);
    let result = encoded(ReleaseClientResult { released: true });
    assert_eq!(answer(header.answer(), Status::Success, result), vector("V10r"));
}

#[test]
fn another_token_is_accepted() {
    let (header, body, _) = request("V11");
    assert_eq!((header.flags, header.opcode), (Flags::EXTENDED, Opcode::AcceptToken.number()));
    assert_eq!(AcceptToken::decode(&body).expect("V11").provider, "hsm");
    assert_eq!(encoded(AcceptToken { provider: "hsm".into() }), body);
    let read = AcceptTokenResult::decode(body_of(&vector("V11r"))).expect("V11r");
    assert_eq!((read.former.as_str(), read.accepted.as_str()), ("serial 1", "serial 2"));
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V11r"));
}

#[test]
fn a_key_is_adopted() {
    let (header, body, _) = request("V12");
    assert_eq!((header.flags, header.opcode), (Flags::EXTENDED, Opcode::AdoptKey.number()));
    let asked = AdoptKey::decode(&body).expect("V12");
    assert_eq!((asked.provider.as_str(), asked.client.as_str(), asked.key_name.as_str()), ("hsm", "1000", "k1"));
    assert_eq!((asked.attributes, &asked.object_id[..]), (k1().with_bits(0), &[1, 2][..]));
    assert_eq!(encoded(asked), body);
    let read = AdoptKeyResult::decode(body_of(&vector("V12r"))).expect("V12r");
    assert_eq!(read.attributes, k1());
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V12r"));
    assert!(AdoptKey::decode(&[]).is_err(), "the attributes are mandatory");
}

#[test]
fn a_client_moves() {
    let (header, body, _) = request("V22");
    assert_eq!((header.flags, header.opcode), (Flags::EXTENDED, Opcode::MoveClient.number()));
    let asked = MoveClient::decode(&body).expect("V22");
    assert_eq!((asked.old_auth_type, asked.old_client.as_str()), (AuthKind::UNIX_PEER_CREDENTIALS, "1000"));
    assert_eq!((asked.new_auth_type, asked.new_client.as_str()), (AuthKind::JWT, "spiffe://td/app"));
    assert!(asked.dry_run);
    assert_eq!(encoded(asked), body);
    let read = MoveClientResult::decode(body_of(&vector("V22r"))).expect("V22r");
    assert_eq!((read.keys, read.collisions.as_slice()), (2, &["k1".to_owned()][..]));
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V22r"));
}

#[test]
fn a_store_is_rekeyed() {
    let (header, body, _) = request("V13");
    assert_eq!((header.flags, header.opcode), (Flags::EXTENDED, Opcode::RekeyStore.number()));
    assert!(RekeyStore::decode(&body).is_ok() && encoded(RekeyStore {}).is_empty());
    let read = RekeyStoreResult::decode(body_of(&vector("V13r"))).expect("V13r");
    assert_eq!((read.place.as_str(), read.records), ("tpm", 300));
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V13r"));
}

#[test]
fn a_tpm_states_what_was_measured() {
    let (header, body, _) = request("V14");
    assert_eq!((header.flags, header.provider), (Flags::EXTENDED, ProviderNumber::TPM));
    assert_eq!(header.opcode, Opcode::TpmQuote.number());
    let asked = TpmQuote::decode(&body).expect("V14");
    assert_eq!((asked.signing_key_name.as_str(), asked.pcr_bank, &asked.pcrs[..]), ("k1", Hash::Sha256, &[0, 7][..]));
    assert_eq!(asked.qualifying_data, [1, 2, 3]);
    assert_eq!(encoded(asked), body);
    let read = TpmQuoteResult::decode(body_of(&vector("V14r"))).expect("V14r");
    assert_eq!(read.alg, AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256)));
    assert_eq!((&read.attest[..], &read.signature[..]), (b"attest".as_slice(), b"signature".as_slice()));
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V14r"));
}

#[test]
fn a_tpm_certifies_a_key_and_has_certificates() {
    let asked = TpmCertify {
        key_name: KeyName::new("k1").expect("a short name"),
        signing_key_name: KeyName::new("k2").expect("a short name"),
        qualifying_data: vec![9],
    };
    assert_eq!(encoded(asked), b"\x0a\x02k1\x12\x02k2\x1a\x01\x09");
    assert!(TpmCertifyResult::decode(b"\x0a\x01a\x12\x01s").is_err(), "the algorithm is mandatory");
    let certificates = vec![b"first".to_vec(), b"second".to_vec()];
    let body = encoded(TpmEndorsementCertificatesResult { certificates: certificates.clone() });
    assert_eq!(body, b"\x0a\x05first\x0a\x06second");
    assert_eq!(TpmEndorsementCertificatesResult::decode(&body).expect("it was written").certificates, certificates);
}

/// 16 bytes that count up from `first`.
fn instance(first: u8) -> InstanceId {
    InstanceId::new(std::array::from_fn(|at| first + at as u8))
}

/// The body of a request of provider 0 that needs EXTENDED and no authentication.
fn vouching_request(name: &str, opcode: Opcode) -> (Header, Vec<u8>) {
    let (header, body, auth) = request(name);
    assert_eq!(
        header,
        Header {
            body_len: header.body_len,
            ..Header::request(opcode, ProviderNumber::CORE, AuthKind::NONE, Flags::EXTENDED)
        }
    );
    assert!(auth.is_empty());
    (header, body)
}

#[test]
fn a_daemon_says_who_it_is() {
    let (header, body) = vouching_request("V15", Opcode::GetInstance);
    assert!(GetInstance::decode(&body).is_ok() && encoded(GetInstance {}).is_empty());
    let read = GetInstanceResult::decode(body_of(&vector("V15r"))).expect("V15r");
    assert_eq!((read.instance_id, read.version.as_str(), read.trust_epoch), (instance(0), "0.1.0", 3));
    assert_eq!(read.senders, [SenderSequence { sender_instance: instance(0x10), sequence: 5 }]);
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V15r"));
}

#[test]
fn trust_is_shared() {
    let (header, body) = vouching_request("V16", Opcode::ShareTrustBundle);
    let asked = ShareTrustBundle::decode(&body).expect("V16");
    assert_eq!((asked.role, asked.sender_instance, asked.sequence), (TrustRole::Intermediate, instance(0x10), 300));
    assert_eq!(asked.certificate, [0x30, 1, 0]);
    assert_eq!(encoded(asked), body);
    let read = ShareTrustBundleResult::decode(body_of(&vector("V16r"))).expect("V16r");
    assert_eq!(read.trust_epoch, 4);
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V16r"));

    let role = ShareTrustBundle::decode(&body[2..]).map(drop);
    assert_eq!(role, Err(DecodeError::Unknown { field: "role", value: 0 }));
    let short = ShareTrustBundle::decode(b"\x08\x01\x1a\x01\x00").map(drop);
    assert_eq!(short, Err(DecodeError::Form("sender_instance")));
}

#[test]
fn a_client_is_added_proven_and_removed() {
    let (header, body) = vouching_request("V17", Opcode::AddClient);
    assert_eq!(AddClient::decode(&body).expect("V17").definition, "a.b.c");
    assert_eq!(encoded(AddClient { definition: "a.b.c".into() }), body);
    let read = AddClientResult::decode(body_of(&vector("V17r"))).expect("V17r");
    assert_eq!(read.nonce, instance(0x20).as_bytes());
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V17r"));

    let (header, body) = vouching_request("V18", Opcode::ProveClient);
    assert_eq!(ProveClient::decode(&body).expect("V18").proof, "a.b.c");
    assert_eq!(encoded(ProveClient { proof: "a.b.c".into() }), body);
    let read = ProveClientResult::decode(body_of(&vector("V18r"))).expect("V18r");
    assert_eq!(read.identity, "spiffe://td/web");
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V18r"));

    let (header, body) = vouching_request("V20", Opcode::RemoveClient);
    let asked = RemoveClient::decode(&body).expect("V20");
    assert_eq!(asked.client_ref.as_str(), "web-1");
    assert_eq!(encoded(asked), body);
    let read = RemoveClientResult::decode(body_of(&vector("V20r"))).expect("V20r");
    assert!(read.removed);
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V20r"));
    assert_eq!(RemoveClient::decode(b"\x0a\x01/").map(drop), Err(DecodeError::Form("client_ref")));
}

#[test]
fn a_token_is_asked_for() {
    let (header, body) = vouching_request("V19", Opcode::GetToken);
    let asked = GetToken::decode(&body).expect("V19");
    assert_eq!((asked.audience.as_str(), asked.identity.as_str()), ("", "spiffe://td/web"));
    assert_eq!(encoded(asked), body);
    let read = GetTokenResult::decode(body_of(&vector("V19r"))).expect("V19r");
    assert_eq!((read.token.as_str(), read.expires_at), ("a.b.c", 2_000_000_000));
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V19r"));
}

#[test]
fn definitions_are_listed() {
    let (header, body) = vouching_request("V21", Opcode::ListClientDefinitions);
    assert!(ListClientDefinitions::decode(&body).is_ok() && encoded(ListClientDefinitions {}).is_empty());
    let read = ListClientDefinitionsResult::decode(body_of(&vector("V21r"))).expect("V21r");
    let web = ClientDefinition {
        client_ref: ClientRef::new("web-1").expect("a good name"),
        definition_sha256: std::array::from_fn(|at| at as u8),
        state: ClientState::Running,
        proven: true,
        identity: "spiffe://td/web".into(),
    };
    assert_eq!(read.definitions, [web]);
    assert_eq!(answer(header.answer(), Status::Success, encoded(read)), vector("V21r"));
}

#[test]
fn a_key_is_made_and_listed() {
    let (header, body, auth) = request("V5");
    assert_eq!((header.auth_type, auth), (AuthKind::UNIX_PEER_CREDENTIALS, 1000_u32.to_le_bytes().to_vec()));
    let asked = PsaGenerateKey::decode(&body).expect("V5");
    assert_eq!((asked.key_name.as_str(), asked.attributes), ("k1", k1()));
    assert_eq!(answer(header.answer(), Status::Success, Vec::new()), vector("V5r"));
    assert_eq!(answer(header.answer(), Status::PsaErrorAlreadyExists, Vec::new()), vector("V5e"));

    let name = KeyName::new("k1").expect("a short name");
    let keys = vec![KeyInfo { provider_id: ProviderNumber::SOFTWARE, name, attributes: k1() }];
    assert_eq!(ListKeysResult::decode(body_of(&vector("V6r"))).expect("V6r").keys, keys);
    let header = Header::request(Opcode::ListKeys, ProviderNumber::CORE, AuthKind::NONE, Flags(0));
    assert_eq!(answer(header, Status::Success, encoded(ListKeysResult { keys })), vector("V6r"));
}

#[test]
fn flags_and_session_come_back() {
    let (header, _, _) = request("V8");
    assert_eq!((header.flags, header.session), (Flags::BOTH, 0x1122_3344_5566_7788));
    let result = || encoded(PingResult { wire_protocol_version_maj: 1, wire_protocol_version_min: 0 });
    let kept = Header { flags: Flags::KEEP_ALIVE, ..header.answer() };
    assert_eq!(answer(kept, Status::Success, result()), vector("V8r"));
    assert_eq!(answer(header.answer(), Status::Success, result()), vector("V8p"));
    assert_eq!(header_of(&vector("V8r")).flags, Flags::KEEP_ALIVE);
}

#[test]
fn what_cannot_be_read_is_answered_with_the_default_header() {
    assert_eq!(answer(Header::default_answer(), Status::InvalidHeader, Vec::new()), vector("V9e"));
}
