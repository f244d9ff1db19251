//! What a token offers, handed from the process that speaks to the token to one that does not. Both are one program, so
//! the form is nobody else's business: a list of machine words.

use cryptoki_sys::{CK_MECHANISM_TYPE, CK_ULONG};
use keystead_interface::algorithm::{AeadAlg, Hash};
use keystead_interface::attributes::EccFamily;

use crate::mechanisms::{Mechanisms, Offer};
use crate::trials::Trials;

const WORD: usize = size_of::<CK_ULONG>();

impl Mechanisms {
    /// All of it, for [`Mechanisms::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut words = Words(Vec::new());
        let word = |number: u32| CK_ULONG::from(number);
        words.list(self.offers_in_order(), |(mechanism, offer)| {
            [*mechanism, offer.flags, offer.smallest, offer.largest]
        });
        words.list(self.curves().iter(), |(family, bits)| [word(family.number()), word(*bits)]);
        let trials = self.trials();
        words.list(trials.pss.iter(), |hash| [word(hash.number())]);
        words.list(trials.oaep.iter(), |hash| [word(hash.number())]);
        words.list(trials.tags.iter(), |(alg, length)| [word(alg.number()), word(*length)]);
        words.0.extend([self.offers_random(), trials.oaep_labels].map(CK_ULONG::from));
        words.0.push(trials.longest_nonce as CK_ULONG);
        words.0.into_iter().flat_map(CK_ULONG::to_ne_bytes).collect()
    }

    /// Reads what [`Mechanisms::to_bytes`] gave. None if it is anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Mechanisms> {
        let (words, []) = bytes.as_chunks::<WORD>() else { return None };
        let mut words = words.iter().map(|word| CK_ULONG::from_ne_bytes(*word));
        let number = |word: CK_ULONG| u32::try_from(word).ok();
        let hash = |[hash]: [CK_ULONG; 1]| number(hash).and_then(Hash::from_number);
        let offers = list(&mut words, |[mechanism, flags, smallest, largest]| {
            Some((mechanism as CK_MECHANISM_TYPE, Offer { flags, smallest, largest }))
        })?;
        let curves =
            list(&mut words, |[family, bits]| Some((EccFamily::from_number(number(family)?)?, number(bits)?)))?;
        let pss = list(&mut words, hash)?;
        let oaep = list(&mut words, hash)?;
        let tags = list(&mut words, |[alg, length]| Some((AeadAlg::from_number(number(alg)?)?, number(length)?)))?;
        let (random, oaep_labels) = (words.next()? != 0, words.next()? != 0);
        let longest_nonce = usize::try_from(words.next()?).ok()?;
        let trials = Trials { pss, oaep, oaep_labels, tags, longest_nonce };
        words.next().is_none().then(|| Mechanisms::new(offers, curves, random).with_trials(trials))
    }
}

struct Words(Vec<CK_ULONG>);

impl Words {
    /// The number of items, and the words of each.
    fn list<T, const EACH: usize>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        words: impl Fn(T) -> [CK_ULONG; EACH],
    ) {
        self.0.push(items.len() as CK_ULONG);
        self.0.extend(items.flat_map(words));
    }
}

fn list<T, const EACH: usize>(
    words: &mut impl ExactSizeIterator<Item = CK_ULONG>,
    item: impl Fn([CK_ULONG; EACH]) -> Option<T>,
) -> Option<Vec<T>> {
    let count = usize::try_from(words.next()?).ok().filter(|count| *count <= words.len())?;
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let mut next = [0; EACH];
        for word in &mut next {
            *word = words.next()?;
        }
        items.push(item(next)?);
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_offers_arrives_whole_or_not_at_all() {
        let offer = Offer { flags: 0x801, smallest: 16, largest: CK_ULONG::MAX };
        let trials = Trials {
            pss: vec![Hash::Sha256, Hash::Sha3_512],
            oaep: vec![Hash::Sha1],
            oaep_labels: true,
            tags: vec![(AeadAlg::Gcm, 12), (AeadAlg::Ccm, 4)],
            longest_nonce: 128,
        };
        let curves = vec![(EccFamily::SecpR1, 521), (EccFamily::BrainpoolPR1, 256)];
        let all = Mechanisms::new([(7, offer), (0x8000_0001, offer)], curves, true).with_trials(trials);
        let bytes = all.to_bytes();
        assert_eq!(Mechanisms::from_bytes(&bytes).as_ref(), Some(&all));
        assert_eq!(Mechanisms::from_bytes(&Mechanisms::default().to_bytes()), Some(Mechanisms::default()));
        for length in 0..bytes.len() {
            assert_eq!(Mechanisms::from_bytes(&bytes[..length]), None, "{length} bytes");
        }
        assert_eq!(Mechanisms::from_bytes(&[&bytes[..], &[0; WORD]].concat()), None);
    }
}
