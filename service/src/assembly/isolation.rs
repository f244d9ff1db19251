//! PKCS#11 modules in processes of their own: how one is started, and what it does then.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystead_interface::secret::{SecretBytes, reserve};
use keystead_provider::{Provider, ProviderError};
use keystead_provider_isolated::{Face, IsolatedProvider, Served};
use keystead_provider_pkcs11::{Libraries, Mechanisms, Pkcs11Provider, Settings, TokenChoice};

use crate::limits::ISOLATED_PATIENCE;
use crate::logging;
use crate::metrics::Counters;
use crate::run::report_panics;
use crate::settings::{LogFormat, LogSettings};

/// The one argument of a process that is no service, but runs a module for one. Nobody writes it on a command line.
const ARGUMENT: &str = "--serve-isolated-pkcs11-module";

/// A token that is spoken to in another process, where the module is at `path`.
pub(super) fn isolate(name: &str, path: &Path, thread_safe: bool, settings: Settings) -> Arc<dyn Provider> {
    let isolated = keystead_provider_isolated::Settings {
        name: name.to_owned(),
        argument: ARGUMENT.into(),
        provider: write(path, thread_safe, &settings),
        threads: u16::try_from(settings.sessions).unwrap_or(u16::MAX),
        patience: ISOLATED_PATIENCE,
    };
    // It never logs in.
    let here = Arc::new(Pkcs11Provider::new(Settings { user_pin: None, ..settings }));
    let learning = Arc::clone(&here);
    let learn = move |offered: &[u8]| {
        let offered = Mechanisms::from_bytes(offered)
            .ok_or_else(|| ProviderError::corruption("what the token offers cannot be read"))?;
        learning.token().learn(offered);
        Ok(())
    };
    Arc::new(IsolatedProvider::new(isolated, Face { provider: here, learn: Box::new(learn) }))
}

/// Runs a module, if this process was started for that, until its service needs it no more. None if it was not.
pub fn run_module() -> Option<Result<(), String>> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() != Some(OsStr::new(ARGUMENT)) {
        return None;
    }
    Some(keystead_provider_isolated::serve(|settings| {
        let settings = read(settings).ok_or("the settings of the module's process cannot be read")?;
        report_panics(Arc::new(Counters::new()));
        let provider = Arc::new(Pkcs11Provider::new(settings));
        let connected = Arc::clone(&provider);
        let offered = move || connected.token().mechanisms().map_or_else(Vec::new, |offered| offered.to_bytes());
        Ok(Served { provider, offered: Box::new(offered) })
    }))
}

/// What the process must know: fields, each after its length in four bytes.
fn write(path: &Path, thread_safe: bool, settings: &Settings) -> SecretBytes {
    let (kind, token) = match &settings.token {
        TokenChoice::Serial(serial) => (0, serial.clone()),
        TokenChoice::Label(label) => (1, label.clone()),
        TokenChoice::Slot(slot) => (2, slot.to_string()),
    };
    let pin = settings.user_pin.as_ref();
    let flags = [
        kind,
        thread_safe.into(),
        pin.is_some().into(),
        settings.allow_export.into(),
        settings.token_unpadding.into(),
        settings.implicit_rejection.into(),
        log::max_level() as u8,
        (logging::format() == LogFormat::Json).into(),
    ];
    let mut written = SecretBytes::default();
    let sessions = settings.sessions.to_string();
    let pin = pin.map_or(&[][..], |pin| pin.expose());
    for field in [&flags, path.as_os_str().as_bytes(), token.as_bytes(), pin, sessions.as_bytes()] {
        let bytes = written.expose_mut();
        reserve(bytes, 4 + field.len());
        // A PIN or a path of 4 GiB was refused when it was read.
        bytes.extend_from_slice(&(field.len() as u32).to_le_bytes());
        bytes.extend_from_slice(field);
    }
    written
}

/// Reads what [`write()`] wrote, and logs as the service does.
fn read(mut written: &[u8]) -> Option<Settings> {
    let mut next = || {
        let (length, rest) = written.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        written = rest;
        Some(field)
    };
    let [kind, thread_safe, has_pin, allow_export, token_unpadding, implicit_rejection, level, json] =
        *<&[u8; 8]>::try_from(next()?).ok()?;
    let path = PathBuf::from(OsString::from_vec(next()?.to_vec()));
    let token = std::str::from_utf8(next()?).ok()?.to_owned();
    let pin = next()?;
    let sessions = std::str::from_utf8(next()?).ok()?.parse().ok()?;
    logging::apply(&LogSettings {
        level: log::LevelFilter::iter().find(|filter| *filter as u8 == level)?,
        format: if json == 1 { LogFormat::Json } else { LogFormat::Text },
    });
    Some(Settings {
        library: Libraries::new().library(&path, thread_safe == 1),
        token: match kind {
            0 => TokenChoice::Serial(token),
            1 => TokenChoice::Label(token),
            _ => TokenChoice::Slot(token.parse().ok()?),
        },
        user_pin: (has_pin == 1).then(|| SecretBytes::new(pin.to_vec())),
        // It is the service that shows it.
        description: String::new(),
        sessions,
        allow_export: allow_export == 1,
        token_unpadding: token_unpadding == 1,
        implicit_rejection: implicit_rejection == 1,
    })
}
