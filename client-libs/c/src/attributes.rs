//! `psa_key_attributes_t`, as `include/psa/crypto_struct.h` lays it out, and what the contract makes of it.

use keystead_client::interface::attributes::{KeyAttributes, Usage};
use keystead_client::interface::codes::ProviderNumber;

use crate::algorithm::{self, PsaAlgorithm};
use crate::key_type::{self, PsaKeyType};
use crate::status::{INVALID_ARGUMENT, NOT_SUPPORTED, Refusal, Result, refuse};

/// A `psa_key_id_t`.
pub(crate) type KeyId = u32;

/// A `psa_key_lifetime_t`: how long in the low 8 bits, where above them.
type Lifetime = u32;

/// `psa_key_attributes_t`. All zeros is its initial value.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    pub(crate) key_type: PsaKeyType,
    pub(crate) lifetime: Lifetime,
    pub(crate) id: KeyId,
    pub(crate) usage: u32,
    pub(crate) algorithm: PsaAlgorithm,
    pub(crate) bits: usize,
}

/// Identifiers that callers may choose: PSA_KEY_ID_USER_MIN to PSA_KEY_ID_USER_MAX.
pub(crate) const USER_IDS: std::ops::RangeInclusive<KeyId> = 1..=0x3fff_ffff;
/// Identifiers that the library chooses: PSA_KEY_ID_VENDOR_MIN to PSA_KEY_ID_VENDOR_MAX.
pub(crate) const VENDOR_IDS: std::ops::RangeInclusive<KeyId> = 0x4000_0000..=0x7fff_ffff;

const VOLATILE: Lifetime = 0;
const PERSISTENT: Lifetime = 1;
const LOCATION_SHIFT: u32 = 8;
const LOCAL_STORAGE: u32 = 0;
const PRIMARY_SECURE_ELEMENT: u32 = 1;
/// The location of provider 0; the others follow. The specification leaves these to implementations.
const PROVIDERS: u32 = 0x80_0000;

/// PSA_KEY_USAGE_VERIFY_DERIVATION, which the contract has no flag for.
const VERIFY_DERIVATION: u32 = 0x8000;

const USAGES: &[(u32, Usage)] = &[
    (0x0000_0001, Usage::EXPORT),
    (0x0000_0002, Usage::COPY),
    (0x0000_0004, Usage::CACHE),
    (0x0000_0100, Usage::ENCRYPT),
    (0x0000_0200, Usage::DECRYPT),
    (0x0000_0400, Usage::SIGN_MESSAGE),
    (0x0000_0800, Usage::VERIFY_MESSAGE),
    (0x0000_1000, Usage::SIGN_HASH),
    (0x0000_2000, Usage::VERIFY_HASH),
    (0x0000_4000, Usage::DERIVE),
];

/// How long a key lives, and so how it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// As long as this process; the library gives it an identifier.
    Volatile,
    /// Until it is destroyed, under this identifier.
    Persistent(KeyId),
}

/// How long and where a key is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Residence {
    pub(crate) life: Life,
    /// The provider; none for the library's choice.
    pub(crate) provider: Option<ProviderNumber>,
}

impl Attributes {
    /// How long and where the key is to be.
    pub(crate) fn residence(&self) -> Result<Residence> {
        let life = match self.lifetime & 0xff {
            VOLATILE if self.id == 0 => Life::Volatile,
            PERSISTENT if USER_IDS.contains(&self.id) => Life::Persistent(self.id),
            VOLATILE | PERSISTENT => return refuse(INVALID_ARGUMENT),
            // Read-only keys, and persistence levels that nobody here gave a meaning.
            _ => return refuse(NOT_SUPPORTED),
        };
        let provider = match self.lifetime >> LOCATION_SHIFT {
            LOCAL_STORAGE => None,
            PRIMARY_SECURE_ELEMENT => return refuse(NOT_SUPPORTED),
            location => match location.checked_sub(PROVIDERS).and_then(|number| u8::try_from(number).ok()) {
                Some(number) if number > 0 => Some(ProviderNumber(number)),
                _ => return refuse(INVALID_ARGUMENT),
            },
        };
        Ok(Residence { life, provider })
    }

    /// The key's own attributes, in the contract's words.
    pub(crate) fn of_key(&self) -> Result<KeyAttributes> {
        let key_type = key_type::from_psa(self.key_type)?;
        let bits = u32::try_from(self.bits).map_err(|_| Refusal(NOT_SUPPORTED))?;
        Ok(KeyAttributes::new(key_type, bits, self.usage()?, algorithm::from_psa(self.algorithm)?))
    }

    /// The usage flags.
    pub(crate) fn usage(&self) -> Result<Usage> {
        let known = USAGES.iter().fold(0, |all, (flag, _)| all | flag);
        match self.usage & !known {
            0 => {
                let set = USAGES.iter().filter(|(flag, _)| self.usage & flag != 0);
                Ok(set.fold(Usage::NONE, |all, (_, flag)| all.and(*flag)))
            }
            VERIFY_DERIVATION => refuse(NOT_SUPPORTED),
            _ => refuse(INVALID_ARGUMENT),
        }
    }

    /// What callers are told of a key. `provider` is none where it is the library's choice.
    pub(crate) fn told(id: KeyId, key: &KeyAttributes, provider: Option<ProviderNumber>) -> Attributes {
        let location = provider.map_or(LOCAL_STORAGE, |provider| PROVIDERS | u32::from(provider.0));
        let (persistence, id) = if VENDOR_IDS.contains(&id) { (VOLATILE, 0) } else { (PERSISTENT, id) };
        let set = USAGES.iter().filter(|(_, flag)| key.usage().contains(*flag));
        Attributes {
            key_type: key_type::to_psa(key.key_type()),
            lifetime: location << LOCATION_SHIFT | persistence,
            id,
            usage: set.fold(0, |all, (flag, _)| all | flag),
            algorithm: algorithm::to_psa(key.algorithm()),
            bits: key.bits() as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residence(lifetime: Lifetime, id: KeyId) -> Result<Residence> {
        Attributes { lifetime, id, ..Attributes::default() }.residence()
    }

    #[test]
    fn a_lifetime_says_how_long_and_where_and_agrees_with_the_identifier() {
        let persistent = |id, provider| Ok(Residence { life: Life::Persistent(id), provider });
        assert_eq!(residence(0, 0), Ok(Residence { life: Life::Volatile, provider: None }));
        assert_eq!(residence(1, 7), persistent(7, None));
        assert_eq!(residence(0x8000_0201, 0x3fff_ffff), persistent(0x3fff_ffff, Some(ProviderNumber(2))));
        assert_eq!(residence(1, 0), refuse(INVALID_ARGUMENT));
        assert_eq!(residence(1, 0x4000_0000), refuse(INVALID_ARGUMENT));
        assert_eq!(residence(0, 7), refuse(INVALID_ARGUMENT));
        assert_eq!(residence(0xff, 7), refuse(NOT_SUPPORTED));
        assert_eq!(residence(0x101, 7), refuse(NOT_SUPPORTED));
        // Provider 0 is the service itself, and no provider has number 256.
        for nowhere in [0x201, 0x8000_0001, 0x8001_0001] {
            assert_eq!(residence(nowhere, 7), refuse(INVALID_ARGUMENT), "{nowhere:#x}");
        }
    }

    #[test]
    fn flags_that_nobody_knows_are_refused() {
        let usage = |usage| Attributes { usage, ..Attributes::default() }.usage();
        assert_eq!(usage(0x1001), Ok(Usage::EXPORT.and(Usage::SIGN_HASH)));
        assert_eq!(usage(0x8000), refuse(NOT_SUPPORTED));
        assert_eq!(usage(0x8008), refuse(INVALID_ARGUMENT));
    }
}
