//! Backends by their settings: the concrete providers.

use std::num::NonZeroUsize;
use std::sync::Arc;

use keystead_interface::secret::SecretBytes;
use keystead_provider::Provider;
use keystead_provider_pkcs11::{Libraries, Pkcs11Provider, TokenChoice};
use keystead_provider_software::SoftwareProvider;
#[cfg(feature = "tpm")]
use keystead_provider_tpm::TpmProvider;

use super::AssemblyError;
use super::isolation::isolate;
use crate::schedule::Crew;
#[cfg(feature = "tpm")]
use crate::settings::TpmSettings;
use crate::settings::{
    BackendSettings, Engine, Pkcs11Settings, ProviderSettings, SecretSource, SoftwareSettings, Token,
};

/// What is added to the priority of a software provider's slow work: a tenant's key generation gives way to another's
/// signature. Work for a token mostly waits, and is not held back.
const SLOW_WORK_NICENESS: i32 = 10;

/// Workers of a token where nothing else is configured, at least: while one makes an RSA key, another signs.
const LEAST_TOKEN_WORKERS: usize = 2;

/// Requests that are under way with a module in another process for each that it does at a time: while it does one, the
/// next is there already, and the last one's answer on its way.
const UNDER_WAY: usize = 3;

/// A TPM does one thing after another, and so does its worker.
#[cfg(feature = "tpm")]
const TPM_WORKERS: usize = 1;

/// A backend, with who does its slow work.
pub(super) struct Backend {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) crew: Crew,
}

/// Makes the backend of a provider. It is not connected yet.
pub(super) fn backend(settings: &ProviderSettings, libraries: &Libraries) -> Result<Backend, AssemblyError> {
    match &settings.backend {
        BackendSettings::Software(software) => self::software(settings, software),
        BackendSettings::Pkcs11(token) => pkcs11(settings, token, libraries),
        #[cfg(feature = "tpm")]
        BackendSettings::Tpm(tpm) => self::tpm(settings, tpm),
    }
}

fn software(settings: &ProviderSettings, software: &SoftwareSettings) -> Result<Backend, AssemblyError> {
    let about = keystead_provider_software::Settings {
        description: description(keystead_provider_software::Settings::default().description, settings, "software"),
        implicit_rejection: software.implicit_rejection,
    };
    let provider: Arc<dyn Provider> = match software.engine {
        Engine::AwsLc => Arc::new(SoftwareProvider::new(about)),
        #[cfg(feature = "mbed-tls")]
        Engine::MbedTls => Arc::new(
            keystead_provider_software::MbedTlsProvider::new(about)
                .map_err(|error| AssemblyError::Engine(settings.name.clone(), error))?,
        ),
    };
    let workers = software.workers.unwrap_or(cores()).get();
    Ok(Backend { provider, crew: Crew::of(workers, SLOW_WORK_NICENESS) })
}

fn pkcs11(
    settings: &ProviderSettings,
    token: &Pkcs11Settings,
    libraries: &Libraries,
) -> Result<Backend, AssemblyError> {
    let workers = token.workers.map_or(cores().get().max(LEAST_TOKEN_WORKERS), NonZeroUsize::get);
    let mut crew = Crew::of(workers, 0);
    let about = keystead_provider_pkcs11::Settings {
        library: libraries.library(&token.library_path, token.thread_safe),
        token: match &token.token {
            Token::Serial(serial) => TokenChoice::Serial(serial.clone()),
            Token::Label(label) => TokenChoice::Label(label.clone()),
            Token::Slot(slot) => TokenChoice::Slot(*slot),
        },
        user_pin: secret(settings, token.user_pin.as_ref())?,
        description: description("PKCS #11 token".to_owned(), settings, "pkcs11"),
        sessions: workers,
        allow_export: settings.allow_export,
        token_unpadding: token.allow_token_unpadding,
        implicit_rejection: token.implicit_rejection,
    };
    let provider: Arc<dyn Provider> = if token.isolated {
        crew.threads *= UNDER_WAY;
        isolate(&settings.name, &token.library_path, token.thread_safe, about)
    } else {
        Arc::new(Pkcs11Provider::new(about))
    };
    Ok(Backend { provider, crew })
}

#[cfg(feature = "tpm")]
fn tpm(settings: &ProviderSettings, tpm: &TpmSettings) -> Result<Backend, AssemblyError> {
    let provider = Arc::new(TpmProvider::new(keystead_provider_tpm::Settings {
        description: description("TPM 2.0".to_owned(), settings, "tpm"),
        tcti: tpm.tcti.parse().map_err(|error| AssemblyError::Tcti(settings.name.clone(), error))?,
        owner_auth: secret(settings, tpm.owner_auth.as_ref())?,
        encrypted_sessions: tpm.encrypted_sessions,
        implicit_rejection: tpm.implicit_rejection,
    }));
    Ok(Backend { provider, crew: Crew::of(TPM_WORKERS, 0) })
}

/// Who does what public keys are for in the place of a token that cannot, if the configuration wants that.
pub(super) fn public_key_software(settings: &ProviderSettings) -> Option<Arc<dyn Provider>> {
    let wanted = match &settings.backend {
        BackendSettings::Software(_) => false,
        BackendSettings::Pkcs11(token) => token.public_keys_in_software,
        #[cfg(feature = "tpm")]
        BackendSettings::Tpm(tpm) => tpm.public_keys_in_software,
    };
    wanted.then(|| Arc::new(SoftwareProvider::new(Default::default())) as Arc<dyn Provider>)
}

/// What clients are shown: of a provider with a name of its own, that too.
fn description(kind: String, settings: &ProviderSettings, usual_name: &str) -> String {
    if settings.name == usual_name { kind } else { format!("{kind} ({})", settings.name) }
}

fn secret(settings: &ProviderSettings, source: Option<&SecretSource>) -> Result<Option<SecretBytes>, AssemblyError> {
    let read = source.map(SecretSource::read).transpose();
    read.map_err(|error| AssemblyError::Secret(settings.name.clone(), error))
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
