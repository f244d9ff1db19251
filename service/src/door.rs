//! On which kind of socket a request came, and which operations there are on it (identity.md, "The parties and their
//! sockets").

use keystead_interface::operations::Opcode;

/// A kind of socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// For applications: anybody may connect.
    Application,
    /// For the identity provider and for operators: its owner and its group may connect.
    Admin,
}

impl Door {
    /// The kind of a socket from systemd, by its `FileDescriptorName=`. One with a name that means nothing here is for
    /// applications, which may do the least.
    pub fn named(name: &str) -> Door {
        if name == ADMIN_SOCKET_NAME { Door::Admin } else { Door::Application }
    }

    /// Whether the operation exists here. Some of the contract's are the identity provider's.
    pub fn serves(self, opcode: Opcode) -> bool {
        match opcode {
            Opcode::ShareTrustBundle => self == Door::Admin,
            Opcode::AddClient
            | Opcode::ProveClient
            | Opcode::RemoveClient
            | Opcode::ListClientDefinitions
            | Opcode::GetToken => false,
            _ => true,
        }
    }
}

/// The `FileDescriptorName=` of the admin socket.
const ADMIN_SOCKET_NAME: &str = "service-admin";
