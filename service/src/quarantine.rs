//! Recycled uids: when a user is deleted and another one gets its uid, the keys must not go with it unasked.
//!
//! The store notes which account a uid belonged to when its first key was made. A uid that belongs to another account
//! now, or to none, is suspect; so is one that was seen without its account once, even if an account of the old name
//! has it again: that is a deleted user, made again. An account that was deleted and made again under its old name while
//! no request came, or while the service did not run, cannot be told from the old one.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use keystead_interface::codes::AuthKind;
use keystead_interface::names::Tenant;
use keystead_interface::operations::admin::Quarantined;
use keystead_interface::status::Status;
use keystead_keystore::Owner;
use parking_lot::Mutex;

use crate::accounts::{Accounts, Mark};
use crate::error::Failure;
use crate::keyring::Keyring;

/// The tenants whose names are uids.
const KIND: AuthKind = AuthKind::UNIX_PEER_CREDENTIALS;

/// Who owned keys when, and who does now.
pub struct Quarantine {
    accounts_file: PathBuf,
    /// Whether suspects are refused, or only reported.
    refuses: bool,
    keyring: Arc<Keyring>,
    seen: Mutex<Seen>,
}

/// The accounts as they were last read. Nothing is here before the file could be read for the first time.
#[derive(Default)]
struct Seen {
    accounts: Option<(Mark, Arc<Accounts>)>,
    /// Owners that were found to be who they were, by these accounts: the store need not be asked again.
    trusted: HashSet<String>,
    /// Those who became suspect since the start, and why: the store is told, but not waited for.
    suspects: HashMap<String, String>,
    /// Whether the log says already that the file cannot be read.
    complained: bool,
}

/// What is to be thought of an owner.
enum Standing {
    /// It is who it was.
    Same,
    /// Nobody noted who it was.
    Unknown,
    /// It may be somebody else, for this reason.
    Suspect(String),
}

impl Quarantine {
    /// Reads the accounts, and looks at everybody who owns keys. Errs if suspects shall be refused and the accounts
    /// cannot be read.
    pub fn new(accounts_file: PathBuf, refuses: bool, keyring: Arc<Keyring>) -> io::Result<Quarantine> {
        let quarantine = Quarantine { accounts_file, refuses, keyring, seen: Mutex::default() };
        match quarantine.refresh() {
            Err(error) if refuses => Err(error),
            _ => Ok(quarantine),
        }
    }

    /// Refuses a tenant that owns keys of a uid's former owner. One stat, and where nothing changed no more than that.
    pub fn check(&self, tenant: &Tenant) -> Result<(), Failure> {
        if !self.refuses {
            return Ok(());
        }
        let Some((mark, accounts)) = self.accounts() else { return Ok(()) };
        if self.seen.lock().trusted.contains(tenant.name()) {
            return Ok(());
        }
        let Some(owner) = self.owner(tenant)? else { return Ok(()) };
        match judge(&owner, &accounts) {
            Standing::Suspect(reason) => Err(Failure::new(Status::AuthenticationError, reason)),
            Standing::Unknown => {
                self.note(vec![known(tenant, &accounts)]);
                Ok(())
            }
            Standing::Same => {
                let mut seen = self.seen.lock();
                // Other accounts may have been read meanwhile, by which nobody was judged yet.
                if seen.accounts.as_ref().is_some_and(|(current, _)| *current == mark) {
                    seen.trusted.insert(tenant.name().to_owned());
                }
                Ok(())
            }
        }
    }

    /// To be called before a key is made: notes who a tenant is that owns none yet.
    pub fn note_owner(&self, tenant: &Tenant) -> Result<(), Failure> {
        if tenant.kind() == KIND
            && let Some((_, accounts)) = self.accounts()
            && self.owner(tenant)?.is_none()
        {
            self.seen.lock().suspects.remove(tenant.name());
            self.note(vec![known(tenant, &accounts)]);
        }
        Ok(())
    }

    /// All suspects, with the reason and whether they are refused.
    pub async fn suspects(&self) -> Result<Vec<Quarantined>, Failure> {
        let Some((_, accounts)) = self.accounts() else { return Ok(Vec::new()) };
        let owners = self.keyring.ask_store(|store| store.owners(KIND, None)).await?;
        let suspect = |owner: Owner| match judge(&self.with_suspicion(owner), &accounts) {
            Standing::Suspect(reason) => {
                let reason = if self.refuses {
                    reason
                } else {
                    format!("{reason} (it is served all the same: quarantine_recycled_uids is false)")
                };
                Some(reason)
            }
            Standing::Same | Standing::Unknown => None,
        };
        let listed = |owner: Owner| {
            let client = owner.tenant.name().to_owned();
            Some(Quarantined { auth_type: KIND, client, reason: suspect(owner)? })
        };
        Ok(owners.into_iter().filter_map(listed).collect())
    }

    /// Serves a suspect again, as the account that has its uid now. False if it is no suspect.
    pub async fn release(&self, tenant: &Tenant) -> Result<bool, Failure> {
        let Some((_, accounts)) = self.accounts().filter(|_| tenant.kind() == KIND) else { return Ok(false) };
        let Some(owner) = self.owner(tenant)? else { return Ok(false) };
        if !matches!(judge(&owner, &accounts), Standing::Suspect(_)) {
            return Ok(false);
        }
        self.keyring.store().note_owners(vec![known(tenant, &accounts)]).await?;
        self.seen.lock().suspects.remove(tenant.name());
        Ok(true)
    }

    /// The accounts of now; if they cannot be read, those of before.
    fn accounts(&self) -> Option<(Mark, Arc<Accounts>)> {
        if let Err(error) = self.refresh() {
            let complained = std::mem::replace(&mut self.seen.lock().complained, true);
            if !complained {
                log::warn!(file:% = self.accounts_file.display(); "the accounts cannot be read: {error}");
            }
        }
        self.seen.lock().accounts.clone()
    }

    /// Reads the accounts if they changed. Who became suspect by that is noted, because who has the uid next may have
    /// the old name; and those of whom nothing was noted are taken for who they were before the change.
    fn refresh(&self) -> io::Result<()> {
        let before = self.seen.lock().accounts.clone();
        if before.as_ref().is_some_and(|(mark, _)| Mark::of(&self.accounts_file).is_ok_and(|now| now == *mark)) {
            return Ok(());
        }
        let (mark, accounts) = Accounts::read(&self.accounts_file)?;
        let accounts = Arc::new(accounts);
        let former = before.map_or_else(|| Arc::clone(&accounts), |(_, accounts)| accounts);
        let suspects = self.note_changes(&former, &accounts);
        let mut seen = self.seen.lock();
        seen.suspects.extend(suspects);
        seen.accounts = Some((mark, accounts));
        seen.trusted.clear();
        seen.complained = false;
        Ok(())
    }

    fn note_changes(&self, former: &Accounts, accounts: &Accounts) -> Vec<(String, String)> {
        let owners = self.keyring.store().owners(KIND, None);
        let owners = owners.inspect_err(|error| log::error!("who owns keys cannot be listed: {error}"));
        let (mut changes, mut suspects) = (Vec::new(), Vec::new());
        for owner in owners.unwrap_or_default() {
            let is_noted = owner.account.is_some();
            let owner = if is_noted { owner } else { known(&owner.tenant, former) };
            match judge(&owner, accounts) {
                Standing::Suspect(reason) if self.refuses && owner.quarantine.is_none() => {
                    log::debug!(tenant:% = owner.tenant; "refused until it is released: {reason}");
                    suspects.push((owner.tenant.name().to_owned(), reason.clone()));
                    changes.push(Owner { quarantine: Some(reason), ..owner });
                }
                _ if !is_noted => changes.push(owner),
                _ => {}
            }
        }
        if !suspects.is_empty() {
            let count = suspects.len();
            log::warn!(count; "clients are refused because their uids went to other accounts; Health names them");
        }
        self.note(changes);
        suspects
    }

    /// Does not wait for the disk. If that fails, the store says so in the log.
    fn note(&self, owners: Vec<Owner>) {
        if !owners.is_empty() {
            drop(self.keyring.store().note_owners(owners));
        }
    }

    fn owner(&self, tenant: &Tenant) -> Result<Option<Owner>, Failure> {
        let owner = self.keyring.store().owners(tenant.kind(), Some(tenant.name()))?.pop();
        Ok(owner.map(|owner| self.with_suspicion(owner)))
    }

    fn with_suspicion(&self, owner: Owner) -> Owner {
        let quarantine = owner.quarantine.or_else(|| self.seen.lock().suspects.get(owner.tenant.name()).cloned());
        Owner { quarantine, ..owner }
    }
}

/// A tenant as it is to be noted while these are the accounts. A uid without one, as containers have them, is noted by
/// the empty name.
fn known(tenant: &Tenant, accounts: &Accounts) -> Owner {
    let name = uid(tenant).and_then(|uid| accounts.name(uid)).unwrap_or_default();
    Owner { tenant: tenant.clone(), account: Some(name.to_owned()), quarantine: None }
}

fn judge(owner: &Owner, accounts: &Accounts) -> Standing {
    if let Some(reason) = &owner.quarantine {
        return Standing::Suspect(reason.clone());
    }
    let (Some(was), Some(uid)) = (owner.account.as_deref(), uid(&owner.tenant)) else { return Standing::Unknown };
    let then = if was.is_empty() { "nobody's account".to_owned() } else { format!("the account {was:?}") };
    match accounts.name(uid) {
        None if was.is_empty() => Standing::Same,
        None => Standing::Suspect(format!("uid {uid} was {then} when its first key was made, and is nobody's now")),
        Some(_) if accounts.has(uid, was) => Standing::Same,
        Some(name) => {
            Standing::Suspect(format!("uid {uid} was {then} when its first key was made, and is {name:?} now"))
        }
    }
}

fn uid(tenant: &Tenant) -> Option<u32> {
    tenant.name().parse().ok()
}
