"""The real service, in a folder of its own: the program that KEYSTEAD_SERVICE_BINARY names."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

BINARY = os.environ.get("KEYSTEAD_SERVICE_BINARY", "")

_CONFIGURATION = """
[service]
socket_path = "s.sock"
state_directory = "state"
[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]
[[provider]]
kind = "software"
"""


class Service:
    """A service that serves while it is used in a `with` block."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ks-py-"))
        (self.folder / "config.toml").write_text(_CONFIGURATION)
        self.endpoint = f"unix:{self.folder}/s.sock"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts it and waits until it says that it serves."""
        with (self.folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                [BINARY, "--config", str(self.folder / "config.toml")], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("Keystead serves"):
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Ends it; its keys stay."""
        if self._process is not None:
            assert self._process.stdout is not None
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)
