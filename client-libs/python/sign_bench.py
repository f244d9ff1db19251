#!/usr/bin/env python3
"""Signs with an ECDSA P-256 key over one connection for some seconds (argument, default 5), and prints how many a
second."""

from __future__ import annotations

import hashlib
import os
import sys
import time

import keystead


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with keystead.Client() as client:
        key = client.generate(f"sign-bench-{os.getpid()}-{time.time_ns()}")
        try:
            print(f"{rate(client, key.name, seconds):.0f}/s")
        finally:
            key.destroy()


def rate(client: keystead.Client, name: str, seconds: float) -> float:
    algorithm = keystead.Signature.ecdsa(keystead.Hash.SHA_256)
    digest = hashlib.sha256(b"a message").digest()
    client.sign_hash(name, algorithm, digest)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(100):
            client.sign_hash(name, algorithm, digest)
        count += 100
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
