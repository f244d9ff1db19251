"""A SPIFFE issuer that shares nothing with Keystead: gRPC of Google, JWT of PyJWT, keys of OpenSSL. It serves bundles by the
Workload API on the socket that its argument names, and obeys the lines of standard input:

    sign AUDIENCE SUBJECT   prints a JWT-SVID, signed by the newest key
    rotate                  makes a new key, and takes the former one out of the bundle; prints the new one's name
    calls                   prints how often it was called, as `FetchJWTBundles ValidateJWTSVID`
"""

import base64
import collections
import json
import sys
import threading
import time
import uuid
from concurrent import futures

import grpc
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from spiffe._proto import workload_pb2, workload_pb2_grpc

TRUST_DOMAIN = "spiffe://spire.test"


def octets(number):
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


class Issuer(workload_pb2_grpc.SpiffeWorkloadAPIServicer):
    """The keys, and who is told of them."""

    def __init__(self):
        self.changed = threading.Condition()
        self.calls = collections.Counter()
        self.rotate()

    def rotate(self):
        with self.changed:
            self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            self.key_id = uuid.uuid4().hex
            self.changed.notify_all()
        return self.key_id

    def sign(self, audience, subject):
        now = int(time.time())
        claims = {"sub": subject, "aud": [audience, "another"], "iat": now, "exp": now + 300}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.key_id})

    def bundle(self):
        numbers = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": self.key_id, "n": octets(numbers.n), "e": octets(numbers.e)}
        return json.dumps({"keys": [key]}).encode()

    def FetchJWTBundles(self, request, context):
        self.calls["FetchJWTBundles"] += 1
        if ("workload.spiffe.io", "true") not in context.invocation_metadata():
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "security header missing from request")
        told = None
        while context.is_active():
            with self.changed:
                if self.key_id == told:
                    self.changed.wait(timeout=1)
                    continue
                told, bundle = self.key_id, self.bundle()
            yield workload_pb2.JWTBundlesResponse(bundles={TRUST_DOMAIN: bundle, "spiffe://other.test": b'{"keys":[]}'})

    def ValidateJWTSVID(self, request, context):
        self.calls["ValidateJWTSVID"] += 1
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "tokens are verified by whoever gets them")


def main():
    issuer = Issuer()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    workload_pb2_grpc.add_SpiffeWorkloadAPIServicer_to_server(issuer, server)
    server.add_insecure_port("unix:" + sys.argv[1])
    server.start()
    print("serving", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "sign":
            print(issuer.sign(*words), flush=True)
        elif command == "rotate":
            print(issuer.rotate(), flush=True)
        elif command == "calls":
            print(issuer.calls["FetchJWTBundles"], issuer.calls["ValidateJWTSVID"], flush=True)


main()
