//! SIGHUP: read the configuration again. What is good replaces the old service between two requests; what is bad
//! changes nothing, and the log says why.

use std::sync::Arc;

use crate::assembly::{Assembled, reassemble};
use crate::event_loop::Shared;
use crate::settings::Source;
use crate::{logging, systemd};

/// Reloads, and gives back what serves from now on: the new service, or the old one if the new configuration is bad.
pub async fn reload(source: &Source, old: Assembled, shared: &Arc<Shared>) -> Assembled {
    systemd::reloading();
    match try_reload(source, &old) {
        Ok(new) => {
            logging::apply(&new.settings.log);
            new.service.providers.make_ready().await;
            tell_of_root_key(&new);
            shared.service.store(Arc::clone(&new.service));
            log::info!("reloaded the configuration");
            systemd::ready("serving");
            new
        }
        Err(reason) => {
            log::error!("the new configuration is bad, the old one stays");
            reason.lines().for_each(|line| log::error!("{line}"));
            systemd::ready("serving with the old configuration: the new one is bad");
            old
        }
    }
}

/// The storage root key does not move by a reload.
fn tell_of_root_key(new: &Assembled) {
    if let Ok((place, _)) = new.service.keyring.store().root_key()
        && place != new.service.root_key.place()
    {
        log::warn!(
            "the storage root key is still {place}, and the configuration wants it {}: run `keystead store rekey` before the \
             next start",
            new.service.root_key.place()
        );
    }
}

fn try_reload(source: &Source, old: &Assembled) -> Result<Assembled, String> {
    let settings = source.load().map_err(|complaints| complaints.to_string())?;
    let fixed = old.settings.needs_restart(&settings);
    if !fixed.is_empty() {
        return Err(format!("{} cannot be changed without a restart", fixed.join(", ")));
    }
    reassemble(old, settings).map_err(|error| error.to_string())
}
