//! The word that every caller must say, so that no request that somebody was tricked into sending is answered
//! ("SPIFFE Workload Endpoint" 4.1, on server-side request forgery).

use tonic::metadata::MetadataValue;
use tonic::{Request, Status};

/// The name of the metadata.
pub const KEY: &str = "workload.spiffe.io";
/// Its value.
pub const VALUE: &str = "true";

/// A server's rule: a request without the word is answered InvalidArgument, whatever it asks.
#[allow(clippy::result_large_err)]
pub fn require(request: Request<()>) -> Result<Request<()>, Status> {
    let mut said = request.metadata().get_all(KEY).iter();
    match (said.next(), said.next()) {
        (Some(value), None) if value.as_bytes() == VALUE.as_bytes() => Ok(request),
        _ => Err(Status::invalid_argument(format!("the metadata {KEY}: {VALUE} is missing"))),
    }
}

/// A client says it with every request.
#[allow(clippy::result_large_err)]
pub fn declare(mut request: Request<()>) -> Result<Request<()>, Status> {
    request.metadata_mut().insert(KEY, MetadataValue::from_static(VALUE));
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_request_with_the_word_is_served() {
        let said = declare(Request::new(())).expect("it is only added");
        assert!(require(said).is_ok());
        let with = |values: &[&'static str]| {
            let mut request = Request::new(());
            for value in values {
                request.metadata_mut().append(KEY, MetadataValue::from_static(value));
            }
            require(request).map(drop).map_err(|status| status.code())
        };
        assert_eq!(with(&["true"]), Ok(()));
        for values in [&[][..], &["false"], &["True"], &["true", "true"]] {
            assert_eq!(with(values), Err(tonic::Code::InvalidArgument), "{values:?}");
        }
    }
}
