//! Signatures by SoftHSM2 in this process, in the two calls that a signature takes. cryptoki makes three.
#![allow(unsafe_code)] // A C interface.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use cryptoki_sys::{CK_MECHANISM, CKM_ECDSA, CKR_OK};
use keystead_e2e_tests::softhsm::{LABEL, MODULE, PIN};

use crate::figures::{Run, closed_loop};
use crate::floors::serve_working_echo;

/// What all keys of this floor are called.
const KEY: &[u8] = b"floor";
/// The curve P-256 (RFC 5480, 2.1.1.1), as CKA_EC_PARAMS has it.
const P256: [u8; 10] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const HASH: [u8; 32] = [7; 32];
const SIGNATURE_BYTES: usize = 64;

/// The token that the environment names, logged in to.
struct Token {
    module: Pkcs11,
    /// The same module, which is in memory already.
    raw: cryptoki_sys::Pkcs11,
    slot: Slot,
    key: ObjectHandle,
    /// The user stays logged in as long as it is open, in all of them.
    _first: Mutex<Session>,
}

impl Token {
    fn open() -> Token {
        let module = Pkcs11::new(MODULE).expect("SoftHSM2 is installed");
        // SAFETY: SoftHSM2 runs no code of its own when it is loaded.
        let raw = unsafe { cryptoki_sys::Pkcs11::new(MODULE) }.expect("it was just loaded");
        module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).expect("nobody else has");
        let slot = slot(&module);
        let first = module.open_rw_session(slot).expect("the token is there");
        first.login(UserType::User, Some(&AuthPin::from(PIN))).expect("the PIN is the test's");
        let key = key(&first);
        Token { module, raw, slot, key, _first: Mutex::new(first) }
    }

    fn session(&self) -> Session {
        self.module.open_rw_session(self.slot).expect("the token is there")
    }
}

/// Signs with it.
pub(super) fn sign(threads: usize, time: Duration) -> Run {
    let token = Token::open();
    closed_loop(threads, time, |_| {
        let (token, session) = (&token, token.session());
        move || {
            std::hint::black_box(sign_once(&token.raw, &session, token.key));
            1
        }
    })
}

/// Signs with it before each answer of an echo.
pub(super) fn serve(socket: &Path) -> ExitCode {
    let token = Arc::new(Token::open());
    serve_working_echo(socket, || {
        let (token, session) = (Arc::clone(&token), token.session());
        move || {
            std::hint::black_box(sign_once(&token.raw, &session, token.key));
        }
    })
}

fn slot(module: &Pkcs11) -> Slot {
    let slots = module.get_slots_with_token().expect("the module is initialised");
    let is_ours = |slot: &Slot| module.get_token_info(*slot).is_ok_and(|info| info.label() == LABEL);
    slots.into_iter().find(is_ours).expect("the token was made")
}

/// The key, made if it is not there: protected as the service's keys are.
fn key(session: &Session) -> ObjectHandle {
    let found = session.find_objects(&[Attribute::Label(KEY.to_vec()), Attribute::Sign(true)]);
    if let Some(key) = found.expect("the user is logged in").first() {
        return *key;
    }
    let public = [Attribute::Token(true), Attribute::EcParams(P256.to_vec())];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Label(KEY.to_vec()),
    ];
    session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).expect("the token has room").1
}

fn sign_once(raw: &cryptoki_sys::Pkcs11, session: &Session, key: ObjectHandle) -> [u8; SIGNATURE_BYTES] {
    let mut mechanism = CK_MECHANISM { mechanism: CKM_ECDSA, pParameter: std::ptr::null_mut(), ulParameterLen: 0 };
    let mut signature = [0; SIGNATURE_BYTES];
    let mut length = SIGNATURE_BYTES as _;
    // SAFETY: session and key are valid, and what is pointed to is as long as is said; the hash is only read.
    let codes = unsafe {
        [
            raw.C_SignInit(session.handle(), &mut mechanism, key.handle()),
            raw.C_Sign(
                session.handle(),
                HASH.as_ptr().cast_mut(),
                HASH.len() as _,
                signature.as_mut_ptr(),
                &mut length,
            ),
        ]
    };
    assert_eq!(codes, [CKR_OK; 2], "SoftHSM2 does not sign");
    signature
}
