//! THE TABLE: every operation with its number, whom it addresses and who may ask. [`Opcode`], [`Operation`] and
//! [`Outcome`] are made from it, and nothing else lists operations.

pub mod admin;
pub mod aead;
pub mod asymmetric_encryption;
pub mod attestation;
pub mod cipher;
pub mod core;
pub mod hash;
pub mod identity;
pub mod key_agreement;
pub mod keys;
pub mod mac;
pub mod random;
pub mod sign;

use self::admin::*;
use self::aead::*;
use self::asymmetric_encryption::*;
use self::attestation::*;
use self::cipher::*;
use self::core::*;
use self::hash::*;
use self::identity::*;
use self::key_agreement::*;
use self::keys::*;
use self::mac::*;
use self::random::*;
use self::sign::*;
use crate::error::DecodeError;
use crate::frame::RawBody;

/// A body: of a request or of an answer.
pub trait Message: Sized {
    /// Reads a body. Errors say which field was wrong.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;
    /// Writes the body behind what `out` holds already, and clears what was secret in its own copies.
    fn encode(self, out: &mut Vec<u8>);
}

/// A request that a client can send, and the answer that it gets.
pub trait Request: Message {
    /// The operation.
    const OPCODE: Opcode;
    /// The body of a successful answer.
    type Result: Message;
}

/// Whom an operation addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The service itself, provider 0.
    Core,
    /// A provider of cryptography.
    Crypto,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without an identity.
    Anyone,
    /// Whoever has an identity.
    Tenant,
    /// An administrator.
    Admin,
}

/// To whom an operation is shown by ListOpcodes, and whether clients without EXTENDED may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// To everybody.
    Listed,
    /// Usable by everybody, shown to EXTENDED clients only: old clients reject a list that holds it.
    Unlisted,
    /// Exists for EXTENDED clients only.
    Extended,
}

macro_rules! operations {
    ($($opcode:literal $name:ident -> $result:ident, $class:ident, $access:ident, $visibility:ident;)+) => {
        /// The number of an operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u32)]
        pub enum Opcode { $(
            #[doc = concat!("See [`", stringify!($name), "`].")]
            $name = $opcode,
        )+ }

        impl Opcode {
            /// Every operation, by number.
            pub const ALL: &[Opcode] = &[$(Opcode::$name,)+];

            /// The operation with this number.
            pub const fn from_number(number: u32) -> Option<Opcode> {
                match number { $($opcode => Some(Opcode::$name),)+ _ => None }
            }

            /// Whom it addresses.
            pub const fn class(self) -> Class {
                match self { $(Opcode::$name => Class::$class,)+ }
            }

            /// Who may ask.
            pub const fn access(self) -> Access {
                match self { $(Opcode::$name => Access::$access,)+ }
            }

            /// To whom it is shown.
            pub const fn visibility(self) -> Visibility {
                match self { $(Opcode::$name => Visibility::$visibility,)+ }
            }

            /// Its name, as the contract has it.
            pub const fn name(self) -> &'static str {
                match self { $(Opcode::$name => stringify!($name),)+ }
            }
        }

        /// A request whose body was decoded.
        pub enum Operation { $(
            #[doc = concat!("See [`Opcode::", stringify!($name), "`].")]
            $name($name),
        )+ }

        impl Operation {
            /// Decodes a body: steps 17 and 18 of the reading order.
            pub fn decode(opcode: Opcode, body: RawBody<'_>) -> Result<Operation, DecodeError> {
                match opcode { $(Opcode::$name => $name::decode(body.bytes()).map(Operation::$name),)+ }
            }
        }

        /// What a successful operation answers.
        pub enum Outcome { $(
            #[doc = concat!("To [`Opcode::", stringify!($name), "`].")]
            $name($result),
        )+ }

        impl Outcome {
            /// Writes the body of the answer behind what `out` holds.
            pub fn encode(self, out: &mut Vec<u8>) {
                match self { $(Outcome::$name(result) => result.encode(out),)+ }
            }
        }

        $(
            impl Request for $name {
                const OPCODE: Opcode = Opcode::$name;
                type Result = $result;
            }

            impl From<$result> for Outcome {
                fn from(result: $result) -> Outcome {
                    Outcome::$name(result)
                }
            }
        )+
    };
}

operations! {
    0x0001 Ping -> PingResult, Core, Anyone, Listed;
    0x0002 PsaGenerateKey -> PsaGenerateKeyResult, Crypto, Tenant, Listed;
    0x0003 PsaDestroyKey -> PsaDestroyKeyResult, Crypto, Tenant, Listed;
    0x0004 PsaSignHash -> PsaSignHashResult, Crypto, Tenant, Listed;
    0x0005 PsaVerifyHash -> PsaVerifyHashResult, Crypto, Tenant, Listed;
    0x0006 PsaImportKey -> PsaImportKeyResult, Crypto, Tenant, Listed;
    0x0007 PsaExportPublicKey -> PsaExportPublicKeyResult, Crypto, Tenant, Listed;
    0x0008 ListProviders -> ListProvidersResult, Core, Anyone, Listed;
    0x0009 ListOpcodes -> ListOpcodesResult, Core, Anyone, Listed;
    0x000A PsaAsymmetricEncrypt -> PsaAsymmetricEncryptResult, Crypto, Tenant, Listed;
    0x000B PsaAsymmetricDecrypt -> PsaAsymmetricDecryptResult, Crypto, Tenant, Listed;
    0x000C PsaExportKey -> PsaExportKeyResult, Crypto, Tenant, Listed;
    0x000D PsaGenerateRandom -> PsaGenerateRandomResult, Crypto, Anyone, Listed;
    0x000E ListAuthenticators -> ListAuthenticatorsResult, Core, Anyone, Listed;
    0x000F PsaHashCompute -> PsaHashComputeResult, Crypto, Anyone, Listed;
    0x0010 PsaHashCompare -> PsaHashCompareResult, Crypto, Anyone, Listed;
    0x0011 PsaAeadEncrypt -> PsaAeadEncryptResult, Crypto, Tenant, Listed;
    0x0012 PsaAeadDecrypt -> PsaAeadDecryptResult, Crypto, Tenant, Listed;
    0x0013 PsaRawKeyAgreement -> PsaRawKeyAgreementResult, Crypto, Tenant, Listed;
    0x0014 PsaCipherEncrypt -> PsaCipherEncryptResult, Crypto, Tenant, Listed;
    0x0015 PsaCipherDecrypt -> PsaCipherDecryptResult, Crypto, Tenant, Listed;
    // Not for old clients, although Parsec has messages for them: its Go client verifies a MAC by sending it to 0x16, and would
    // take every answer but a refusal for a good one. Parsec refuses too.
    0x0016 PsaMacCompute -> PsaMacComputeResult, Crypto, Tenant, Extended;
    0x0017 PsaMacVerify -> PsaMacVerifyResult, Crypto, Tenant, Extended;
    0x0018 PsaSignMessage -> PsaSignMessageResult, Crypto, Tenant, Listed;
    0x0019 PsaVerifyMessage -> PsaVerifyMessageResult, Crypto, Tenant, Listed;
    0x001A ListKeys -> ListKeysResult, Core, Tenant, Listed;
    0x001B ListClients -> ListClientsResult, Core, Admin, Unlisted;
    0x001C DeleteClient -> DeleteClientResult, Core, Admin, Unlisted;
    0x001E AttestKey -> AttestKeyResult, Crypto, Tenant, Listed;
    0x001F PrepareKeyAttestation -> PrepareKeyAttestationResult, Crypto, Tenant, Listed;
    0x0020 CanDoCrypto -> CanDoCryptoResult, Crypto, Tenant, Listed;
    0x0101 ShareTrustBundle -> ShareTrustBundleResult, Core, Anyone, Extended;
    0x0102 AddClient -> AddClientResult, Core, Anyone, Extended;
    0x0103 ProveClient -> ProveClientResult, Core, Anyone, Extended;
    0x0104 GetToken -> GetTokenResult, Core, Anyone, Extended;
    0x0105 GetInstance -> GetInstanceResult, Core, Anyone, Extended;
    0x0106 RemoveClient -> RemoveClientResult, Core, Anyone, Extended;
    0x0107 ListClientDefinitions -> ListClientDefinitionsResult, Core, Anyone, Extended;
    0x0201 TpmCertify -> TpmCertifyResult, Crypto, Tenant, Extended;
    0x0202 TpmQuote -> TpmQuoteResult, Crypto, Tenant, Extended;
    0x0203 TpmEndorsementCertificates -> TpmEndorsementCertificatesResult, Crypto, Tenant, Extended;
    0x0302 Health -> HealthResult, Core, Admin, Extended;
    0x0303 ReleaseClient -> ReleaseClientResult, Core, Admin, Extended;
    0x0304 AcceptToken -> AcceptTokenResult, Core, Admin, Extended;
    0x0305 AdoptKey -> AdoptKeyResult, Core, Admin, Extended;
    0x0306 RekeyStore -> RekeyStoreResult, Core, Admin, Extended;
    0x0307 MoveClient -> MoveClientResult, Core, Admin, Extended;
}

impl Opcode {
    /// Its number.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The operation that this number stands for to this kind of client (step 10 of the reading order).
    pub const fn for_client(number: u32, extended: bool) -> Option<Opcode> {
        match Opcode::from_number(number) {
            Some(opcode) if !extended && matches!(opcode.visibility(), Visibility::Extended) => None,
            found => found,
        }
    }

    /// Whether ListOpcodes shows it to this kind of client.
    pub const fn is_listed(self, extended: bool) -> bool {
        extended || matches!(self.visibility(), Visibility::Listed)
    }
}
