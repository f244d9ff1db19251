//! What the identity provider asks of the service, and what everybody may know of its trust.

use keystead_interface::operations::identity::GetInstanceResult;

use super::Call;

pub(super) fn get_instance(call: &Call<'_>) -> GetInstanceResult {
    call.service.trust.describe()
}
