//! What is in a token: asked of the service, with the records beside the keys, and what others left of it cleared up.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::operations::core::KeyInfo;
use parking_lot::Mutex;

use crate::attributes;
use crate::catalogue::is_shown;
use crate::error::{Refusal, Result};
use crate::limits::LIST_ATTEMPTS;
use crate::module::Module;
use crate::object::{Key, Object, Paper, Residence};
use crate::records::{Notes, RecordName, Reserved, Subject};
use crate::shelf;
use crate::template::Template;

/// The caller's list, told apart.
struct Listing {
    /// Keys proper.
    keys: Vec<KeyInfo>,
    /// The newest record of each thing, with its name and the provider where it lies.
    records: BTreeMap<(u8, Subject), (RecordName, ProviderNumber)>,
    /// What nobody needs any more.
    litter: Vec<(String, ProviderNumber)>,
}

impl Module {
    /// The objects of a slot that have every attribute of the template.
    pub(crate) fn find(&self, slot: ProviderNumber, template: &Template) -> Result<Vec<CK_OBJECT_HANDLE>> {
        self.refresh(slot)?;
        let mut found = Vec::new();
        let objects = self.catalogue.lock().objects(slot);
        for (handle, object) in objects {
            if self.has_all(&object, template)? {
                found.push(handle);
            }
        }
        Ok(found)
    }

    fn has_all(&self, object: &Object, template: &Template) -> Result<bool> {
        for (kind, wanted) in template.iter() {
            match attributes::read(&self.client, &self.owner, object, kind) {
                Ok(value) if value.expose() == wanted => {}
                Ok(_) => return Ok(false),
                Err(Refusal(CKR_ATTRIBUTE_TYPE_INVALID | CKR_ATTRIBUTE_SENSITIVE | CKR_OBJECT_HANDLE_INVALID)) => {
                    return Ok(false);
                }
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(true)
    }

    /// Asks the service what is there, and brings the catalogue up to date for this slot.
    pub(crate) fn refresh(&self, slot: ProviderNumber) -> Result<()> {
        let providers: Vec<ProviderNumber> = self.providers()?.iter().map(|info| info.id).collect();
        for _ in 0..LIST_ATTEMPTS {
            let before = self.catalogue.lock().changes;
            let listing = Listing::of(self.client.list_keys_and_records()?, &providers);
            self.read_records(slot, &listing)?;
            if self.bring_up_to_date(slot, &listing, before) {
                for (name, provider) in listing.litter {
                    // Whoever looks next tries again.
                    let _ = shelf::destroy(&self.client, provider, &name);
                }
                break;
            }
        }
        // Other threads make and destroy without a pause: then what they know must do.
        Ok(())
    }

    /// Makes the catalogue what the list says. False if this process changed something since the list was asked for.
    fn bring_up_to_date(&self, slot: ProviderNumber, listing: &Listing, before: u64) -> bool {
        let mut catalogue = self.catalogue.lock();
        if catalogue.changes != before {
            return false;
        }
        let notes_of = |records: &HashMap<String, Arc<Notes>>, subject: Subject| {
            let (name, _) = listing.records.get(&(slot.0, subject))?;
            records.get(&name.text()).cloned()
        };
        let mut there = Vec::new();
        for info in listing.keys.iter().filter(|info| info.provider_id == slot) {
            let subject = Subject::Key(info.name.as_str().to_owned());
            let notes = notes_of(&catalogue.records, subject).filter(|notes| is_about(notes, &info.attributes));
            let notes = notes.unwrap_or_default();
            let known = catalogue.key(slot, info.name.as_str()).filter(|key| key.attributes == info.attributes);
            let key = known.unwrap_or_else(|| Arc::new(stored(info)));
            *key.notes.lock() = Arc::clone(&notes);
            // Another key may have the name now.
            *key.public.lock() = None;
            let sides = Key::sides(&key.attributes).iter().filter(|side| is_shown(**side, &notes));
            there.extend(sides.map(|side| Object::Key(Arc::clone(&key), *side)));
        }
        for (of, subject) in listing.records.keys() {
            let Subject::Paper(digits) = subject else { continue };
            let Some(notes) = notes_of(&catalogue.records, subject.clone()).filter(|_| *of == slot.0) else { continue };
            let paper = catalogue.paper(slot, digits).unwrap_or_else(|| {
                let notes = Mutex::new(Arc::clone(&notes));
                Arc::new(Paper { slot, digits: digits.clone(), notes, session: None })
            });
            *paper.notes.lock() = notes;
            there.push(Object::Paper(paper));
        }
        catalogue.keep_only(slot, there);
        true
    }

    /// Reads the slot's records that were not read yet, and forgets those that are no more.
    fn read_records(&self, slot: ProviderNumber, listing: &Listing) -> Result<()> {
        let mut unread: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        {
            let mut catalogue = self.catalogue.lock();
            let current: HashMap<String, ProviderNumber> =
                listing.records.values().map(|(name, provider)| (name.text(), *provider)).collect();
            catalogue.records.retain(|name, _| current.contains_key(name));
            for (name, provider) in listing.records.values().filter(|(name, _)| name.slot == slot) {
                let text = name.text();
                if !catalogue.records.contains_key(&text) {
                    unread.entry(provider.0).or_default().push(text);
                }
            }
        }
        for (provider, names) in unread {
            let read = shelf::read(&self.client, ProviderNumber(provider), names)?;
            self.catalogue.lock().records.extend(read);
        }
        Ok(())
    }
}

impl Listing {
    fn of(listed: Vec<KeyInfo>, providers: &[ProviderNumber]) -> Listing {
        let mut listing = Listing { keys: Vec::new(), records: BTreeMap::new(), litter: Vec::new() };
        for info in listed {
            if !info.name.is_reserved() {
                listing.keys.push(info);
                continue;
            }
            match Reserved::parse(info.name.as_str()) {
                Some(Reserved::Record(name)) => listing.add_record(name, info.provider_id),
                Some(Reserved::Session(owner)) if owner.is_gone() => {
                    listing.litter.push((info.name.into_string(), info.provider_id));
                }
                _ => {}
            }
        }
        listing.drop_orphans(providers);
        listing
    }

    fn add_record(&mut self, name: RecordName, provider: ProviderNumber) {
        let subject = (name.slot.0, name.subject.clone());
        let older = match self.records.get(&subject) {
            Some((newest, _)) if newest.number >= name.number => (name, provider),
            Some(_) => self.records.insert(subject, (name, provider)).expect("it was there a line ago"),
            None => {
                self.records.insert(subject, (name, provider));
                return;
            }
        };
        self.litter.push((older.0.text(), older.1));
    }

    /// A record is written when its key is there, and lists are of one moment: one without its key will never have it. Of
    /// a provider that is not configured now, keys are not listed.
    fn drop_orphans(&mut self, providers: &[ProviderNumber]) {
        let keys: std::collections::HashSet<(u8, &str)> =
            self.keys.iter().map(|info| (info.provider_id.0, info.name.as_str())).collect();
        let is_orphan = |(slot, subject): &(u8, Subject)| match subject {
            Subject::Key(name) => providers.iter().any(|one| one.0 == *slot) && !keys.contains(&(*slot, name.as_str())),
            Subject::Paper(_) => false,
        };
        let orphans: Vec<_> = self.records.keys().filter(|subject| is_orphan(subject)).cloned().collect();
        for orphan in orphans {
            let gone = self.records.remove(&orphan);
            self.litter.extend(gone.map(|(name, provider)| (name.text(), provider)));
        }
    }
}

/// Whether notes are about a key as it is now, and not about an earlier one of its name. The size does not count: where a key
/// was brought, the service measures it itself.
fn is_about(notes: &Notes, attributes: &KeyAttributes) -> bool {
    notes.of.is_some_and(|of| of.with_bits(0) == attributes.with_bits(0))
}

fn stored(info: &KeyInfo) -> Key {
    Key {
        slot: info.provider_id,
        residence: Residence::Stored(info.name.as_str().to_owned()),
        attributes: info.attributes,
        notes: Mutex::default(),
        public: Mutex::new(None),
        session: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_client::interface::names::KeyName;
    use keystead_client::presets;

    fn info(name: &str) -> KeyInfo {
        let attributes = presets::ecdsa_p256();
        KeyInfo { provider_id: ProviderNumber(1), name: KeyName::new(name).unwrap(), attributes }
    }

    fn record(slot: u8, number: u64, name: &str) -> KeyInfo {
        let subject = Subject::Key(name.to_owned());
        info(&RecordName { slot: ProviderNumber(slot), number, subject }.text())
    }

    #[test]
    fn the_newest_record_counts_and_what_has_no_key_is_litter() {
        let listed =
            vec![record(1, 2, "a"), record(1, 10, "a"), record(1, 9, "a"), record(1, 1, "b"), record(3, 1, "c")];
        let listed = [listed, vec![info("a"), info("keystead.reserved/other/x")]].concat();
        let listing = Listing::of(listed, &[ProviderNumber(1)]);
        let newest: Vec<_> = listing.records.values().map(|(name, _)| (name.slot.0, name.number)).collect();
        // Of slot 3 nobody knows whether its keys are there.
        assert_eq!(newest, [(1, 10), (3, 1)]);
        assert_eq!(listing.litter.len(), 3);
        assert_eq!(listing.keys.len(), 1);
    }
}
