//! Random bytes.

use keystead_interface::operations::random::{PsaGenerateRandom, PsaGenerateRandomResult};
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;
use keystead_provider::{Random, Work};

use super::{Call, Select};
use crate::error::Failure;
use crate::limits::MAX_RANDOM_BYTES;

const RANDOM: Select<dyn Random> = |capabilities| capabilities.random;

pub(super) async fn generate(call: &Call<'_>, asked: PsaGenerateRandom) -> Result<PsaGenerateRandomResult, Failure> {
    call.capability(RANDOM)?;
    let size = usize::try_from(asked.size)
        .ok()
        .filter(|_| asked.size <= MAX_RANDOM_BYTES)
        .ok_or(Failure::new(Status::ResponseTooLarge, "more random bytes than one answer holds"))?;
    let fill = call.run(RANDOM, Work::Keyless { bytes: size }, move |random| {
        let mut bytes = SecretBytes::new(vec![0; size]);
        random.fill(bytes.expose_mut())?;
        Ok(bytes)
    });
    Ok(PsaGenerateRandomResult { random_bytes: fill.await? })
}
