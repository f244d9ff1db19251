//! The PKCS#11 module as programs use it that know nothing of Keystead: OpenSC, GnuTLS, OpenSSL, Java, OpenSSH; and called
//! directly, for what these programs do not do.

#[path = "pkcs11_module/calls.rs"]
mod calls;
#[path = "pkcs11_module/cancellation.rs"]
mod cancellation;
#[path = "pkcs11_module/desk.rs"]
mod desk;
#[path = "pkcs11_module/gnutls.rs"]
mod gnutls;
#[path = "pkcs11_module/identities.rs"]
mod identities;
#[path = "pkcs11_module/inside.rs"]
mod inside;
#[path = "pkcs11_module/java.rs"]
mod java;
#[path = "pkcs11_module/leftovers.rs"]
mod leftovers;
#[path = "pkcs11_module/opensc.rs"]
mod opensc;
#[path = "pkcs11_module/openssh.rs"]
mod openssh;
#[path = "pkcs11_module/openssl.rs"]
mod openssl;
