"""A service that follows a script: for each connection a list of steps, one for each request that comes on it. After
its last step a connection is closed."""

from __future__ import annotations

import contextlib
import queue
import shutil
import socket
import struct
import tempfile
import threading
from pathlib import Path
from typing import Callable

from google.protobuf.message import Message

import keystead
from keystead.operations import BY_REQUEST

# How long anything here is waited for, in seconds.
PATIENCE = 30.0
KEEP, CLOSE = 1, 0

# Given the socket and the request, says something, or nothing.
Step = Callable[[socket.socket, bytes], None]


def header(request: bytes, *, status: int = 0, flags: int = KEEP, body_len: int = 0) -> bytes:
    """The header of an answer to this request."""
    session, opcode = request[11:19], request[28:32]
    return (
        b"\x10\xa7\xc0\x5e\x1e\x00\x01\x00" + struct.pack("<H", flags) + request[10:11] + session + bytes(3)
        + struct.pack("<IH", body_len, 0) + opcode + struct.pack("<H", status) + bytes(2)
    )  # fmt: skip


def says(body: Message | bytes = b"", *, status: int = 0, flags: int = KEEP) -> Step:
    """An answer."""
    content = body if isinstance(body, bytes) else body.SerializeToString()
    return lambda sock, request: sock.sendall(
        header(request, status=status, flags=flags, body_len=len(content)) + content
    )


def refuses(status: int, *, flags: int = KEEP) -> Step:
    """A refusal."""
    return says(status=status, flags=flags)


def sends(change: Callable[[bytes], bytes]) -> Step:
    """A pong that was changed by this function."""
    return lambda sock, request: sock.sendall(change(header(request, body_len=2) + b"\x08\x01"))


def hangs_up(sock: socket.socket, request: bytes) -> None:
    """No answer; with this as the last step, the connection is closed."""


def says_nothing(sock: socket.socket, request: bytes) -> None:
    """No answer, and the connection stays open until the client closes it."""
    while sock.recv(65536):
        pass


PONG = says(b"\x08\x01")


class Scripted:
    """The service, at `endpoint`, in a thread of its own."""

    def __init__(self, *connections: list[Step]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ks-py-"))
        self.endpoint = f"unix:{self._folder}/s"
        # Of each connection the requests that came.
        self.seen: list[list[bytes]] = []
        # Gets an item for each connection that was closed here.
        self.closed: queue.Queue[None] = queue.Queue()
        # Whether a client hung up where the script waited for a request.
        self._unmet = False
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.settimeout(PATIENCE)
        self.listener.bind(f"{self._folder}/s")
        self.listener.listen()
        self._thread = threading.Thread(target=self._follow, args=(connections,), daemon=True)
        self._thread.start()

    def client(self, **arguments: object) -> keystead.Client:
        """A client of it, of provider 1 and with the process's uid unless other arguments are given."""
        arguments = {"credential": keystead.PeerCredentials(), "provider": 1, "timeout": PATIENCE, **arguments}
        return keystead.Client(self.endpoint, **arguments)

    def finish(self) -> list[list[bytes]]:
        """Waits until the script is at its end."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive() and not self._unmet, "the script is not at its end"
        return self.seen

    def operations(self) -> list[str]:
        """The names of what was asked, when the script is at its end."""
        names = {operation.opcode: operation.name for operation in BY_REQUEST.values()}
        return [names[struct.unpack_from("<I", request, 28)[0]] for seen in self.finish() for request in seen]

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *_: object) -> None:
        # Ends a script that waits for a connection; a client that has gone ends one that waits for a request.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        shutil.rmtree(self._folder)

    def _follow(self, connections: tuple[list[Step], ...]) -> None:
        for steps in connections:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.settimeout(PATIENCE)
            seen: list[bytes] = []
            self.seen.append(seen)
            with sock:
                for step in steps:
                    request = _request(sock)
                    if not request:
                        self._unmet = True
                        return
                    seen.append(request)
                    # A client that has gone does not want its answer.
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        step(sock, request)
            self.closed.put(None)


def auth_of(request: bytes) -> tuple[int, bytes]:
    """The authentication type of a request, and that part of it."""
    (body_len,) = struct.unpack_from("<I", request, 22)
    return request[21], request[36 + body_len :]


def body_of(request: bytes) -> bytes:
    """The body of a request."""
    (body_len,) = struct.unpack_from("<I", request, 22)
    return request[36 : 36 + body_len]


def _request(sock: socket.socket) -> bytes:
    head = _exactly(sock, 36)
    if not head:
        return b""
    body_len, auth_len = struct.unpack_from("<IH", head, 22)
    return head + _exactly(sock, body_len + auth_len)


def _exactly(sock: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        try:
            read = sock.recv(length - len(data))
        except ConnectionResetError:
            read = b""
        if not read and not data:
            return b""
        assert read, "the client hung up in the middle of a request"
        data += read
    return data
