//! What an operator reads beside a key's object in a token.

use std::fmt::Write;

use keystead_keystore::KeyAddress;
use keystead_provider::MAX_LABEL_BYTES;

/// `APPLICATION/KEY`, as in `1000/signing`: what is not printable ASCII, and `%` and the slashes within a name, as `%XX`.
/// A long one is cut; the end of a cut label is `…` in ASCII: three dots.
pub(super) fn of(address: &KeyAddress) -> String {
    let mut label = String::new();
    escape(&mut label, address.tenant.name());
    label.push('/');
    escape(&mut label, address.name.as_str());
    if label.len() > MAX_LABEL_BYTES {
        label.truncate(MAX_LABEL_BYTES - 3);
        label.push_str("...");
    }
    label
}

/// Escapes no more than a label can hold.
fn escape(label: &mut String, name: &str) {
    for byte in name.bytes().take(MAX_LABEL_BYTES + 1) {
        if (byte.is_ascii_graphic() || byte == b' ') && byte != b'%' && byte != b'/' {
            label.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(label, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_interface::codes::{AuthKind, ProviderNumber};
    use keystead_interface::names::{KeyName, Tenant};

    fn label(tenant: &str, name: &str) -> String {
        let tenant = Tenant::new(AuthKind::DIRECT, tenant).expect("a tenant");
        let name = KeyName::new(name.to_owned()).expect("a name");
        of(&KeyAddress { tenant, provider: ProviderNumber::PKCS11, name })
    }

    #[test]
    fn names_are_readable_and_cannot_be_taken_for_others() {
        assert_eq!(label("1000", "signing"), "1000/signing");
        assert_eq!(label("a/b", "c%\0\u{e9}"), "a%2Fb/c%25%00%C3%A9");
        assert_eq!(label("a", ""), "a/");
    }

    #[test]
    fn long_names_are_cut() {
        let label = label("1000", &"x".repeat(60_000));
        assert_eq!((label.len(), label.ends_with("xxx...")), (MAX_LABEL_BYTES, true));
    }
}
