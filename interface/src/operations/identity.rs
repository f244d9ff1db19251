//! Who vouches for whom: trust between the daemons, definitions of clients, and tokens. Which checks are made, and in
//! which order, is said in `proto/identity.proto`.

use crate::encoding::{Field, message};
use crate::error::DecodeError;
use crate::names::{ClientRef, InstanceId};
use crate::numbered::numbered;
use crate::proto;

message! {
    /// To whom am I speaking?
    GetInstance {}
}
message! {
    /// The process that answers, and what it holds of others.
    GetInstanceResult {
        /// New at each start.
        instance_id: InstanceId,
        /// The program's version, for people.
        version: String,
        /// Rises with every change of what is trusted.
        trust_epoch: u64,
        /// Those that are trusted now.
        senders: Vec<SenderSequence>,
    }
}

/// How far a receiver has followed a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderSequence {
    /// The sender's process.
    pub sender_instance: InstanceId,
    /// The last number of it that was accepted.
    pub sequence: u64,
}

numbered! {
    /// What a shared certificate is for.
    pub enum TrustRole {
        /// It certifies intermediates; once for each living process.
        Root = 1,
        /// It signs payloads and tokens until the next one.
        Intermediate = 2,
    }
}

message! {
    /// From now on believe what was signed with this.
    ShareTrustBundle {
        /// What the certificate is for.
        role: TrustRole,
        /// X.509 in DER.
        certificate: Vec<u8>,
        /// The sender's process.
        sender_instance: InstanceId,
        /// Higher than any before, from 1.
        sequence: u64,
    }
}
message! {
    /// It is believed, and no former intermediate is any more.
    ShareTrustBundleResult {
        /// Which this share began.
        trust_epoch: u64,
    }
}

message! {
    /// A client starts, runs or stops.
    AddClient {
        /// JWS compact, `typ` clientdef+jwt.
        definition: String,
    }
}
message! {
    /// The definition is stored.
    AddClientResult {
        /// For one proof of this definition within 60 seconds; empty for a client that stopped.
        nonce: Vec<u8>,
    }
}

message! {
    /// The client is what its definition says.
    ProveClient {
        /// JWS compact, `typ` clientproof+jwt.
        proof: String,
    }
}
message! {
    /// The proof suffices.
    ProveClientResult {
        /// The SPIFFE ID for which the client gets tokens from now on.
        identity: String,
    }
}

message! {
    /// Who am I? The caller's process is matched with the definitions that are proven.
    GetToken {
        /// For whom the token is; empty: the service.
        audience: String,
        /// Which identity, if the process houses applications of several; else it may be empty.
        identity: String,
    }
}
message! {
    /// A proof of identity, for requests of authentication type 2.
    GetTokenResult {
        /// JWS compact.
        token: String,
        /// Seconds since 1970.
        expires_at: u64,
    }
}

message! {
    /// The client is gone.
    RemoveClient {
        /// As its definition calls it.
        client_ref: ClientRef,
    }
}
message! {
    /// It gets no new tokens.
    RemoveClientResult {
        /// False if there was no such definition.
        removed: bool,
    }
}

message! {
    /// What do you know of my clients?
    ListClientDefinitions {}
}
message! {
    /// The definitions, sorted by `client_ref`.
    ListClientDefinitionsResult {
        /// Those that were not removed.
        definitions: Vec<ClientDefinition>,
    }
}

numbered! {
    /// How far a client has come.
    pub enum ClientState {
        /// It is being set up; its program does not run yet.
        Starting = 1,
        /// It runs.
        Running = 2,
        /// It has ended.
        Stopped = 3,
    }
}

/// A definition as the receiver keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientDefinition {
    /// As its sender calls it.
    pub client_ref: ClientRef,
    /// Of the definition's JWS as it was received.
    pub definition_sha256: [u8; 32],
    /// How far the client has come.
    pub state: ClientState,
    /// Whether its proof sufficed.
    pub proven: bool,
    /// SPIFFE ID.
    pub identity: String,
}

impl Field<Vec<proto::SenderSequence>> for Vec<SenderSequence> {
    fn from_proto(value: Vec<proto::SenderSequence>, _: &'static str) -> Result<Self, DecodeError> {
        let read = |sender: proto::SenderSequence| {
            Ok(SenderSequence {
                sender_instance: Field::from_proto(sender.sender_instance, "sender_instance")?,
                sequence: sender.sequence,
            })
        };
        value.into_iter().map(read).collect()
    }

    fn into_proto(self) -> Vec<proto::SenderSequence> {
        let write = |sender: SenderSequence| proto::SenderSequence {
            sender_instance: sender.sender_instance.into_proto(),
            sequence: sender.sequence,
        };
        self.into_iter().map(write).collect()
    }
}

impl Field<Vec<proto::ClientDefinition>> for Vec<ClientDefinition> {
    fn from_proto(value: Vec<proto::ClientDefinition>, _: &'static str) -> Result<Self, DecodeError> {
        let read = |definition: proto::ClientDefinition| {
            Ok(ClientDefinition {
                client_ref: Field::from_proto(definition.client_ref, "client_ref")?,
                definition_sha256: Field::from_proto(definition.definition_sha256, "definition_sha256")?,
                state: Field::from_proto(definition.state, "state")?,
                proven: definition.proven,
                identity: definition.identity,
            })
        };
        value.into_iter().map(read).collect()
    }

    fn into_proto(self) -> Vec<proto::ClientDefinition> {
        let write = |definition: ClientDefinition| proto::ClientDefinition {
            client_ref: definition.client_ref.into_proto(),
            definition_sha256: definition.definition_sha256.into_proto(),
            state: definition.state.into_proto(),
            proven: definition.proven,
            identity: definition.identity,
        };
        self.into_iter().map(write).collect()
    }
}
