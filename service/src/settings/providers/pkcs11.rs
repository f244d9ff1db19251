//! `kind = "pkcs11"`: keys in a token that a PKCS#11 module speaks to.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::{BackendSettings, ProviderSettings, name, number, workers};
use crate::config::{Config, IsolationConfig, Pkcs11Config};
use crate::settings::checklist::Checklist;
use crate::settings::secret::{SecretSource, secret_source};

/// A token, and how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkcs11Settings {
    /// The module; an absolute path.
    pub library_path: PathBuf,
    /// The token.
    pub token: Token,
    /// Where the user's PIN is; `None` if the token wants none.
    pub user_pin: Option<SecretSource>,
    /// Sessions, each with a thread; `None`: as many as there are cores, and two at least.
    pub workers: Option<NonZeroUsize>,
    /// Whether several threads may call the module at once.
    pub thread_safe: bool,
    /// Whether the module runs in a process of its own.
    pub isolated: bool,
    /// Whether PKCS#1 v1.5 padding is left to a token that offers nothing else.
    pub allow_token_unpadding: bool,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted.
    pub implicit_rejection: bool,
    /// Whether what public keys are for is done in software where the token cannot.
    pub public_keys_in_software: bool,
}

/// By what a token is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Its serial number.
    Serial(String),
    /// Its label.
    Label(String),
    /// The number of its slot.
    Slot(u64),
}

pub(super) fn check(
    config: &Pkcs11Config,
    whole: &Config,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> ProviderSettings {
    let library_path = match &config.library_path {
        Some(library) => checklist.path(&format!("{path}.library_path"), library),
        None => {
            let text = "missing; write the path of the token's PKCS#11 module, a shared library";
            checklist.complain(&format!("{path}.library_path"), text);
            PathBuf::new()
        }
    };
    let workers = workers(config.workers, path, checklist);
    let thread_safe = config.thread_safe.unwrap_or(true);
    if !thread_safe && workers.is_some_and(|workers| workers.get() > 1) {
        let text = "a module that is not thread-safe has one worker; leave it out, or write 1";
        checklist.complain(&format!("{path}.workers"), text);
    }
    if config.implicit_rejection && config.allow_token_unpadding {
        let text = "a token that takes the padding away itself tells that it is wrong; write one of the two";
        checklist.complain(&format!("{path}.allow_token_unpadding"), text);
    }
    let backend = BackendSettings::Pkcs11(Pkcs11Settings {
        library_path,
        token: token(config, path, checklist),
        user_pin: secret_source(
            [
                ("user_pin", config.user_pin.clone().map(SecretSource::Written)),
                ("user_pin_file", config.user_pin_file.clone().map(|file| SecretSource::File(file.into()))),
                ("user_pin_credential", config.user_pin_credential.clone().map(SecretSource::Credential)),
            ],
            path,
            checklist,
        ),
        workers: if thread_safe { workers } else { Some(NonZeroUsize::MIN) },
        thread_safe,
        isolated: config.isolation == IsolationConfig::Process,
        allow_token_unpadding: config.allow_token_unpadding,
        implicit_rejection: config.implicit_rejection,
        public_keys_in_software: config.public_keys_in_software,
    });
    ProviderSettings {
        name: name(config.name.as_deref().unwrap_or("pkcs11"), path, checklist),
        number: number(config.number, backend.well_known_number(), path, checklist),
        allow_export: config.allow_export.unwrap_or(whole.service.allow_export),
        backend,
    }
}

fn token(config: &Pkcs11Config, path: &str, checklist: &mut Checklist<'_>) -> Token {
    let by = [
        config.serial_number.clone().map(Token::Serial),
        config.token_label.clone().map(Token::Label),
        config.slot.map(Token::Slot),
    ];
    let mut by = by.into_iter().flatten();
    match (by.next(), by.next()) {
        (Some(token), None) => token,
        _ => {
            let text = "must be one of several: name the token by serial_number, by token_label or by slot";
            checklist.complain(&format!("{path}.token_label"), text);
            Token::Slot(0)
        }
    }
}
