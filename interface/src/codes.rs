//! One-byte codes of the header. They are open: a number that this version does not know is a value too,
//! and is refused where its meaning is needed, so that the refusal can name it.

/// How a request authenticates itself (wire contract 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AuthKind(pub u8);

impl AuthKind {
    /// No identity.
    pub const NONE: AuthKind = AuthKind(0);
    /// The application names itself; nothing is proved.
    pub const DIRECT: AuthKind = AuthKind(1);
    /// A compact JWT from the identity provider.
    pub const JWT: AuthKind = AuthKind(2);
    /// The uid that the kernel confirms.
    pub const UNIX_PEER_CREDENTIALS: AuthKind = AuthKind(3);
    /// A JWT-SVID of a SPIFFE issuer.
    pub const JWT_SVID: AuthKind = AuthKind(4);

    /// Whether the contract gives this number a meaning at all (step 9 of the reading order).
    pub const fn is_defined(self) -> bool {
        self.0 <= Self::JWT_SVID.0
    }
}

/// The provider that a request addresses (wire contract 2.2 and 6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderNumber(pub u8);

impl ProviderNumber {
    /// The service itself.
    pub const CORE: ProviderNumber = ProviderNumber(0);
    /// The first software provider.
    pub const SOFTWARE: ProviderNumber = ProviderNumber(1);
    /// The first PKCS#11 token.
    pub const PKCS11: ProviderNumber = ProviderNumber(2);
    /// The first TPM.
    pub const TPM: ProviderNumber = ProviderNumber(3);
    /// The highest number that Parsec defines.
    pub const LAST_WELL_KNOWN: ProviderNumber = ProviderNumber(5);
    /// Further providers of a type get numbers from here upwards.
    pub const FIRST_EXTENDED: ProviderNumber = ProviderNumber(16);

    /// Whether a client of this kind may know the number (step 11 of the reading order).
    pub const fn is_defined(self, extended: bool) -> bool {
        self.0 <= Self::LAST_WELL_KNOWN.0 || (extended && self.0 >= Self::FIRST_EXTENDED.0)
    }

    /// Whether this is the service itself.
    pub const fn is_core(self) -> bool {
        self.0 == Self::CORE.0
    }
}

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentType(pub u8);

impl ContentType {
    /// The only one: protobuf.
    pub const PROTOBUF: ContentType = ContentType(0);
}
