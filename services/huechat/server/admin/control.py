"""The control thread: does what an administrator asks at the socket in the data folder."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from huechat.server.admin.control_socket import FILE, RECEIVE_BYTES, Answer, Request, listen

MAX_REQUEST: Final = 16 * 1024
REQUEST_S: Final = 5.0
"""How long one may take to send a command, and to take its answer; others wait meanwhile."""

PAUSE_S: Final = 1.0
"""How long to take no command when the process may open no more files."""

log = logging.getLogger(__name__)


class Control:
    """Listens in `folder`, and answers commands by `obey`, one a connection, one at a time.

    A folder that no socket can be in keeps nobody from chatting: a warning is logged.
    """

    def __init__(self, folder: Path, obey: Callable[[Request], Answer]) -> None:
        self._folder = folder
        self._file = folder.absolute() / FILE
        self._obey = obey
        self._stopping = threading.Event()
        self._client: socket.socket | None = None  # whose command is being read, done or answered
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen, and start the thread."""
        try:
            listening = listen(self._folder)
        except OSError as reason:
            log.warning("no command can reach this server while it runs: %s", reason)
            return
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(
            target=self._run, args=(listening, self._bell), name="control", daemon=True
        )
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Take no more commands; block until the one that is being done is answered.

        That is for `timeout_s` seconds at most; then it goes on, and is not answered.
        """
        if self._thread is None:
            return
        self._file.unlink(missing_ok=True)
        self._stopping.set()
        self._rope.close()
        client = self._client
        if client:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RD)  # what was not asked by now is not waited for
        self._thread.join(timeout_s)

    def _run(self, listening: socket.socket, bell: socket.socket) -> None:
        with listening, bell, selectors.DefaultSelector() as selector:
            selector.register(listening, selectors.EVENT_READ)
            selector.register(bell, selectors.EVENT_READ)
            while not self._stopping.is_set():
                selector.select()
                if not self._stopping.is_set():
                    self._take_one(listening)

    def _take_one(self, listening: socket.socket) -> None:
        try:
            client, _ = listening.accept()
        except OSError as reason:
            log.warning("cannot take a command: %s", reason)
            self._stopping.wait(PAUSE_S)
            return
        with client:
            self._client = client
            if not self._stopping.is_set():  # else `stop` may have seen the one before
                with suppress(OSError):  # it left
                    self._serve(client)
            self._client = None

    def _serve(self, client: socket.socket) -> None:
        line = _line(client)
        if line:
            answer = self._answer(line)
            client.settimeout(REQUEST_S)
            client.sendall(answer + b"\n")

    def _answer(self, line: bytes) -> bytes:
        try:
            request = msgspec.json.decode(line, type=Request)
            return msgspec.json.encode(self._obey(request))
        except msgspec.MsgspecError as reason:
            error = f"that is no command: {reason}"
        except Exception:
            log.exception("a command failed")
            error = "the server failed at that; its log says more"
        return msgspec.json.encode(Answer(error=error))


def _line(client: socket.socket) -> bytes:
    """Return the line that the client sends; empty if it ends or takes too long before."""
    until = time.monotonic() + REQUEST_S
    data = b""
    while b"\n" not in data and len(data) <= MAX_REQUEST:
        client.settimeout(max(0.001, until - time.monotonic()))
        piece = client.recv(RECEIVE_BYTES)
        if not piece:
            return b""
        data += piece
    return data.partition(b"\n")[0]
