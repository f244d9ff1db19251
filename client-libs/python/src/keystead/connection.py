"""One connection, on which a request goes out and its answer comes back, and the connections that nobody uses at the
moment."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections import deque
from typing import Optional

from . import endpoint as endpoints
from .deadline import Deadline
from .errors import CallTimeout, ConnectionFailed, ResponseError
from .frame import HEADER_LEN, KEEP_ALIVE, Answer, AnswerHeader, Request
from .limits import INBOX_BYTES, MAX_IDLE, MAX_KEPT_CONNECTIONS, TRUSTED_IDLE
from .secret import Secret


class Connection:
    """A connection to the service, for one call at a time. After an error other than a refusal it is closed: what
    arrives later may be the answer to an earlier request."""

    __slots__ = ("_socket", "_limit", "_inbox", "_sent", "_kept", "_peer", "_last_used")

    def __init__(self, endpoint: str, deadline: Deadline) -> None:
        self._socket = _connect(endpoint, deadline)
        # The socket's own time limit in seconds; set anew only when it is more than a hundredth off.
        self._limit = 0.0
        self._inbox = memoryview(Secret(INBOX_BYTES))
        # Requests sent so far. Each has its number in the header's session, from 0: Parsec, which answers one request
        # per connection, gets the 0 that its own clients send.
        self._sent = 0
        # Whether the service keeps the connection, nothing is under way, and nothing ever failed.
        self._kept = False
        # The service knows the peer as it was when it connected; a process that was forked since shares the socket, and
        # would share its answers.
        self._peer = _myself()
        self._last_used = time.monotonic()

    def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Sends a request and receives its answer. A refusal is an answer too."""
        # Set first, so that it holds whatever way this ends.
        self._kept = False
        number = self._sent
        self._sent += 1
        try:
            unsent = self._send(request.encode(number), deadline)
            try:
                answer, is_last = self._receive(deadline)
            except ConnectionFailed as error:
                raise unsent or error from None
            if unsent is not None and not answer.header.status:
                raise unsent
            # A request that the service could not read is refused without its number (wire contract 1.3).
            is_unnumbered = answer.header.session == 0 and answer.header.status
            if answer.header.session != number and not is_unnumbered:
                raise ResponseError(f"the answer belongs to request {answer.header.session}, that of {number} is due")
        except BaseException:
            self.close()
            raise
        self._kept = is_last and unsent is None and bool(answer.header.flags & KEEP_ALIVE)
        self._last_used = time.monotonic()
        return answer

    @property
    def is_reusable(self) -> bool:
        """Whether another request may be sent. Until an answer has said that the connection is kept, only one may:
        Parsec answers the first and drops the rest (wire contract 6.2)."""
        return self._kept

    def is_fresh(self, surely: bool) -> bool:
        """Whether a request may be put on it now. `surely` asks the kernel even if it was used a moment ago."""
        idle = time.monotonic() - self._last_used
        if self._peer != _myself() or idle >= MAX_IDLE:
            return False
        return idle < TRUSTED_IDLE and not surely or self._is_quiet()

    def close(self) -> None:
        """Closes it."""
        self._kept = False
        self._socket.close()

    def __del__(self) -> None:
        # It may be that connecting failed.
        if hasattr(self, "_socket"):
            self._socket.close()

    def _send(self, frame: Secret, deadline: Deadline) -> Optional[ConnectionFailed]:
        """Sends in one write. Gives the error of a connection that broke: an early refusal may stand in the stream
        although the service stopped reading."""
        try:
            self._limit_by(deadline)
            # A closed connection is an error and never a signal.
            self._socket.sendall(frame, socket.MSG_NOSIGNAL)
        except socket.timeout:
            raise CallTimeout() from None
        except OSError as error:
            return ConnectionFailed(f"the connection broke: {error}", sent=False, cause=error)
        return None

    def _receive(self, deadline: Deadline) -> tuple[Answer, bool]:
        """Receives an answer, and whether nothing came behind it."""
        inbox, have = self._inbox, 0
        while have < HEADER_LEN:
            have += self._read(inbox[have:], deadline)
        header = AnswerHeader.parse(inbox)
        # Made in its full length, which was checked; what is longer than the inbox goes where it belongs.
        body = Secret(header.body_len)
        at = min(have - HEADER_LEN, header.body_len)
        body[:at] = inbox[HEADER_LEN : HEADER_LEN + at]
        is_last = have - HEADER_LEN == at
        # It may have been a secret.
        inbox[:have] = bytes(have)
        if at < len(body):
            with memoryview(body) as view:
                while at < len(view):
                    at += self._read(view[at:], deadline)
        return Answer(header, body), is_last

    def _read(self, into: memoryview, deadline: Deadline) -> int:
        """Reads what is there, at least a byte."""
        try:
            self._limit_by(deadline)
            read = self._socket.recv_into(into)
        except socket.timeout:
            raise CallTimeout() from None
        except OSError as error:
            raise ConnectionFailed(f"the connection broke: {error}", sent=True, cause=error) from error
        if not read:
            raise ConnectionFailed("the service closed the connection without an answer", sent=True)
        return read

    def _limit_by(self, deadline: Deadline) -> None:
        remaining = deadline.remaining()
        if abs(self._limit - remaining) > remaining / 100:
            self._limit = remaining
            self._socket.settimeout(remaining)

    def _is_quiet(self) -> bool:
        """Whether it is open, and nothing has arrived unasked."""
        self._limit = 0.0
        self._socket.settimeout(0)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False


class Pool:
    """The connections of a client that are open and idle. As many are open as calls are made at once. There is no lock:
    a deque's ends are safe for threads, and a process that was forked could find a lock taken for ever."""

    def __init__(self) -> None:
        self._idle: deque[Connection] = deque()

    def take(self, surely: bool) -> Optional[Connection]:
        """The connection that was used last and is still good. `surely`: see `Connection.is_fresh`."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_fresh(surely):
                return connection
            connection.close()

    def give_back(self, connection: Connection) -> None:
        """Keeps a connection for the next call, if the service keeps it too."""
        if connection.is_reusable and len(self._idle) < MAX_KEPT_CONNECTIONS:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Closes what is idle."""
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return


def _myself() -> tuple[int, int]:
    """The process, and the user that the kernel reports for a connection opened now."""
    return os.getpid(), os.geteuid()


def _connect(endpoint: str, deadline: Deadline) -> socket.socket:
    """Connects. A service whose queue of connections is full is waited for until the deadline: only the kernel's own
    time limit does that, a Unix socket that must not block is refused at once."""
    path = endpoints.path_of(endpoint)
    remaining = deadline.remaining()
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        seconds, microseconds = int(remaining), int(remaining % 1 * 1e6)
        # Zero would mean "no limit".
        limit = struct.pack("@ll", seconds, microseconds or 1)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        connected.connect(path)
    except BaseException as error:
        connected.close()
        if isinstance(error, BlockingIOError):
            raise CallTimeout() from None
        if isinstance(error, OSError):
            raise ConnectionFailed(f"cannot connect to {endpoint}: {error}", sent=False, cause=error) from error
        raise
    return connected
