//! Requests for certificates, signed by a key of the service.

use clap::Args;
use keystead_client::ecdsa;
use keystead_client::interface::algorithm::{Algorithm, SignHash};

use super::sign::hash_of_length;
use super::wrong_algorithm;
use crate::failure::Failure;
use crate::key_file;
use crate::output::{Output, Secrecy};
use crate::pem;
use crate::session::Session;
use crate::x509::{AlternativeName, Subject, request, request_info, signature_algorithm};

/// Writes a request.
#[derive(Args)]
pub(crate) struct Csr {
    /// Name of the key
    name: String,
    /// Who the key is for, such as CN=example.org,O=Example; \ before a comma that is part of a name
    #[arg(long, value_name = "NAME", value_parser = Subject::parse)]
    subject: Subject,
    /// A name by which clients know it, as dns:NAME, ip:ADDRESS, email:ADDRESS or uri:URI; may be given several times
    #[arg(long, value_name = "NAME", value_parser = AlternativeName::parse)]
    san: Vec<AlternativeName>,
    #[command(flatten)]
    output: Output,
}

impl Csr {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let attributes = session.client.key_attributes(&self.name)?;
        let unfit = || wrong_algorithm(attributes.algorithm(), "the signature of a certificate request");
        let Algorithm::AsymmetricSignature(alg) = attributes.algorithm() else { return Err(unfit()) };
        let alg = match alg.hash() {
            Some(SignHash::Any) => alg.with_hash(SignHash::Specific(hash_of_length(attributes.bits()))),
            _ => alg,
        };
        let algorithm = signature_algorithm(alg).ok_or_else(unfit)?;
        let public_key = session.client.public_key(&self.name)?;
        let public_key = key_file::subject_public_key_info(attributes.shape(), &public_key).ok_or_else(unfit)?;

        let info = request_info(&self.subject, &public_key, &self.san);
        let signature = session.client.sign_message(&self.name, alg, &info)?;
        let signature = if alg.is_rsa() { signature } else { ecdsa::to_der(&signature) };
        let request = request(&info, &algorithm, &signature);
        if self.output.has_format() {
            return self.output.write(session, "request", &request, Secrecy::Public);
        }
        self.output.write_text(session, "request", &pem::encode("CERTIFICATE REQUEST", &request))
    }
}
