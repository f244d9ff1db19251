//! The service and whoever vouches for applications: its sockets, the trust that it holds, and tokens.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::Draft;
use keystead_interface::codes::ProviderNumber;
use keystead_interface::header::Flags;
use keystead_interface::operations::admin::{Health, ListClients};
use keystead_interface::operations::core::ListOpcodes;
use keystead_interface::operations::identity::GetInstance;
use keystead_interface::operations::{Opcode, Request};
use keystead_interface::status::Status;

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
