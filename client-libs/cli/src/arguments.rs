//! What may be written on the command line.

use std::convert::Infallible;
use std::time::Duration;

use clap::{Args, Parser};
use keystead_client::Endpoint;
use keystead_client::interface::codes::ProviderNumber;

use crate::commands::Command;

/// Keys and what can be done with them, by the key service of this host (Keystead or Parsec).
///
/// Exit codes: 0 done, 1 refused, 2 wrong usage or a file that cannot be read or written, 3 the service cannot be
/// reached.
#[derive(Parser)]
#[command(name = "keystead", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every subcommand takes.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Print one JSON object instead of text; bytes are base64, secrets too unless -o names a file
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Where the service listens, as unix:/path [default: $KEYSTEAD_SERVICE_ENDPOINT, $PARSEC_SERVICE_ENDPOINT,
    /// unix:/run/keystead/service.sock]
    #[arg(long, global = true, value_name = "URI", value_parser = Endpoint::parse)]
    pub(crate) endpoint: Option<Endpoint>,

    /// Number of the provider, or core, software, pkcs11, tpm [default: the first that the service lists]
    #[arg(long, global = true, value_name = "PROVIDER", value_parser = name_provider)]
    pub(crate) provider: Option<NamedProvider>,

    /// Name this application instead of being identified by the effective uid
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) auth_direct: Option<String>,

    /// Where the identity provider listens, as unix:/path, to be identified by its token [default:
    /// $KEYSTEAD_IDENTITY_ENDPOINT; without it, the effective uid]
    #[arg(long, global = true, value_name = "URI", value_parser = Endpoint::parse, conflicts_with = "auth_direct")]
    pub(crate) identity_endpoint: Option<Endpoint>,

    /// Which identity to be identified by, as a SPIFFE ID, if this process has several
    #[arg(long, global = true, value_name = "SPIFFE_ID", conflicts_with = "auth_direct")]
    pub(crate) identity: Option<String>,

    /// Give up after so many seconds [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = parse_seconds)]
    pub(crate) timeout: Option<Duration>,
}

/// The words for provider numbers, in both directions.
const PROVIDERS: &[(&str, ProviderNumber)] = &[
    ("core", ProviderNumber::CORE),
    ("software", ProviderNumber::SOFTWARE),
    ("pkcs11", ProviderNumber::PKCS11),
    ("tpm", ProviderNumber::TPM),
];

/// A provider as the user names it.
#[derive(Clone)]
pub(crate) struct NamedProvider {
    /// What was written.
    pub(crate) word: String,
    /// The number that it stands for, if it is not a name in the service's configuration.
    pub(crate) number: Result<ProviderNumber, String>,
}

fn name_provider(word: &str) -> Result<NamedProvider, Infallible> {
    Ok(NamedProvider { word: word.to_owned(), number: parse_provider(word) })
}

fn parse_provider(word: &str) -> Result<ProviderNumber, String> {
    if let Some((_, number)) = PROVIDERS.iter().find(|(name, _)| *name == word) {
        return Ok(*number);
    }
    word.parse().map(ProviderNumber).map_err(|_| "a number from 0 to 255, or core, software, pkcs11 or tpm".to_owned())
}

/// The word for a provider number, or the number.
pub(crate) fn provider_word(number: ProviderNumber) -> String {
    let word = PROVIDERS.iter().find(|(_, known)| *known == number);
    word.map_or_else(|| number.0.to_string(), |(word, _)| (*word).to_owned())
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than 0 seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn providers_are_printed_as_the_words_that_name_them() {
        for number in 0..=20 {
            let number = ProviderNumber(number);
            assert_eq!(parse_provider(&provider_word(number)), Ok(number));
        }
        assert!(parse_provider("256").is_err());
    }

    #[test]
    fn a_time_limit_may_be_a_fraction_but_not_nothing() {
        assert_eq!(parse_seconds("0.5"), Ok(Duration::from_millis(500)));
        assert!(parse_seconds("0").is_err() && parse_seconds("-1").is_err() && parse_seconds("NaN").is_err());
    }
}
