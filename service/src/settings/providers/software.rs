//! `kind = "software"`: keys sealed in the service's own store.

use std::num::NonZeroUsize;

use super::{BackendSettings, ProviderSettings, name, number, workers};
use crate::config::{Config, EngineConfig, SoftwareConfig};
use crate::settings::checklist::Checklist;

/// Keys sealed in the service's own store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoftwareSettings {
    /// Threads for slow operations; `None`: as many as there are cores.
    pub workers: Option<NonZeroUsize>,
    /// What does the cryptography.
    pub engine: Engine,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted.
    pub implicit_rejection: bool,
}

/// What does the cryptography of a software provider, of all that this service was built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// AWS-LC, with others where it lacks something.
    AwsLc,
    /// Mbed TLS.
    #[cfg(feature = "mbed-tls")]
    MbedTls,
}

pub(super) fn check(
    config: &SoftwareConfig,
    whole: &Config,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> ProviderSettings {
    let workers = workers(config.workers, path, checklist);
    let engine = engine(config.engine, path, checklist);
    let implicit_rejection = config.implicit_rejection;
    if implicit_rejection && engine != Engine::AwsLc {
        let text = "only the engine aws-lc decrypts RSA without padding, which this needs";
        checklist.complain(&format!("{path}.implicit_rejection"), text);
    }
    let backend = BackendSettings::Software(SoftwareSettings { workers, engine, implicit_rejection });
    ProviderSettings {
        name: name(config.name.as_deref().unwrap_or("software"), path, checklist),
        number: number(config.number, backend.well_known_number(), path, checklist),
        allow_export: config.allow_export.unwrap_or(whole.service.allow_export),
        backend,
    }
}

#[cfg_attr(feature = "mbed-tls", expect(unused_variables, reason = "with all engines there is nothing to refuse"))]
fn engine(engine: EngineConfig, path: &str, checklist: &mut Checklist<'_>) -> Engine {
    match engine {
        EngineConfig::AwsLc => Engine::AwsLc,
        #[cfg(feature = "mbed-tls")]
        EngineConfig::MbedTls => Engine::MbedTls,
        #[cfg(not(feature = "mbed-tls"))]
        EngineConfig::MbedTls => {
            let text =
                "this service was built without Mbed TLS; build it with `cargo build --release --features mbed-tls`";
            checklist.complain(&format!("{path}.engine"), text);
            Engine::AwsLc
        }
    }
}
