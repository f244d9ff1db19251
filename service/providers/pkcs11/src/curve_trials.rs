//! On which curves a token makes keys: tried once at connection, with pairs that are not kept.
//!
//! PKCS#11 has a range of sizes for that, in which no token knows every curve.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki_sys::{CKF_GENERATE_KEY_PAIR, CKM_EC_KEY_PAIR_GEN};
use keystead_interface::attributes::EccFamily;

use crate::error::{CallError, Remedy};
use crate::mechanisms::Mechanisms;
use crate::named_curves::{CURVES, NamedCurve};
use crate::session::Session;
use crate::template::Template;

/// The curves on which the token makes keys. A token that is lost meanwhile is an error.
pub(crate) fn of_token(session: &Session, offered: &Mechanisms) -> Result<Vec<(EccFamily, u32)>, CallError> {
    let mut curves = Vec::new();
    for curve in CURVES {
        if !offered.offers_key(CKM_EC_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR, curve.bits) {
            continue;
        }
        match makes_pairs(session, curve) {
            Ok(()) => curves.push((curve.family, curve.bits)),
            Err(error) if matches!(error.remedy(), Remedy::None | Remedy::Doubt) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(curves)
}

fn makes_pairs(session: &Session, curve: &NamedCurve) -> Result<(), CallError> {
    let public = [Attribute::Token(false), Attribute::Verify(true), Attribute::EcParams(curve.parameters.to_vec())];
    let private = Template::passing().with([Attribute::Sign(true)]);
    let (public, private) = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
    session.destroy_object(private)?;
    session.destroy_object(public)?;
    Ok(())
}
