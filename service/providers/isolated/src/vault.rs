//! Making, keeping and destroying keys in another process.

use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{
    Adopting, Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, Prepared, ProviderError, Sealing,
};

use crate::provider::IsolatedProvider;
use crate::request::{Fields, Op, garbled, name};

impl KeyVault for IsolatedProvider {
    fn generates(&self, key: KeyShape) -> bool {
        self.shown_vault().generates(key)
    }

    fn imports(&self, key: KeyShape) -> bool {
        self.shown_vault().imports(key)
    }

    fn exports(&self, key: KeyShape) -> bool {
        self.shown_vault().exports(key)
    }

    fn generate(&self, key: NewKey<'_>) -> Result<Created, ProviderError> {
        self.make(Op::Generate, key, &[])
    }

    fn import(&self, key: NewKey<'_>, material: &SecretBytes) -> Result<Created, ProviderError> {
        self.make(Op::Import, key, material.expose())
    }

    fn public_key(&self, key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        // What the face prepares is another thing than what is prepared here.
        self.shown_vault().public_key(Key { prepared: &Prepared::default(), ..key })
    }

    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        self.use_key(Op::Export, key, None, [&[]; 3])
    }

    fn destroy(&self, tag: KeyTag, handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        let has_handle: &[u8] = if handle.is_some() { &[1] } else { &[] };
        let handle = handle.map_or(&[][..], |handle| handle.0.expose());
        let fields = Fields { key: &tag.0, handle, algorithm: has_handle, ..Fields::default() };
        self.ask(Op::Destroy, fields, |_| Ok(()))
    }
}

impl Adopting for IsolatedProvider {
    fn adopt(&self, key: NewKey<'_>, id: &[u8]) -> Result<Created, ProviderError> {
        self.make(Op::Adopt, key, id)
    }
}

impl Sealing for IsolatedProvider {
    fn seal(&self, secret: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let fields = Fields { inputs: [secret.expose(), &[], &[]], ..Fields::default() };
        self.ask(Op::Seal, fields, |[sealed, _, _]| Ok(sealed.to_vec()))
    }

    fn unseal(&self, sealed: &[u8]) -> Result<SecretBytes, ProviderError> {
        let fields = Fields { inputs: [sealed, &[], &[]], ..Fields::default() };
        self.ask(Op::Unseal, fields, |[secret, _, _]| Ok(SecretBytes::new(secret.to_vec())))
    }
}

impl IsolatedProvider {
    fn make(&self, op: Op, key: NewKey<'_>, input: &[u8]) -> Result<Created, ProviderError> {
        let name = name(key.tag, key.attributes);
        let fields =
            Fields { key: &name, handle: key.label.as_bytes(), inputs: [input, &[], &[]], ..Fields::default() };
        self.ask(op, fields, |[handle, bits, _]| {
            let bits = u32::from_le_bytes(bits.try_into().map_err(|_| garbled())?);
            Ok(Created { handle: KeyHandle::new(handle.to_vec()), bits })
        })
    }
}
