//! A workload that knows SPIFFE and nothing of Keystead, with the library from crates.io: it says on standard output what
//! came of each step, in the words of the Python client beside it. The arguments are the audience, and `follow` for the
//! second part. SPIFFE_ENDPOINT_SOCKET says where the Workload API is.

use std::time::Duration;

use spiffe::{JwtBundleSet, JwtSource, JwtSvid, WorkloadApiClient};

const OTHER: &str = "spiffe://localhost/other";
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let audience = arguments[1].as_str();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let work = async {
            match arguments.iter().any(|argument| argument == "follow") {
                true => follow(audience).await,
                false => fetch_and_verify(audience).await,
            }
        };
        tokio::time::timeout(PATIENCE, work).await.expect("it takes no minute");
    });
}

async fn fetch_and_verify(audience: &str) {
    let client = WorkloadApiClient::connect_env().await.expect("the API is there");
    let svid = client.fetch_jwt_svid([audience], None).await.expect("a token");
    println!("fetched {}", svid.spiffe_id());
    let bundles = client.fetch_jwt_bundles().await.expect("bundles");
    println!("verified {}", verify(svid.token(), &bundles, audience).expect("a good token").spiffe_id());
    let validated = client.validate_jwt_token(audience, svid.token()).await.expect("a good token");
    println!("validated {}", validated.spiffe_id());
    let each = client.fetch_all_jwt_svids([audience], None).await.expect("tokens");
    let each: Vec<String> = each.iter().map(|svid| svid.spiffe_id().to_string()).collect();
    println!("each {}", each.join(" "));

    let forged = format!("{}AAAAAAAA", &svid.token()[..svid.token().len() - 8]);
    assert!(verify(&forged, &bundles, audience).is_none());
    assert!(verify(svid.token(), &bundles, OTHER).is_none());
    assert!(client.validate_jwt_token(audience, &forged).await.is_err());
    assert!(client.validate_jwt_token(OTHER, svid.token()).await.is_err());
    assert!(client.fetch_jwt_svid([OTHER], None).await.is_err());
    println!("refused what is wrong");
}

/// Follows the bundle until the key of a token that it has leaves it.
async fn follow(audience: &str) {
    let source = JwtSource::new().await.expect("the API is there");
    let svid = source.fetch_jwt_svid([audience]).await.expect("a token");
    let mut updated = source.updated();
    while verify(svid.token(), &source.bundle_set().expect("bundles"), audience).is_some() {
        updated.changed().await.expect("the source lives");
    }
    println!("followed");
}

fn verify(token: &str, bundles: &JwtBundleSet, audience: &str) -> Option<JwtSvid> {
    JwtSvid::parse_and_validate(token, bundles, &[audience]).ok()
}
