//! Tokens of other SPIFFE issuers, such as SPIRE (wire contract 2.1, type 4): verified here, with the keys of the issuer's
//! trust bundle, and never by asking the issuer.

mod bundle_stream;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwap;
use keystead_interface::codes::AuthKind;
use keystead_interface::frame::RawAuth;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::AuthenticatorInfo;
use keystead_interface::status::Status;
use keystead_trust::binding::Binding;
use keystead_trust::jwks::KeySet;
use keystead_trust::spiffe_id::TrustDomain;
use keystead_trust::token::svid::{ExpectedSvid, verify};

pub use self::bundle_stream::BundleStream;

use super::jwt::refused;
use super::tokens::{Tokens, Verified};
use super::{Authenticator, Caller};
use crate::clock;
use crate::error::Failure;

/// The keys of a trust domain, as they are now. Whoever hears of newer ones replaces them under those who verify.
pub struct Bundles {
    now: ArcSwap<Bundle>,
    replaced: AtomicU64,
}

struct Bundle {
    epoch: u64,
    keys: KeySet,
}

impl Bundles {
    /// No keys yet: no token is believed.
    pub fn empty() -> Self {
        let none = Bundle { epoch: 0, keys: KeySet::default() };
        Bundles { now: ArcSwap::from_pointee(none), replaced: AtomicU64::new(0) }
    }

    /// From now on these keys, and no other: tokens that others signed are refused from this moment.
    pub fn replace(&self, keys: KeySet) {
        let epoch = self.replaced.fetch_add(1, Relaxed) + 1;
        self.now.store(Arc::new(Bundle { epoch, keys }));
    }
}

/// Tenants are SPIFFE IDs.
pub struct JwtSvid {
    audience: String,
    trust_domain: TrustDomain,
    admins: BTreeSet<String>,
    bundles: Arc<Bundles>,
    tokens: Tokens,
}

impl JwtSvid {
    /// Believes whoever has a key in `bundles`, for applications of `trust_domain` and tokens that are (also) for
    /// `audience`. `admins` are SPIFFE IDs.
    pub fn new(audience: String, trust_domain: TrustDomain, admins: BTreeSet<String>, bundles: Arc<Bundles>) -> Self {
        JwtSvid { audience, trust_domain, admins, bundles, tokens: Tokens::new() }
    }
}

impl Authenticator for JwtSvid {
    fn kind(&self) -> AuthKind {
        AuthKind::JWT_SVID
    }

    fn describe(&self) -> AuthenticatorInfo {
        AuthenticatorInfo {
            description: "A JWT-SVID of the SPIFFE trust domain".to_owned(),
            version: (0, 1, 0),
            id: self.kind(),
        }
    }

    /// A JWT-SVID is its bearer's, whoever that is: the peer is not asked.
    fn authenticate(&self, auth: RawAuth<'_>, caller: Caller<'_>) -> Result<Tenant, Failure> {
        let now = clock::now();
        let bundle = self.bundles.now.load_full();
        let expected = ExpectedSvid { audience: &self.audience, trust_domain: &self.trust_domain, now: now.unix };
        let verify = || {
            std::str::from_utf8(auth.bytes())
                .map_err(|_| Failure::new(Status::InvalidEncoding, "the token is not UTF-8"))?;
            let verified = verify(auth.bytes(), |key_id| bundle.keys.find(key_id), &expected).map_err(refused)?;
            let tenant = Tenant::new(AuthKind::JWT_SVID, verified.subject.as_str())
                .map_err(|error| Failure::new(Status::AuthenticationError, error.to_string()))?;
            Ok(Verified { tenant, binding: Binding::None, expires_at: verified.expires_at })
        };
        let known = match self.tokens.recall(auth.bytes(), bundle.epoch, caller) {
            Some(known) => known,
            None => self.tokens.find(auth.bytes(), bundle.epoch, now, verify)?,
        };
        if known.is_expired(now) {
            return Err(Failure::new(Status::AuthStale, "the token has expired"));
        }
        caller.process.remember(&known);
        Ok(known.tenant.clone())
    }

    fn names_admin(&self, tenant: &Tenant) -> bool {
        self.admins.contains(tenant.name())
    }
}
