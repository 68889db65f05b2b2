"""Servers that are processes of their own, and start in no time.

The nursery is a process that has loaded the server, and forks one whenever it is asked to. Such a
server is a process like any other, and dies like any other; it only need not load anything.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.scenarios.processes import SERVICES, environment

PROJECT = Path(__file__).parents[2]
REQUEST_BYTES = 64 * 1024


class ForkedServer:
    """A server that was made by the nursery; it is ready once this is made."""

    def __init__(self, pid: int, output: int) -> None:
        self.pid = pid
        self._output = os.fdopen(output)
        self._dead = False
        self.log = self._output.readline()
        """What it printed: the first line, and all of it once it is dead."""
        assert "Server started on 127.0.0.1:" in self.log, self.log + self._output.read()
        self.port = int(re.sub(r"\x1b\[\d+m", "", self.log).rpartition(":")[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Kill it at once, and wait until it is dead. Check that it logged no exception."""
        if not self._dead:
            self.signal(signal.SIGKILL)
            self.wait()
        assert "Traceback" not in self.log, self.log

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)  # its number is not given again while the nursery lives

    def wait(self) -> None:
        """Wait until it is dead: then nobody has the other end of the pipe."""
        self.log += self._output.read()
        self._output.close()
        self._dead = True

    def memory_bytes(self) -> int:
        """Return how much memory it has."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024


class Nursery:
    """Makes servers."""

    def __init__(self) -> None:
        self._sock, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=PROJECT,
                env=environment(PYTHONPATH=f"{SERVICES}:{PROJECT}"),
                pass_fds=[theirs.fileno()],
            )

    def server(self, folder: Path, port: int = 0, **variables: str) -> ForkedServer:
        """Start a server in `folder`."""
        ours, theirs = os.pipe()
        try:
            request = json.dumps([str(folder), port, variables]).encode()
            socket.send_fds(self._sock, [request], [theirs])
        finally:
            os.close(theirs)
        return ForkedServer(int(self._sock.recv(64)), ours)

    def close(self) -> None:
        self._sock.close()
        self._process.wait()


def main(sock: socket.socket) -> None:
    """Be the nursery."""
    import huechat.server.__main__  # noqa: PLC0415 - in this process only
    import huechat.server.chat_server  # noqa: F401, PLC0415 - so that servers need not

    while True:
        request, pipes, _, _ = socket.recv_fds(sock, REQUEST_BYTES, 1)
        if not request:
            return
        pid = os.fork()
        if not pid:
            sock.close()
            _be_a_server(pipes[0], *json.loads(request))
        os.close(pipes[0])
        sock.send(str(pid).encode())


def _be_a_server(output: int, folder: str, port: int, variables: dict[str, str]) -> None:
    from huechat.server.__main__ import main as serve  # noqa: PLC0415 - in this process only

    code = 1
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.chdir(folder)
        os.environ.update({"HUECHAT_LOG_LEVEL": "warning", **variables})
        code = serve(["--port", str(port)])
        sys.stdout.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
