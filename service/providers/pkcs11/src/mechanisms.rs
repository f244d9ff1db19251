//! What a token offers, as plain data: learned once at connection, asked for ever after without the token.

use std::collections::BTreeMap;

use cryptoki_sys::{CK_FLAGS, CK_MECHANISM_TYPE, CK_ULONG, CKF_GENERATE_KEY_PAIR, CKM_EC_KEY_PAIR_GEN};
use keystead_interface::attributes::EccFamily;

use crate::error::CallError;
use crate::raw::Functions;
use crate::trials::Trials;

/// A token's mechanisms (C_GetMechanismList and C_GetMechanismInfo) and what was found out by trial.
///
/// Each family of operations keeps its question to this table in its own file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mechanisms {
    table: BTreeMap<CK_MECHANISM_TYPE, Offer>,
    curves: Vec<(EccFamily, u32)>,
    random: bool,
    trials: Trials,
}

/// What a token says of one mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it can be used for: `CKF_…`.
    pub flags: CK_FLAGS,
    /// The smallest key, in the mechanism's own unit.
    pub smallest: CK_ULONG,
    /// The largest key.
    pub largest: CK_ULONG,
}

impl Mechanisms {
    /// A table from its parts.
    pub fn new(
        offers: impl IntoIterator<Item = (CK_MECHANISM_TYPE, Offer)>,
        curves: Vec<(EccFamily, u32)>,
        random: bool,
    ) -> Self {
        Mechanisms { table: offers.into_iter().collect(), curves, random, trials: Trials::default() }
    }

    /// Asks a slot for all of it, except for the curves.
    pub(crate) fn ask(functions: &Functions, slot: u64, random: bool) -> Result<Self, CallError> {
        let mut offers = Vec::new();
        for mechanism in functions.mechanisms(slot)? {
            let info = functions.mechanism(slot, mechanism)?;
            let offer = Offer { flags: info.flags, smallest: info.ulMinKeySize, largest: info.ulMaxKeySize };
            offers.push((mechanism, offer));
        }
        Ok(Self::new(offers, Vec::new(), random))
    }

    /// Adds the curves on which the token really makes keys.
    pub(crate) fn with_curves(self, curves: Vec<(EccFamily, u32)>) -> Self {
        Mechanisms { curves, ..self }
    }

    /// Whether the mechanism (`CKM_…`) is there and can be used for all of `flags` (`CKF_…`).
    pub fn offers(&self, mechanism: CK_MECHANISM_TYPE, flags: CK_FLAGS) -> bool {
        self.table.get(&mechanism).is_some_and(|offer| offer.flags & flags == flags)
    }

    /// The same, with a key of so many bits. 0 bits ask for any size.
    ///
    /// The standard counts RSA and EC in bits and AES in bytes, and modules do not agree with it: a size is taken in
    /// whichever unit it fits. A token that says nothing (0 to 0) takes any.
    pub fn offers_key(&self, mechanism: CK_MECHANISM_TYPE, flags: CK_FLAGS, bits: u32) -> bool {
        let Some(offer) = self.table.get(&mechanism) else { return false };
        let sizes = offer.smallest..=offer.largest;
        let bits = CK_ULONG::from(bits);
        self.offers(mechanism, flags)
            && (bits == 0 || offer.largest == 0 || sizes.contains(&bits) || sizes.contains(&bits.div_ceil(8)))
    }

    /// Whether keys can be made on this curve: tried at connection, since the standard has no way to ask. 0 bits ask for
    /// any curve of the family.
    pub fn offers_curve(&self, family: EccFamily, bits: u32) -> bool {
        self.offers(CKM_EC_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR)
            && self.curves.iter().any(|curve| curve.0 == family && (bits == 0 || curve.1 == bits))
    }

    /// The same, of keys that are any bytes, with a key of so many of them. 0 bytes ask for any size.
    ///
    /// Here the unit must be guessed: modules count bytes, from the length of the hash, or bits, from the least that a
    /// standard allows, which is 80 and more; no hash is longer than 64 bytes.
    pub fn offers_bytes(&self, mechanism: CK_MECHANISM_TYPE, flags: CK_FLAGS, bytes: u32) -> bool {
        let Some(offer) = self.table.get(&mechanism) else { return false };
        let size = if offer.smallest > 64 { 8 * CK_ULONG::from(bytes) } else { CK_ULONG::from(bytes) };
        self.offers(mechanism, flags)
            && (bytes == 0 || offer.largest == 0 || (offer.smallest..=offer.largest).contains(&size))
    }

    /// Each mechanism with what the token says of it.
    pub(crate) fn offers_in_order(&self) -> impl ExactSizeIterator<Item = (&CK_MECHANISM_TYPE, &Offer)> {
        self.table.iter()
    }

    /// The curves on which keys can be made.
    pub(crate) fn curves(&self) -> &[(EccFamily, u32)] {
        &self.curves
    }

    /// Adds what was found out by trial.
    pub(crate) fn with_trials(self, trials: Trials) -> Self {
        Mechanisms { trials, ..self }
    }

    /// What was found out by trial.
    pub fn trials(&self) -> &Trials {
        &self.trials
    }

    /// Whether the token has a source of randomness of its own.
    pub fn offers_random(&self) -> bool {
        self.random
    }
}
