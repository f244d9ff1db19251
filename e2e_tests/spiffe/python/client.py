"""A workload that knows SPIFFE and nothing of Keystead, with the library from PyPI: it says on standard output what came
of each step, in the words of the Rust client beside it. The arguments are the audience, and `follow` for the second part.
SPIFFE_ENDPOINT_SOCKET says where the Workload API is."""

import queue
import sys

from spiffe import JwtSvid, TrustDomain, WorkloadApiClient
from spiffe.errors import PySpiffeError

OTHER = "spiffe://localhost/other"
PATIENCE = 60


def refused(act):
    """Whether the library says that it cannot be done."""
    try:
        act()
    except PySpiffeError:
        return True
    return False


def fetch_and_verify(client, audience):
    svid = client.fetch_jwt_svid({audience}, timeout=PATIENCE)
    print("fetched", svid.spiffe_id)
    bundles = client.fetch_jwt_bundles(timeout=PATIENCE)
    bundle = bundles.get_bundle_for_trust_domain(TrustDomain("localhost"))
    print("verified", JwtSvid.parse_and_validate(svid.token, bundle, {audience}).spiffe_id)
    print("validated", client.validate_jwt_svid(svid.token, audience, timeout=PATIENCE).spiffe_id)
    print("each", *[each.spiffe_id for each in client.fetch_jwt_svids({audience}, timeout=PATIENCE)])

    forged = svid.token[:-8] + "AAAAAAAA"
    assert refused(lambda: JwtSvid.parse_and_validate(forged, bundle, {audience}))
    assert refused(lambda: client.validate_jwt_svid(forged, audience, timeout=PATIENCE))
    assert refused(lambda: client.validate_jwt_svid(svid.token, OTHER, timeout=PATIENCE))
    assert refused(lambda: client.fetch_jwt_svid({OTHER}, timeout=PATIENCE))
    assert refused(lambda: client.fetch_x509_svid(timeout=PATIENCE))
    print("refused what is wrong")


def follow(client, audience):
    """Follows the bundle until the key of a token that it has leaves it."""
    svid = client.fetch_jwt_svid({audience}, timeout=PATIENCE)
    bundles = queue.Queue()
    watching = client.stream_jwt_bundles(bundles.put, bundles.put)
    verified = True
    while verified:
        bundle = bundles.get(timeout=PATIENCE).get_bundle_for_trust_domain(TrustDomain("localhost"))
        verified = not refused(lambda: JwtSvid.parse_and_validate(svid.token, bundle, {audience}))
    watching.cancel()
    print("followed")


def main():
    client = WorkloadApiClient()
    if "follow" in sys.argv:
        follow(client, sys.argv[1])
    else:
        fetch_and_verify(client, sys.argv[1])


main()
