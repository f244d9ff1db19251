//! Making, moving and destroying keys.

use crate::attributes::KeyAttributes;
use crate::encoding::message;
use crate::names::KeyName;
use crate::secret::SecretBytes;

message! {
    /// Make a new key (psa_generate_key).
    PsaGenerateKey {
        /// Must be free.
        key_name: KeyName,
        /// What it shall be.
        attributes: KeyAttributes,
    }
}
message! {
    /// It is made, and will be there after a crash.
    PsaGenerateKeyResult {}
}
message! {
    /// Take a key over (psa_import_key).
    PsaImportKey {
        /// Must be free.
        key_name: KeyName,
        /// What it is; 0 bits stand for the size that the data has.
        attributes: KeyAttributes,
        /// The key in the format of wire contract 4.2.
        data: SecretBytes,
    }
}
message! {
    /// It is taken over, and will be there after a crash.
    PsaImportKeyResult {}
}
message! {
    /// Destroy a key (psa_destroy_key).
    PsaDestroyKey {
        /// Its name is free afterwards.
        key_name: KeyName,
    }
}
message! {
    /// It is gone, and will not be back after a crash.
    PsaDestroyKeyResult {}
}
message! {
    /// Give the key itself (psa_export_key).
    PsaExportKey {
        /// Its usage flags must allow export.
        key_name: KeyName,
    }
}
message! {
    /// The key itself.
    PsaExportKeyResult {
        /// In the format of wire contract 4.2.
        data: SecretBytes,
    }
}
message! {
    /// Give the public half of a key (psa_export_public_key).
    PsaExportPublicKey {
        /// A pair or a public key; no usage flag is needed.
        key_name: KeyName,
    }
}
message! {
    /// The public half.
    PsaExportPublicKeyResult {
        /// In the format of wire contract 4.2.
        data: Vec<u8>,
    }
}
