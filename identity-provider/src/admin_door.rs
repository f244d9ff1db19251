//! The socket of the orchestrator: whom to believe, and of which clients it tells.

use std::sync::Arc;

use keystead_daemon::connection::{Caller, Door, Refusal};
use keystead_daemon::{clock, instance};
use keystead_interface::operations::identity::{
    AddClient, AddClientResult, ClientState, ListClientDefinitionsResult, ProveClient, ProveClientResult, RemoveClient,
    RemoveClientResult, ShareTrustBundle, ShareTrustBundleResult, TrustRole,
};
use keystead_interface::operations::{Opcode, Operation, Outcome};
use keystead_interface::status::Status;
use keystead_trust::binding::BindingKind;
use keystead_trust::payload::definition::Definition;
use keystead_trust::payload::proof::Proof;
use keystead_trust::payload::{self, Received, Refused};
use keystead_trust::slot::Stage;

use crate::application_door::ping;
use crate::clients::NotTaken;
use crate::evidence::{self, Proven};
use crate::provider::IdentityProvider;
use crate::sender::Sender;

/// The socket of the orchestrator.
pub struct AdminDoor(pub Arc<IdentityProvider>);

impl Door for AdminDoor {
    fn serves(&self, opcode: Opcode) -> bool {
        use Opcode::*;
        matches!(
            opcode,
            Ping | GetInstance | ShareTrustBundle | AddClient | ProveClient | RemoveClient | ListClientDefinitions
        )
    }

    /// Why its peer was refused is said here only, and only the orchestrator can connect.
    fn refusals(&self) -> log::Level {
        log::Level::Warn
    }

    fn answer(&self, caller: &Caller<'_>, operation: Operation) -> Result<Outcome, Refusal> {
        match operation {
            Operation::Ping(_) => return Ok(ping().into()),
            Operation::GetInstance(_) => return Ok(self.0.describe().into()),
            _ => {}
        }
        self.0.check_orchestrator(caller).map_err(|error| Refusal::new(Status::AdminOperation, error))?;
        let sender = Sender::of(caller).map_err(|error| Refusal::new(Status::AdminOperation, error))?;
        match operation {
            Operation::ShareTrustBundle(share) => self.share(sender, &share).map(Outcome::from),
            Operation::AddClient(asked) => self.add(&sender, &asked).map(Outcome::from),
            Operation::ProveClient(asked) => self.prove(&sender, &asked).map(Outcome::from),
            Operation::RemoveClient(asked) => self.remove(&sender, &asked).map(Outcome::from),
            Operation::ListClientDefinitions(_) => {
                Ok(ListClientDefinitionsResult { definitions: self.0.told.lock().clients.list() }.into())
            }
            _ => Err(Refusal::new(Status::OpcodeDoesNotExist, "not served here")),
        }
    }
}

impl AdminDoor {
    fn share(&self, sender: Sender, share: &ShareTrustBundle) -> Result<ShareTrustBundleResult, Refusal> {
        let now = clock::now();
        let mut told = self.0.told.lock();
        told.forget_the_ended();
        let trust_epoch =
            told.slot.share(sender.clone(), share, now).map_err(|error| Refusal::new(error.status(), error))?;
        if told.slot.stage() == Stage::Serving {
            told.serving_since.get_or_insert(now.uptime);
        }
        drop(told);
        if share.role == TrustRole::Root {
            log::info!(pid = sender.pinned().peer().pid(), uid = sender.pinned().peer().uid(); "an orchestrator is believed");
            // Without the watch its end is noticed when the slot is used next.
            if let Err(error) = self.0.watch(sender) {
                log::warn!("the orchestrator's process cannot be watched: {error}");
            }
        }
        Ok(ShareTrustBundleResult { trust_epoch })
    }

    fn add(&self, sender: &Sender, asked: &AddClient) -> Result<AddClientResult, Refusal> {
        let nonce = instance::random().map_err(|error| Refusal::new(Status::PsaErrorInsufficientEntropy, error))?;
        let now = clock::now();
        let mut told = self.0.told.lock();
        told.forget_the_ended();
        let received: Received<Definition> =
            payload::receive(&mut told.slot, sender, &asked.definition, self.0.instance, now).map_err(refused)?;
        if received.content.state == ClientState::Stopped {
            let removed = told.clients.remove(&received.content.client_ref);
            drop(told);
            self.end_tokens(removed);
            return Ok(AddClientResult { nonce: Vec::new() });
        }
        let mapping = self.mapping_of(&received.content)?;
        told.clients
            .define(received, mapping, nonce, now)
            .map_err(|error| Refusal::new(Status::QuotaExceeded, error))?;
        Ok(AddClientResult { nonce: nonce.to_vec() })
    }

    /// The rule that lets a definition have the identity that it asks for.
    fn mapping_of(&self, definition: &Definition) -> Result<usize, Refusal> {
        let refuse = |why| Err(Refusal::new(Status::PsaErrorNotPermitted, why));
        let says = &definition.selectors;
        if self.0.settings.refuse_shared_uid && says.uid == Some(self.0.own_uid) {
            return refuse("the definition is of this daemon's own uid");
        }
        if !says.are_telling() {
            return refuse("the definition says nothing that could tell its process from others");
        }
        let shares_ours = says.cgroup.is_some() && says.cgroup == self.0.own_cgroup;
        if definition.binding == Some(BindingKind::Cgroup) && shares_ours {
            return refuse("the definition wants tokens bound to this daemon's own cgroup");
        }
        let found = self.0.settings.mappings.iter().position(|mapping| mapping.yields(definition));
        found.map_or_else(|| refuse("no mapping yields the identity that the definition asks for"), Ok)
    }

    fn prove(&self, sender: &Sender, asked: &ProveClient) -> Result<ProveClientResult, Refusal> {
        let now = clock::now();
        let mut told = self.0.told.lock();
        told.forget_the_ended();
        let received: Received<Proof> =
            payload::receive(&mut told.slot, sender, &asked.proof, self.0.instance, now).map_err(refused)?;
        let proof = received.content;
        let (definition, mapping) = told.clients.take_proof(&proof, now).map_err(|error| {
            let status = match error {
                NotTaken::NoDefinition => Status::PsaErrorDoesNotExist,
                NotTaken::NotProven(_) => Status::AuthenticationError,
            };
            Refusal::new(status, error)
        })?;
        // Rules are not added or removed while this process lives.
        let mapping = self.0.settings.mappings.get(mapping);
        let mapping = mapping.ok_or_else(|| Refusal::new(Status::PsaErrorNotPermitted, "its mapping is gone"))?;
        let proven = evidence::judge(definition, &proof, mapping)
            .map_err(|error| Refusal::new(Status::PsaErrorNotPermitted, error))?;
        let identity = definition.identity.to_string();
        told.clients.prove(&proof.client_ref, proven);
        log::info!(client:% = proof.client_ref; "a client is proven");
        Ok(ProveClientResult { identity })
    }

    fn remove(&self, sender: &Sender, asked: &RemoveClient) -> Result<RemoveClientResult, Refusal> {
        let mut told = self.0.told.lock();
        told.forget_the_ended();
        if !told.slot.is_of(sender) {
            return Err(Refusal::new(Status::PsaErrorNotPermitted, "another process than the one that is believed"));
        }
        let removed = told.clients.remove(&asked.client_ref);
        drop(told);
        let is_removed = removed.is_some();
        self.end_tokens(removed);
        Ok(RemoveClientResult { removed: is_removed })
    }

    /// Tokens that are bound to what may not have ended with their client end with the key that signed them.
    fn end_tokens(&self, removed: Option<(Definition, Option<Proven>)>) {
        let Some((definition, Some(proven))) = removed else { return };
        if evidence::outlives(&definition, &proven.process) {
            self.0.upstreams.iter().for_each(|upstream| upstream.renew());
        }
    }
}

fn refused(why: Refused) -> Refusal {
    Refusal::new(why.status(), why)
}
