//! Where the service listens (wire contract 6.8).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variable that is asked first, by programs that have no other rights than their caller.
pub const KEYSTEAD_VARIABLE: &str = "KEYSTEAD_SERVICE_ENDPOINT";
/// The variable that Parsec's clients know, asked second.
pub const PARSEC_VARIABLE: &str = "PARSEC_SERVICE_ENDPOINT";
/// The endpoint if neither variable is set.
pub const DEFAULT_SOCKET: &str = "/run/keystead/service.sock";
/// The variable that names the identity provider. Whoever sets it wants tokens.
pub const IDENTITY_VARIABLE: &str = "KEYSTEAD_IDENTITY_ENDPOINT";
/// Where an identity provider listens that was told nothing else.
pub const DEFAULT_IDENTITY_SOCKET: &str = "/run/keystead/identity.sock";

/// The Unix socket of a daemon: the key service, or the identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint(PathBuf);

/// Why a text is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Only `unix:` is known.
    #[error("{0:?} is not an endpoint: it must begin with unix:")]
    Scheme(String),
    /// The part between `//` and the next `/` is not empty.
    #[error("{0:?} is not an endpoint: it names a host, and a Unix socket has none")]
    Host(String),
    /// The path is relative or missing.
    #[error("{0:?} is not an endpoint: the path after unix: must be absolute")]
    Path(String),
    /// The variable is not UTF-8.
    #[error("the endpoint in {0} is not UTF-8")]
    NotUtf8(&'static str),
}

impl Endpoint {
    /// The socket at this path.
    pub fn at(socket: impl Into<PathBuf>) -> Endpoint {
        Endpoint(socket.into())
    }

    /// Reads `unix:/path` or `unix:///path`. The path is taken as it stands, without percent-decoding.
    pub fn parse(uri: &str) -> Result<Endpoint, EndpointError> {
        let rest = uri.strip_prefix("unix:").ok_or_else(|| EndpointError::Scheme(uri.to_owned()))?;
        let path = match rest.strip_prefix("//") {
            Some(path) if path.starts_with('/') => path,
            Some(_) => return Err(EndpointError::Host(uri.to_owned())),
            None => rest,
        };
        if !path.starts_with('/') {
            return Err(EndpointError::Path(uri.to_owned()));
        }
        Ok(Endpoint(PathBuf::from(path)))
    }

    /// The endpoint that the environment names, else the default one. An empty variable counts as unset; a wrong one
    /// is an error and no reason to try the next.
    ///
    /// A program that runs with another user's or group's rights than its caller's (set-uid, set-gid) gets the default
    /// one whatever the environment says: the caller, who made the environment, must not choose to whom the program's
    /// secrets go.
    pub fn from_environment() -> Result<Endpoint, EndpointError> {
        Self::from_callers_variables(has_its_callers_rights(), |name| std::env::var_os(name))
    }

    /// The identity provider that the environment names, if it names one: what was said of
    /// [`from_environment`](Endpoint::from_environment) holds here too.
    pub fn of_identity_from_environment() -> Result<Option<Endpoint>, EndpointError> {
        Self::of_identity(has_its_callers_rights(), |name| std::env::var_os(name))
    }

    fn of_identity(
        trusted: bool,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Endpoint>, EndpointError> {
        if trusted { Self::from_variable(IDENTITY_VARIABLE, variable) } else { Ok(None) }
    }

    fn from_callers_variables(
        trusted: bool,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Endpoint, EndpointError> {
        Self::from_variables(|name| if trusted { variable(name) } else { None })
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Endpoint, EndpointError> {
        for name in [KEYSTEAD_VARIABLE, PARSEC_VARIABLE] {
            if let Some(endpoint) = Self::from_variable(name, &variable)? {
                return Ok(endpoint);
            }
        }
        Ok(Endpoint(PathBuf::from(DEFAULT_SOCKET)))
    }

    fn from_variable(
        name: &'static str,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Endpoint>, EndpointError> {
        let Some(uri) = variable(name).filter(|uri| !uri.is_empty()) else { return Ok(None) };
        Self::parse(uri.to_str().ok_or(EndpointError::NotUtf8(name))?).map(Some)
    }

    /// The socket's path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

fn has_its_callers_rights() -> bool {
    use rustix::process::{getegid, geteuid, getgid, getuid};
    getuid() == geteuid() && getgid() == getegid()
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unix:{}", self.0.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(keystead: Option<&str>, parsec: Option<&str>) -> Result<Endpoint, EndpointError> {
        Endpoint::from_variables(|name| {
            let value = if name == KEYSTEAD_VARIABLE { keystead } else { parsec };
            value.map(OsString::from)
        })
    }

    #[test]
    fn both_spellings_of_a_path_are_taken() {
        assert_eq!(Endpoint::parse("unix:/a/b.sock"), Ok(Endpoint::at("/a/b.sock")));
        assert_eq!(Endpoint::parse("unix:///a/b.sock"), Ok(Endpoint::at("/a/b.sock")));
        assert_eq!(Endpoint::at("/a").to_string(), "unix:/a");
    }

    #[test]
    fn schemes_hosts_and_relative_paths_are_refused() {
        assert!(matches!(Endpoint::parse("tcp://localhost:1"), Err(EndpointError::Scheme(_))));
        assert!(matches!(Endpoint::parse("/a/b.sock"), Err(EndpointError::Scheme(_))));
        assert!(matches!(Endpoint::parse("unix://host/a"), Err(EndpointError::Host(_))));
        assert!(matches!(Endpoint::parse("unix:a.sock"), Err(EndpointError::Path(_))));
        assert!(matches!(Endpoint::parse("unix:"), Err(EndpointError::Path(_))));
    }

    #[test]
    fn the_variables_are_asked_in_order_and_an_empty_one_counts_as_unset() {
        assert_eq!(found(Some("unix:/k"), Some("unix:/p")), Ok(Endpoint::at("/k")));
        assert_eq!(found(Some(""), Some("unix:/p")), Ok(Endpoint::at("/p")));
        assert_eq!(found(None, Some("")), Ok(Endpoint::at(DEFAULT_SOCKET)));
        assert_eq!(found(None, None), Ok(Endpoint::at(DEFAULT_SOCKET)));
        assert!(matches!(found(Some("tcp:x"), Some("unix:/p")), Err(EndpointError::Scheme(_))));
    }

    #[test]
    fn a_program_with_other_rights_than_its_callers_does_not_ask_the_environment() {
        let variable = |_: &str| Some(OsString::from("unix:/callers"));
        assert_eq!(Endpoint::from_callers_variables(true, variable), Ok(Endpoint::at("/callers")));
        assert_eq!(Endpoint::from_callers_variables(false, variable), Ok(Endpoint::at(DEFAULT_SOCKET)));
        assert_eq!(Endpoint::of_identity(true, variable), Ok(Some(Endpoint::at("/callers"))));
        assert_eq!(Endpoint::of_identity(false, variable), Ok(None));
    }

    #[test]
    fn an_identity_provider_is_named_or_there_is_none() {
        let named = |uri: &'static str| Endpoint::of_identity(true, move |_| Some(OsString::from(uri)));
        assert_eq!(named(""), Ok(None));
        assert_eq!(Endpoint::of_identity(true, |_| None), Ok(None));
        assert!(matches!(named("identity.sock"), Err(EndpointError::Scheme(_))), "a wrong one is no reason for none");
    }
}
