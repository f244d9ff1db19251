"""The programs in this folder: the quickstart, the README's, the bench, and the conformance runner."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import running

import keystead

HERE = Path(__file__).resolve().parents[1]
RUNNER = str(HERE / "conformance" / "runner.py")
P256 = "type=ecc-key-pair:secp-r1 bits=256 usage=sign-hash,verify-hash algorithm=ecdsa:sha-256"
HMAC = "type=hmac bits=0 usage=sign-message,verify-message algorithm=hmac:sha-256:16"

# What a line is answered, as a pattern.
CONVERSATION = [
    ("ping", "ok version=1\\.0"),
    ("providers", "ok ids=1,0"),
    ("authenticators", "ok ids=3"),
    ("opcodes provider=0", "ok opcodes=1,8,.*"),
    (f"generate provider=1 name=6b31 {P256}", "ok"),
    (f"generate provider=1 name=6b31 {P256}", "error status=1139"),
    (
        "attributes provider=1 name=6b31",
        "ok type=ecc-key-pair:secp-r1 bits=256 usage=sign-message,verify-message,sign-hash,verify-hash "
        "algorithm=ecdsa:sha-256",
    ),
    ("keys", "ok keys=(.*,)?1:6b31(,.*)?"),
    (f"sign-hash provider=1 name=6b31 algorithm=ecdsa:sha-256 hash={'00' * 32}", "ok signature=[0-9a-f]{128}"),
    ("sign-message provider=1 name=6b31 algorithm=ecdsa:sha-256 message=", "ok signature=[0-9a-f]{128}"),
    ("verify-message provider=1 name=6b31 algorithm=ecdsa:sha-256 message= signature=00", "error status=1149"),
    ("sign-message provider=1 name=6b31 algorithm=hmac:sha-256 message=", "unsupported"),
    ("export provider=1 name=6b31", "error status=1133"),
    ("export-public provider=1 name=6b31", "ok data=04[0-9a-f]{128}"),
    ("destroy provider=1 name=6b31", "ok"),
    ("destroy provider=1 name=6b31", "error status=1140"),
    (f"import provider=1 name=6b32 {HMAC} data={'00' * 32}", "ok"),
    ("mac-compute provider=1 name=6b32 algorithm=hmac:sha-256:16 data=", "ok mac=[0-9a-f]{32}"),
    ("attributes provider=1 name=6b32", "ok .* bits=256 .* algorithm=hmac:sha-256:16"),
    ("generate provider=1 name=6b33 type=aes bits=256 usage=export,encrypt,decrypt algorithm=gcm", "ok"),
    (
        f"aead-encrypt provider=1 name=6b33 algorithm=gcm nonce={'00' * 12} aad= plaintext=",
        "ok ciphertext=[0-9a-f]{32}",
    ),
    (f"aead-decrypt provider=1 name=6b33 algorithm=gcm nonce={'00' * 12} aad= ciphertext=", "error status=1135"),
    ("export provider=1 name=6b33", "ok data=[0-9a-f]{64}"),
    ("hash-compute provider=1 algorithm=sha-256 data=", "ok hash=e3b0c442[0-9a-f]{56}"),
    ("hash-compare provider=1 algorithm=sha-512-224 data= hash=00", "error status=(1149|1134)"),
    ("random provider=1 size=5", "ok data=[0-9a-f]{10}"),
    ("can-do provider=1 check=use type=aes bits=256 usage=encrypt algorithm=ctr", "ok"),
    ("can-do provider=1 check=derive type=aes bits=256 usage=encrypt algorithm=ctr", "no"),
    ("generate provider=1 name=6b34 type=none bits=0 usage= algorithm=none", "unsupported"),
    ("generate provider=1 name=6b34 type=aes bits=99999999999 usage= algorithm=none", "error client=usage"),
    ("high-level provider=1 name=6b35", "ok public=04[0-9a-f]{128} signature=[0-9a-f]{128}"),
    ("dance provider=1", "unsupported"),
]


def run(endpoint: str, *command: str, given: str = "", status: int = 0) -> list[str]:
    environment = {**os.environ, "KEYSTEAD_SERVICE_ENDPOINT": endpoint}
    environment.pop("KEYSTEAD_IDENTITY_ENDPOINT", None)
    done = subprocess.run(
        [sys.executable, *command], input=given, env=environment, text=True, capture_output=True, timeout=120
    )
    assert done.returncode == status, done.stderr
    return done.stdout.splitlines()


def test_the_conformance_runner_answers_in_the_words_of_the_scenarios(service: running.Service) -> None:
    lines = "".join(f"{line}\n" for line, _ in CONVERSATION)
    answers = run(service.endpoint, RUNNER, given=lines)
    assert len(answers) == len(CONVERSATION)
    for (line, pattern), answer in zip(CONVERSATION, answers):
        assert re.fullmatch(pattern, answer), f"{line}: {answer}"


def test_the_runner_tells_what_went_wrong_on_its_side() -> None:
    assert run("unix:/nonexistent/s.sock", RUNNER, given="ping\n") == ["error client=connection"]
    assert run("tcp:elsewhere", RUNNER, given="", status=1) == []


def test_the_quickstart_runs(service: running.Service) -> None:
    assert run(service.endpoint, str(HERE / "quickstart.py")) == [
        "signature: 64 bytes",
        "another message: PsaVerifyHash was refused: PsaErrorInvalidSignature (1149)",
    ]


def test_the_readmes_three_lines_run(service: running.Service, client: keystead.Client) -> None:
    found = re.search("```python\n(.*?)```", (HERE / "README.md").read_text(), re.DOTALL)
    assert found
    run(service.endpoint, "-c", found.group(1))
    client.destroy("signing-key")


def test_the_bench_prints_one_line(service: running.Service) -> None:
    (line,) = run(service.endpoint, str(HERE / "sign_bench.py"), "0.1")
    assert re.fullmatch("[0-9]+/s", line)
