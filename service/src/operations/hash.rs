//! Hashes. No key is involved, and no identity is needed.

use keystead_interface::algorithm::Hash;
use keystead_interface::operations::hash::{
    PsaHashCompare, PsaHashCompareResult, PsaHashCompute, PsaHashComputeResult,
};
use keystead_interface::status::Status;
use keystead_provider::{Hashing, Work};

use super::{Call, Select};
use crate::error::Failure;

const HASH: Select<dyn Hashing> = |capabilities| capabilities.hash;

async fn digest(call: &Call<'_>, alg: Hash, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if !call.capability(HASH)?.supports(alg) {
        return Err(Failure::not_supported("the provider does not have this hash"));
    }
    let work = Work::Keyless { bytes: input.len() };
    call.run(HASH, work, move |hash| hash.compute(alg, &input)).await
}

pub(super) async fn compute(call: &Call<'_>, asked: PsaHashCompute) -> Result<PsaHashComputeResult, Failure> {
    Ok(PsaHashComputeResult { hash: digest(call, asked.alg, asked.input).await? })
}

/// Neither the input nor the hash is secret to the caller, who sent both: a plain comparison tells nothing.
pub(super) async fn compare(call: &Call<'_>, asked: PsaHashCompare) -> Result<PsaHashCompareResult, Failure> {
    if digest(call, asked.alg, asked.input).await? == asked.hash {
        Ok(PsaHashCompareResult {})
    } else {
        Err(Failure::new(Status::PsaErrorInvalidSignature, "the hash is another"))
    }
}
