//! SPIFFE IDs and trust domains, in the one spelling that each has (SPIFFE-ID 2, "SPIFFE Identity").
//!
//! The identity of an application is compared byte for byte, so an ID that could be written in another way and mean
//! the same (case, percent-encoding, a port, dot segments, an empty segment) is not an ID.

use std::fmt;

/// The longest ID, in bytes: every implementation must take 2048, and none may take more (SPIFFE-ID 2.3).
pub const MAX_ID_BYTES: usize = 2048;
/// The longest trust domain, in bytes: that of a DNS name (SPIFFE-ID 2.1).
pub const MAX_TRUST_DOMAIN_BYTES: usize = 255;

/// Whose identities these are: lower-case letters, digits, `.`, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrustDomain(Box<str>);

/// An identity within a trust domain: `spiffe://DOMAIN/PATH`. The domain's own ID, without a path, is nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpiffeId {
    text: Box<str>,
    /// Where the trust domain ends in `text`: at the first slash of the path.
    path_at: usize,
}

/// Why a text is not an ID or a trust domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSpiffeId {
    /// Over [`MAX_ID_BYTES`] or, for the domain, [`MAX_TRUST_DOMAIN_BYTES`].
    #[error("it is too long")]
    TooLong,
    /// Anything but `spiffe://`, in lower case.
    #[error("it does not begin with `spiffe://`")]
    Scheme,
    /// The domain is empty or has a byte that domains have not: a capital, a port, user information, `%`.
    #[error("its trust domain is not of lower-case letters, digits, `.`, `-` and `_`")]
    TrustDomain,
    /// No path: an ID of the domain itself, which no application has.
    #[error("it has no path")]
    NoPath,
    /// A segment is empty (as after a slash at the end), or is `.` or `..`.
    #[error("a segment of its path is empty, `.` or `..`")]
    Segment,
    /// The path has a byte that paths have not: `%`, `?`, `#`, a control character, anything beyond ASCII.
    #[error("its path is not of letters, digits, `.`, `-`, `_` and slashes")]
    Path,
}

impl TrustDomain {
    /// Reads a trust domain's name, without a scheme.
    pub fn parse(text: &str) -> Result<TrustDomain, BadSpiffeId> {
        check_domain(text)?;
        Ok(TrustDomain(text.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ID of `path` in this domain; the path begins with a slash.
    pub fn id(&self, path: &str) -> Result<SpiffeId, BadSpiffeId> {
        SpiffeId::parse(&format!("{SCHEME}{}{path}", self.0))
    }
}

impl SpiffeId {
    /// Reads an ID in its canonical form; there is no other.
    pub fn parse(text: &str) -> Result<SpiffeId, BadSpiffeId> {
        if text.len() > MAX_ID_BYTES {
            return Err(BadSpiffeId::TooLong);
        }
        let rest = text.strip_prefix(SCHEME).ok_or(BadSpiffeId::Scheme)?;
        let (domain, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        check_domain(domain)?;
        let path = path.strip_prefix('/').ok_or(BadSpiffeId::NoPath)?;
        for segment in path.split('/') {
            check_segment(segment)?;
        }
        Ok(SpiffeId { text: text.into(), path_at: SCHEME.len() + domain.len() })
    }

    /// The whole ID, as it is compared and shown.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The trust domain's name.
    pub fn trust_domain(&self) -> &str {
        &self.text[SCHEME.len()..self.path_at]
    }

    /// What follows the trust domain, with its first slash.
    pub fn path(&self) -> &str {
        &self.text[self.path_at..]
    }

    /// Whether it belongs to this trust domain.
    pub fn is_in(&self, domain: &TrustDomain) -> bool {
        self.trust_domain() == domain.as_str()
    }
}

impl fmt::Display for TrustDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SpiffeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

const SCHEME: &str = "spiffe://";

fn check_domain(domain: &str) -> Result<(), BadSpiffeId> {
    if domain.len() > MAX_TRUST_DOMAIN_BYTES {
        return Err(BadSpiffeId::TooLong);
    }
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    // A domain of dots alone would read as a path somewhere.
    let names_something = domain.bytes().any(|byte| byte != b'.');
    if names_something && domain.bytes().all(allowed) { Ok(()) } else { Err(BadSpiffeId::TrustDomain) }
}

fn check_segment(segment: &str) -> Result<(), BadSpiffeId> {
    if matches!(segment, "" | "." | "..") {
        return Err(BadSpiffeId::Segment);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if segment.bytes().all(allowed) { Ok(()) } else { Err(BadSpiffeId::Path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_domain_and_its_path() {
        let id = SpiffeId::parse("spiffe://prod.example.org/ns/Web_1/sa/..a").expect("canonical");
        assert_eq!((id.trust_domain(), id.path()), ("prod.example.org", "/ns/Web_1/sa/..a"));
        assert!(id.is_in(&TrustDomain::parse("prod.example.org").expect("a domain")));
        assert!(!id.is_in(&TrustDomain::parse("prod.example.or").expect("a domain")));
        assert_eq!(TrustDomain::parse("td").expect("a domain").id("/app").expect("an ID").as_str(), "spiffe://td/app");
    }

    #[test]
    fn every_other_spelling_is_refused() {
        use BadSpiffeId::*;
        for (text, why) in [
            ("", Scheme),
            ("SPIFFE://td/app", Scheme),
            ("spiffe:/td/app", Scheme),
            ("https://td/app", Scheme),
            (" spiffe://td/app", Scheme),
            ("spiffe:///app", TrustDomain),
            ("spiffe://./app", TrustDomain),
            ("spiffe://TD/app", TrustDomain),
            ("spiffe://td:443/app", TrustDomain),
            ("spiffe://user@td/app", TrustDomain),
            ("spiffe://t%64/app", TrustDomain),
            ("spiffe://tdé/app", TrustDomain),
            ("spiffe://td?x", TrustDomain),
            ("spiffe://td", NoPath),
            ("spiffe://td/", Segment),
            ("spiffe://td/app/", Segment),
            ("spiffe://td//app", Segment),
            ("spiffe://td/./app", Segment),
            ("spiffe://td/a/../app", Segment),
            ("spiffe://td/%61pp", Path),
            ("spiffe://td/app?q", Path),
            ("spiffe://td/app#f", Path),
            ("spiffe://td/app\0", Path),
            ("spiffe://td/app\n", Path),
            ("spiffe://td/аpp", Path),
        ] {
            assert_eq!(SpiffeId::parse(text), Err(why), "{text:?}");
        }
        assert_eq!(SpiffeId::parse(&format!("spiffe://td/{}", "a".repeat(2037))), Err(TooLong));
        assert!(SpiffeId::parse(&format!("spiffe://td/{}", "a".repeat(2036))).is_ok());
        assert_eq!(SpiffeId::parse(&format!("spiffe://{}/a", "a".repeat(256))), Err(TooLong));
    }
}
