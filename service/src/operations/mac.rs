//! Message authentication codes.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::arguments;
use keystead_interface::attributes::Usage;
use keystead_interface::operations::mac::{PsaMacCompute, PsaMacComputeResult, PsaMacVerify, PsaMacVerifyResult};
use keystead_provider::{Half, Mac, Work};

use super::{Call, Select, require};
use crate::error::Failure;

const MAC: Select<dyn Mac> = |capabilities| capabilities.mac;

pub(super) async fn compute(call: &Call<'_>, asked: PsaMacCompute) -> Result<PsaMacComputeResult, Failure> {
    let PsaMacCompute { key_name, alg, input } = asked;
    let capability = call.capability(MAC)?;
    let key = call.open(key_name)?.permit(Usage::SIGN_MESSAGE, Algorithm::Mac(alg))?;
    arguments::mac_length(alg, key.shape())?;
    require(capability.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use { key: &attributes, algorithm: Algorithm::Mac(alg), half: Half::Private, bytes: input.len() };
    let mac = call.run(MAC, work, move |mac| mac.compute(key.key(), alg, &input)).await?;
    Ok(PsaMacComputeResult { mac })
}

pub(super) async fn verify(call: &Call<'_>, asked: PsaMacVerify) -> Result<PsaMacVerifyResult, Failure> {
    let PsaMacVerify { key_name, alg, input, mac: expected } = asked;
    let capability = call.capability(MAC)?;
    let key = call.open(key_name)?.permit(Usage::VERIFY_MESSAGE, Algorithm::Mac(alg))?;
    arguments::mac_length(alg, key.shape())?;
    require(capability.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use { key: &attributes, algorithm: Algorithm::Mac(alg), half: Half::Private, bytes: input.len() };
    call.run(MAC, work, move |mac| mac.verify(key.key(), alg, &input, &expected)).await?;
    Ok(PsaMacVerifyResult {})
}
