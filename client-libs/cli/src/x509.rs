//! Requests for certificates (PKCS#10, RFC 2986): pure functions of bytes. The signature is made elsewhere.

mod algorithm;
mod alternative_name;
mod subject;

pub(crate) use algorithm::signature_algorithm;
pub(crate) use alternative_name::AlternativeName;
pub(crate) use subject::Subject;

use keystead_der::{bit_string, element, sequence, tag, unsigned};

/// extensionRequest (RFC 2985 5.4.2).
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
/// id-ce-subjectAltName (RFC 5280 4.2.1.6).
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// The tag of the attributes, which stand there even if there are none (RFC 2986 4.1).
const ATTRIBUTES: u8 = 0xa0;

/// What is signed: who the key is for, and its public half as SubjectPublicKeyInfo.
pub(crate) fn request_info(subject: &Subject, public_key_info: &[u8], names: &[AlternativeName]) -> Vec<u8> {
    let attributes = if names.is_empty() { Vec::new() } else { extension_request(names) };
    sequence(&[&unsigned(&[]), &subject.to_der(), public_key_info, &element(ATTRIBUTES, &attributes)])
}

fn extension_request(names: &[AlternativeName]) -> Vec<u8> {
    let names: Vec<u8> = names.iter().flat_map(AlternativeName::to_der).collect();
    let names = element(tag::OCTET_STRING, &sequence(&[&names]));
    let extension = sequence(&[&element(tag::OID, SUBJECT_ALT_NAME), &names]);
    sequence(&[&element(tag::OID, EXTENSION_REQUEST), &element(tag::SET, &sequence(&[&extension]))])
}

/// The whole request. `algorithm` is from [`signature_algorithm`], the signature as X.509 has it: in DER if it is ECDSA.
pub(crate) fn request(info: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    sequence(&[info, algorithm, &bit_string(signature)])
}
