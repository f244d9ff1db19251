"""A signing key: made, used, checked and destroyed."""

import os

import keystead

client = keystead.Client()
key = client.generate(f"quickstart-{os.getpid()}")
signature = key.sign(b"a message")
print(f"signature: {len(signature)} bytes")

key.verify(signature, b"a message")
try:
    key.verify(signature, b"another message")
except keystead.InvalidSignature as error:
    print(f"another message: {error}")

key.destroy()
