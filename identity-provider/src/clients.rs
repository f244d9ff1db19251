//! The clients that an orchestrator told of: their definitions, and what became of their proofs. Only in memory: who is
//! restarted is told again.

use std::collections::BTreeMap;

use keystead_interface::names::ClientRef;
use keystead_interface::operations::identity::{ClientDefinition, ClientState};
use keystead_trust::binding::BindingKind;
use keystead_trust::moment::Moment;
use keystead_trust::payload::Received;
use keystead_trust::payload::definition::{Definition, PinnedProcess, Selectors};
use keystead_trust::payload::proof::{Awaited, NotProven, Proof};
use keystead_trust::spiffe_id::SpiffeId;

use crate::attest::Wanted;
use crate::evidence::Proven;
use crate::limits::MAX_DEFINITIONS;

/// All clients.
#[derive(Debug, Default)]
pub struct Clients {
    by_ref: BTreeMap<ClientRef, Client>,
}

/// A client that has not ended.
#[derive(Debug)]
struct Client {
    definition: Definition,
    sha256: [u8; 32],
    /// Which rule lets it have its identity.
    mapping: usize,
    awaited: Awaited,
    proven: Option<Proven>,
}

/// There is no room for one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {MAX_DEFINITIONS} definitions already")]
pub struct TooMany;

/// Why a proof is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// No such client.
    #[error("there is no definition of this client")]
    NoDefinition,
    /// Not the definition's.
    #[error("{0}")]
    NotProven(#[from] NotProven),
}

/// Why a caller gets no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoIdentity {
    /// No definition matches.
    #[error("no definition matches the caller")]
    Unknown,
    /// Definitions of several identities match, and none of them was named.
    #[error("definitions of several identities match the caller, and it named none of them")]
    Ambiguous,
    /// Definitions match, and the named identity is none of theirs.
    #[error("the caller has other identities than the one that it named")]
    Another,
    /// Its proof has not come yet.
    #[error("the caller's definition is not proven yet")]
    Unproven,
}

impl Clients {
    /// Takes a definition that `mapping` lets have its identity. A client that was proven stays so if nothing but its state
    /// is new, so that it gets tokens while it starts to run.
    pub fn define(
        &mut self,
        received: Received<Definition>,
        mapping: usize,
        nonce: [u8; 16],
        now: Moment,
    ) -> Result<(), TooMany> {
        let definition = received.content;
        let known = self.by_ref.get(&definition.client_ref);
        if known.is_none() && self.by_ref.len() >= MAX_DEFINITIONS {
            return Err(TooMany);
        }
        let proven = known.filter(|known| known.mapping == mapping && is_same_client(&known.definition, &definition));
        let proven = proven.and_then(|known| known.proven.clone());
        let awaited = Awaited::new(received.sha256, nonce, now);
        let client = Client { sha256: received.sha256, mapping, awaited, proven, definition };
        self.by_ref.insert(client.definition.client_ref.clone(), client);
        Ok(())
    }

    /// Whether this proof is of a definition that waits for it; gives the definition, and the rule for it. A definition
    /// waits for one proof only.
    pub fn take_proof(&mut self, proof: &Proof, now: Moment) -> Result<(&Definition, usize), NotTaken> {
        let client = self.by_ref.get_mut(&proof.client_ref).ok_or(NotTaken::NoDefinition)?;
        client.awaited.take(proof, now)?;
        Ok((&client.definition, client.mapping))
    }

    /// From now on it gets tokens.
    pub fn prove(&mut self, client_ref: &ClientRef, proven: Proven) {
        if let Some(client) = self.by_ref.get_mut(client_ref) {
            client.proven = Some(proven);
        }
    }

    /// Forgets a client; gives its definition if it was there, and what was proven if it could have tokens.
    pub fn remove(&mut self, client_ref: &ClientRef) -> Option<(Definition, Option<Proven>)> {
        self.by_ref.remove(client_ref).map(|client| (client.definition, client.proven))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.by_ref.clear();
    }

    /// All of them, by name.
    pub fn list(&self) -> Vec<ClientDefinition> {
        let show = |client: &Client| ClientDefinition {
            client_ref: client.definition.client_ref.clone(),
            definition_sha256: client.sha256,
            state: client.definition.state,
            proven: client.proven.is_some(),
            identity: client.definition.identity.to_string(),
        };
        self.by_ref.values().map(show).collect()
    }

    /// Which facts of a caller decide between them.
    pub fn wanted(&self) -> Wanted {
        let each = self.by_ref.values().map(|client| Wanted::by(&client.definition.selectors));
        each.fold(Wanted::default(), Wanted::or)
    }

    /// Which of them a caller is, of whom this was seen: its identity, and how its tokens are to be bound. `named` is the
    /// identity that it asks for. `still_holds` says, after the caller was seen, whether a client's first process lives in
    /// the namespaces by which the client is recognised.
    pub fn identify(
        &self,
        seen: &Selectors,
        named: Option<&SpiffeId>,
        still_holds: impl Fn(&PinnedProcess, &Selectors) -> bool,
    ) -> Result<Identified, NoIdentity> {
        let matching = self.matching(seen, named, still_holds)?;
        match matching.as_slice() {
            [(identity, Some(proven))] => Ok(((*identity).clone(), proven.definition.binding)),
            [_] => Err(NoIdentity::Unproven),
            _ => Err(NoIdentity::Ambiguous),
        }
    }

    /// All that a caller is, of whom this was seen: each identity that is proven, at least one, in the order of their texts.
    pub fn identities(
        &self,
        seen: &Selectors,
        named: Option<&SpiffeId>,
        still_holds: impl Fn(&PinnedProcess, &Selectors) -> bool,
    ) -> Result<Vec<Identified>, NoIdentity> {
        let each = self.matching(seen, named, still_holds)?.into_iter();
        let proven = each.filter_map(|(identity, proven)| Some((identity.clone(), proven?.definition.binding)));
        let proven: Vec<Identified> = proven.collect();
        if proven.is_empty() { Err(NoIdentity::Unproven) } else { Ok(proven) }
    }

    /// The identities that match, at least one, each with a client that proved it if there is one.
    fn matching(
        &self,
        seen: &Selectors,
        named: Option<&SpiffeId>,
        still_holds: impl Fn(&PinnedProcess, &Selectors) -> bool,
    ) -> Result<Vec<Matching<'_>>, NoIdentity> {
        let mut all: BTreeMap<&SpiffeId, Option<&Client>> = BTreeMap::new();
        for client in self.by_ref.values().filter(|client| client.is_seen(seen, &still_holds)) {
            let proven = all.entry(&client.definition.identity).or_default();
            *proven = proven.or(client.proven.is_some().then_some(client));
        }
        if all.is_empty() {
            return Err(NoIdentity::Unknown);
        }
        all.retain(|identity, _| named.is_none_or(|named| named == *identity));
        if all.is_empty() { Err(NoIdentity::Another) } else { Ok(all.into_iter().collect()) }
    }
}

/// An identity, and how its tokens are to be bound.
pub type Identified = (SpiffeId, Option<BindingKind>);
/// An identity, and who has proved it.
type Matching<'c> = (&'c SpiffeId, Option<&'c Client>);

impl Client {
    fn is_seen(&self, seen: &Selectors, still_holds: impl Fn(&PinnedProcess, &Selectors) -> bool) -> bool {
        let stated = &self.definition.selectors;
        // An image is not what the kernel knows: it is what was proven.
        let image_digest = match &self.proven {
            Some(proven) => proven.image_digest.clone(),
            None => stated.image_digest.clone(),
        };
        let matches = stated.are_telling() && stated.mismatch(&Selectors { image_digest, ..seen.clone() }).is_none();
        let by_namespaces = Wanted::by(stated).namespaces;
        let holds = |proven: &Proven| !by_namespaces || still_holds(&proven.process, stated);
        matches && self.proven.as_ref().is_none_or(holds)
    }
}

/// Whether they differ in nothing but how far the client has come.
fn is_same_client(old: &Definition, new: &Definition) -> bool {
    *old == Definition { state: old.state, ..new.clone() } && new.state != ClientState::Stopped
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use keystead_interface::names::InstanceId;
    use keystead_trust::payload::Envelope;
    use keystead_trust::payload::proof::NONCE_LIFETIME;

    use super::*;

    const NOW: Moment = Moment { unix: 1_800_000_000, uptime: Duration::from_secs(1000) };
    const NONCE: [u8; 16] = [7; 16];

    fn definition(client: &str, uid: u32, identity: &str) -> Received<Definition> {
        let instance = InstanceId::new([1; 16]);
        Received {
            envelope: Envelope { sender: instance, receiver: instance, issued_at: 0, expires_at: 1, sequence: 1 },
            content: Definition {
                client_ref: ClientRef::new(client).unwrap(),
                state: ClientState::Starting,
                identity: id(identity),
                selectors: seen(uid),
                binding: None,
            },
            sha256: [u8::try_from(client.len()).unwrap(); 32],
        }
    }

    fn id(name: &str) -> SpiffeId {
        SpiffeId::parse(&format!("spiffe://localhost/{name}")).unwrap()
    }

    fn seen(uid: u32) -> Selectors {
        Selectors { uid: Some(uid), ..Selectors::default() }
    }

    fn proven() -> Proven {
        Proven { process: PinnedProcess { pid: 77, pidfd_inode: 5001 }, image_digest: None }
    }

    fn proof(of: &Received<Definition>) -> Proof {
        Proof {
            client_ref: of.content.client_ref.clone(),
            definition_sha256: of.sha256,
            nonce: NONCE,
            evidence: Vec::new(),
        }
    }

    fn defined(all: &[&Received<Definition>]) -> Clients {
        let mut clients = Clients::default();
        for one in all {
            clients.define((*one).clone(), 0, NONCE, NOW).unwrap();
        }
        clients
    }

    #[test]
    fn only_a_proven_client_is_somebody() {
        let shop = definition("shop", 1000, "shop");
        let mut clients = defined(&[&shop]);
        assert_eq!(clients.identify(&seen(1001), None, |_, _| true), Err(NoIdentity::Unknown));
        assert_eq!(clients.identify(&seen(1000), None, |_, _| true), Err(NoIdentity::Unproven));
        assert_eq!(clients.take_proof(&proof(&shop), NOW).map(|(_, mapping)| mapping), Ok(0));
        clients.prove(&shop.content.client_ref, proven());
        assert_eq!(clients.identify(&seen(1000), None, |_, _| true), Ok((id("shop"), None)));
        assert_eq!(clients.identify(&seen(1000), Some(&id("other")), |_, _| true), Err(NoIdentity::Another));
        assert!(clients.remove(&shop.content.client_ref).is_some());
        assert_eq!(clients.identify(&seen(1000), None, |_, _| true), Err(NoIdentity::Unknown));
    }

    #[test]
    fn several_identities_need_a_name() {
        let (shop, till) = (definition("shop", 1000, "shop"), definition("till", 1000, "till"));
        let mut clients = defined(&[&shop, &till]);
        clients.prove(&shop.content.client_ref, proven());
        clients.prove(&till.content.client_ref, proven());
        assert_eq!(clients.identify(&seen(1000), None, |_, _| true), Err(NoIdentity::Ambiguous));
        assert_eq!(clients.identify(&seen(1000), Some(&id("till")), |_, _| true), Ok((id("till"), None)));
        let both = clients.identities(&seen(1000), None, |_, _| true).unwrap();
        assert_eq!(both, [(id("shop"), None), (id("till"), None)]);
        assert_eq!(clients.identities(&seen(1000), Some(&id("till")), |_, _| true).unwrap(), [(id("till"), None)]);
        // One that is not proven yet is not among them, and is still in the way of who names none.
        let half = defined(&[&shop, &till]);
        assert_eq!(half.identities(&seen(1000), None, |_, _| true), Err(NoIdentity::Unproven));
        let mut half = half;
        half.prove(&till.content.client_ref, proven());
        assert_eq!(half.identities(&seen(1000), None, |_, _| true).unwrap(), [(id("till"), None)]);
        assert_eq!(half.identify(&seen(1000), None, |_, _| true), Err(NoIdentity::Ambiguous));
        // Two definitions of one identity are one answer.
        let again = definition("shop-2", 1000, "shop");
        let mut clients = defined(&[&shop, &again]);
        clients.prove(&again.content.client_ref, proven());
        assert_eq!(clients.identify(&seen(1000), None, |_, _| true), Ok((id("shop"), None)));
    }

    #[test]
    fn a_proof_is_taken_once_in_time_and_for_its_own_definition() {
        let shop = definition("shop", 1000, "shop");
        let mut clients = defined(&[&shop]);
        let wrong = Proof { nonce: [8; 16], ..proof(&shop) };
        assert_eq!(clients.take_proof(&wrong, NOW).err(), Some(NotProven::Nonce.into()));
        let unknown = Proof { client_ref: ClientRef::new("x").unwrap(), ..proof(&shop) };
        assert_eq!(clients.take_proof(&unknown, NOW).err(), Some(NotTaken::NoDefinition));
        assert!(clients.take_proof(&proof(&shop), NOW).is_ok());
        assert_eq!(clients.take_proof(&proof(&shop), NOW).err(), Some(NotProven::Spent.into()));
        let mut late = defined(&[&shop]);
        assert_eq!(late.take_proof(&proof(&shop), NOW.after(NONCE_LIFETIME)).err(), Some(NotProven::Expired.into()));
    }

    #[test]
    fn a_client_that_starts_to_run_stays_proven_and_a_changed_one_does_not() {
        let mut shop = definition("shop", 1000, "shop");
        let mut clients = defined(&[&shop]);
        clients.prove(&shop.content.client_ref, proven());
        shop.content.state = ClientState::Running;
        clients.define(shop.clone(), 0, NONCE, NOW).unwrap();
        assert!(clients.identify(&seen(1000), None, |_, _| true).is_ok());
        shop.content.selectors.gid = Some(5);
        clients.define(shop, 0, NONCE, NOW).unwrap();
        let member = Selectors { gid: Some(5), ..seen(1000) };
        assert_eq!(clients.identify(&member, None, |_, _| true), Err(NoIdentity::Unproven));
    }

    #[test]
    fn a_namespace_whose_first_process_is_gone_is_nobodys() {
        let mut shop = definition("shop", 1000, "shop");
        shop.content.selectors = Selectors { pidns: Some(7), ..Selectors::default() };
        let mut clients = defined(&[&shop]);
        clients.prove(&shop.content.client_ref, proven());
        let caller = Selectors { pidns: Some(7), ..seen(1000) };
        assert_eq!(clients.identify(&caller, None, |process, _| *process == proven().process), Ok((id("shop"), None)));
        assert_eq!(clients.identify(&caller, None, |_, _| false), Err(NoIdentity::Unknown));
        // Of a client that is recognised otherwise, processes may live on.
        let mut clients = defined(&[&definition("shop", 1000, "shop")]);
        clients.prove(&shop.content.client_ref, proven());
        assert_eq!(clients.identify(&caller, None, |_, _| false), Ok((id("shop"), None)));
    }
}
