//! Key agreement.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::Usage;
use keystead_interface::operations::key_agreement::{PsaRawKeyAgreement, PsaRawKeyAgreementResult};
use keystead_interface::policy::raw_agreement;
use keystead_provider::{Half, KeyAgreeing, Work};

use super::{Call, Select, require};
use crate::error::Failure;

const AGREEMENT: Select<dyn KeyAgreeing> = |capabilities| capabilities.key_agreement;

pub(super) async fn agree(call: &Call<'_>, asked: PsaRawKeyAgreement) -> Result<PsaRawKeyAgreementResult, Failure> {
    let PsaRawKeyAgreement { alg, private_key_name, peer_key } = asked;
    let agreement = call.capability(AGREEMENT)?;
    let algorithm: Algorithm = raw_agreement(alg);
    let key = call.open(private_key_name)?.permit(Usage::DERIVE, algorithm)?;
    if key.attributes().key_type().is_public() {
        return Err(Failure::invalid_argument("a public key cannot agree"));
    }
    if peer_key.is_empty() {
        return Err(Failure::invalid_argument("the peer's key is empty"));
    }
    require(agreement.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use { key: &attributes, algorithm, half: Half::Private, bytes: peer_key.len() };
    let shared_secret = call.run(AGREEMENT, work, move |agreement| agreement.agree(key.key(), alg, &peer_key)).await?;
    Ok(PsaRawKeyAgreementResult { shared_secret })
}
