//! C_DeriveKey: a secret agreed on with the owner of a public key.

use cryptoki_sys::*;
use keystead_client::interface::algorithm::RawKeyAgreement;
use keystead_client::interface::attributes::{KeyType, Usage};
use keystead_client::interface::secret::SecretBytes;

use crate::curves::Curve;
use crate::error::{Refusal, Result, about, refuse};
use crate::mechanism::ECDH;
use crate::module::Module;
use crate::object::Object;
use crate::parameters::{Mechanism, Parameters};
use crate::records::Side;
use crate::session::Session;
use crate::template::Template;

impl Module {
    /// CKM_ECDH1_DERIVE without a derivation function: the secret as it is, or its last bytes.
    pub(crate) fn derive(
        &self,
        session: &Session,
        mechanism: &Mechanism,
        base: &Object,
        template: &Template,
    ) -> Result<CK_OBJECT_HANDLE> {
        if mechanism.kind != CKM_ECDH1_DERIVE {
            return refuse(CKR_MECHANISM_INVALID);
        }
        let Parameters::Ecdh { function: CKD_NULL, shared, peer } = &mechanism.parameters else {
            return refuse(CKR_MECHANISM_PARAM_INVALID);
        };
        if !shared.is_empty() {
            return refuse(CKR_MECHANISM_PARAM_INVALID);
        }
        let Object::Key(key, Side::Private) = base else { return refuse(CKR_KEY_TYPE_INCONSISTENT) };
        let KeyType::EccKeyPair(family) = key.attributes.key_type() else { return refuse(CKR_KEY_TYPE_INCONSISTENT) };
        let curve = Curve::of(family, key.attributes.bits()).ok_or(Refusal(CKR_CURVE_NOT_SUPPORTED))?;
        let peer = curve.point(peer).ok_or(Refusal(CKR_MECHANISM_PARAM_INVALID))?;
        key.permit(Usage::DERIVE, ECDH)?;
        let name = key.name_for(&self.client, &self.owner, ECDH)?;
        let client = self.client.with_provider(key.slot);
        let agreed = client.raw_key_agreement(&name, RawKeyAgreement::Ecdh, peer);
        let agreed = agreed.map_err(about(CKR_MECHANISM_PARAM_INVALID))?;
        self.create_secret(session, template, cut(agreed, template)?)
    }
}

/// "The truncation removes bytes from the leading end of the secret value" (PKCS#11 3.0, 2.3.8).
fn cut(secret: SecretBytes, template: &Template) -> Result<SecretBytes> {
    let Some(wanted) = template.number(CKA_VALUE_LEN)? else { return Ok(secret) };
    let all = secret.expose();
    let surplus =
        usize::try_from(wanted).ok().filter(|wanted| *wanted > 0).and_then(|wanted| all.len().checked_sub(wanted));
    match surplus {
        Some(surplus) => Ok(all[surplus..].to_vec().into()),
        None => refuse(CKR_KEY_SIZE_RANGE),
    }
}
