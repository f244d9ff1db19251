//! Names of a host or a service beside its subject (subjectAltName, RFC 5280 4.2.1.6): those by which clients know it.

use std::net::IpAddr;

use keystead_der::element;

/// Longest name of a host and longest part of one, in characters (RFC 1035 2.3.4).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// One name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AlternativeName {
    /// A host, maybe with `*` as its first part.
    Dns(String),
    Ip(IpAddr),
    Email(String),
    Uri(String),
}

impl AlternativeName {
    /// Reads a name such as `dns:example.org`.
    pub(crate) fn parse(text: &str) -> Result<AlternativeName, String> {
        let (kind, name) = text.split_once(':').unwrap_or(("", text));
        match kind {
            "dns" if is_host(name) => Ok(AlternativeName::Dns(name.to_owned())),
            "dns" => Err("not the name of a host; other letters than a to z are written as xn--".to_owned()),
            "ip" => name.parse().map(AlternativeName::Ip).map_err(|_| "not an address of IPv4 or IPv6".to_owned()),
            "email" if is_ascii(name) && name.contains('@') => Ok(AlternativeName::Email(name.to_owned())),
            "email" => Err("not a mail address in ASCII".to_owned()),
            "uri" if is_ascii(name) && name.contains(':') => Ok(AlternativeName::Uri(name.to_owned())),
            "uri" => Err("not a URI in ASCII, with its scheme".to_owned()),
            _ => Err("write dns:NAME, ip:ADDRESS, email:ADDRESS or uri:URI".to_owned()),
        }
    }

    /// The name as GeneralName.
    pub(super) fn to_der(&self) -> Vec<u8> {
        match self {
            AlternativeName::Email(name) => element(0x81, name.as_bytes()),
            AlternativeName::Dns(name) => element(0x82, name.as_bytes()),
            AlternativeName::Uri(name) => element(0x86, name.as_bytes()),
            AlternativeName::Ip(IpAddr::V4(address)) => element(0x87, &address.octets()),
            AlternativeName::Ip(IpAddr::V6(address)) => element(0x87, &address.octets()),
        }
    }
}

fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.len() <= MAX_HOST && name.strip_prefix("*.").unwrap_or(name).split('.').all(is_label)
}

fn is_ascii(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_their_kind() {
        let der = |text: &str| AlternativeName::parse(text).unwrap().to_der();
        assert_eq!(der("dns:*.example.org"), [&[0x82, 13][..], b"*.example.org"].concat());
        assert_eq!(der("ip:127.0.0.1"), [0x87, 4, 127, 0, 0, 1]);
        assert_eq!(der("ip:::1")[..3], [0x87, 16, 0]);
        assert_eq!(der("uri:spiffe://example.org/app")[0], 0x86);
        assert_eq!(der("email:root@localhost")[0], 0x81);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = format!("dns:{}.org", "x".repeat(64));
        for text in
            ["example.org", "dns:", "dns:a..b", "dns:*", "dns:a b", "dns:ü.org", &long, "ip:1", "email:me", "uri:x"]
        {
            assert!(AlternativeName::parse(text).is_err(), "{text}");
        }
    }
}
