"""The two commands as processes of their own, started as a user starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from tests.scenarios.talkers import FAILURE_S

SERVICES = Path(__file__).parents[2] / "services"
SERVER = [sys.executable, "-m", "huechat.server"]
CLIENT = [sys.executable, "-m", "huechat.client"]


_LEFT_OUT = ("NO_COLOR", "FORCE_COLOR", "PYTHONDEVMODE", "PYTHONDONTWRITEBYTECODE")
"""The last would have each server compile all that it imports: it starts in a third of the time."""


def environment(**more: str) -> dict[str, str]:
    """Return an environment with no settings but `more`, in which a warning is an error.

    It is not Python's development mode, which has asyncio tell what took long: on a machine with
    other things to do that would be among what is said.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HUECHAT_") and name not in _LEFT_OUT
    }
    strict = {"PYTHONFAULTHANDLER": "1", "PYTHONWARNINGS": "error", "PYTHONPATH": str(SERVICES)}
    return {**kept, **strict, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **more}


def run_server(folder: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a server that is expected to end by itself."""
    return _run([*SERVER, *flags], folder, "", variables)


def run_client(
    folder: Path, *flags: str, given: str | bytes = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a client on the input `given`, to its end."""
    return _run([*CLIENT, *flags], folder, given, variables)


def _run(
    command: list[str], folder: Path, given: str | bytes, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        command,
        cwd=folder,  # a folder with no `.env`, or with the test's own
        env=environment(**variables),
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        timeout=FAILURE_S,
        check=False,
    )
    return subprocess.CompletedProcess(
        ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode()
    )


class Running:
    """A command that runs while the test goes on. Leaving `with` kills what is left of it."""

    def __init__(self, command: list[str], folder: Path, **variables: str) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(**variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def line(self) -> str:
        """Return the next line of its output; empty at the end. Blocks."""
        return _readline(self.process.stdout)

    def error_line(self) -> str:
        """Return the next line of its error output; empty at the end. Blocks."""
        return _readline(self.process.stderr)

    def type(self, text: str) -> None:
        """Write to its input."""
        assert self.process.stdin
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def end_input(self) -> None:
        """Close its input, as at the end of a pipe."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.stdin = None  # or `communicate` would flush it

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def exit_code(self) -> int:
        """Wait for its end."""
        return self.process.wait(FAILURE_S)


def _readline(stream: IO[bytes] | None) -> str:
    assert stream
    return stream.readline().decode()


class ServerProcess(Running):
    """huechat-server at a free port; it is ready once this is made."""

    def __init__(self, folder: Path, port: int = 0, **variables: str) -> None:
        super().__init__([*SERVER, "--port", str(port)], folder, **variables)
        self.started = self.line()
        assert self.started.startswith("Server started on 127.0.0.1:"), self.started
        self.port = int(self.started.rpartition(":")[2])


def listening(folder: Path, port: int, **variables: str) -> Running:
    """Return a `huechat-client --listen` that is connected."""
    client = Running([*CLIENT, "--listen", "--port", str(port)], folder, **variables)
    connected = client.error_line()
    assert f"Connected to server at 127.0.0.1:{port}" in connected, connected
    return client


WELCOME = b'{"type":"welcome","v":1,"name":"","color":"blue","session":"s","rooms":[]}\n'
"""What a server greets one with who gave no name."""


class FakeServer:
    """Greets each client with `greeting`, and then takes what comes and answers nothing."""

    def __init__(self, greeting: bytes) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._heard = b""
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._serve, args=(greeting,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # so that it accepts no more
        self._thread.join(FAILURE_S)
        self._listening.close()

    def hears(self, words: bytes) -> None:
        """Wait until clients said `words`."""
        with self._more:
            assert self._more.wait_for(lambda: words in self._heard, FAILURE_S), self._heard

    def _serve(self, greeting: bytes) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                with client, suppress(ConnectionError):
                    client.sendall(greeting)
                    while data := client.recv(1024):
                        with self._more:
                            self._heard += data
                            self._more.notify_all()


class SlowRelay:
    """Passes on what clients and a server say; the first client's once the server has spoken.

    So it goes with bytes that are lost on their way, and sent again later.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve)]
        self._passing: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(FAILURE_S)
        for sock in (self._listening, *self._passing):
            sock.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
                first = not self._passing
                self._passing += [client, server]
                if first:
                    client.sendall(server.recv(65_536))
                for pair in ((client, server), (server, client)):
                    self._threads.append(threading.Thread(target=_pass_on, args=pair))
                    self._threads[-1].start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
